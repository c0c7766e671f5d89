import { Models } from 'tenon/plugin-api';
import { type Check, type Finding, note, ok, problem } from './finding.ts';

export const checkModels: Check = async (api, { distro }) => {
  const names = new Map<string, string[]>();
  for (const { owner, name } of api.declared(Models)) names.set(owner, [...(names.get(owner) ?? []), name]);
  if (names.size === 0) return [note('this build has no model provider')];
  const findings: Finding[] = [];
  for (const [owner, own] of names) {
    const provider = await api.item(Models, own[0]!);
    if (provider === undefined) continue; // it did not start, which stands under extensions
    const { endpoint, problem: wrong } = provider.status?.() ?? {};
    const shown = `${owner} (${own.join(', ')})`;
    const key = provider.keySource();
    const from = key === 'none' ? '' : `, key from ${key}`;
    if (wrong === undefined) findings.push(ok(`${shown}${endpoint === undefined ? '' : `: ${endpoint}`}${from}`));
    // without a default model it is there for those who ask for it
    else if (provider.defaultModel === undefined) findings.push(note(`${shown}: ${wrong}`));
    else findings.push(problem(`${shown} cannot be used`, `${wrong} Then try ${distro.command} -p hello`));
  }
  return findings;
};
