import { Config } from 'tenon/plugin-api';
import { type Check, note, ok, problem } from './finding.ts';

export const checkSettings: Check = async (api, { distro }) => {
  if (!api.has(Config)) return [note('this build reads no settings')];
  const config = await api.use(Config);
  const layers = config.layers().map(({ source, path }) => ok(`${source}: ${path ?? 'not from a file'}`));
  const problems = config
    .problems()
    .map(({ message, skipped }) =>
      skipped === true
        ? note(message)
        : problem(message, `correct it; ${distro.command} config list shows what counts`),
    );
  return layers.length + problems.length === 0
    ? [ok('no settings files; the defaults count')]
    : [...layers, ...problems];
};
