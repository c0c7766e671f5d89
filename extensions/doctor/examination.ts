import type { ExtensionApi, Host } from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { checkExtensions } from './check-extensions.ts';
import { checkModels } from './check-models.ts';
import { checkPlaces } from './check-places.ts';
import { checkPlugins } from './check-plugins.ts';
import { checkPrograms } from './check-programs.ts';
import { checkRuntime } from './check-runtime.ts';
import { checkSettings } from './check-settings.ts';
import { checkTrust } from './check-trust.ts';
import { type Check, type Finding, problem } from './finding.ts';

/** What an examination found, part by part. */
export interface Examination {
  readonly parts: readonly { readonly title: string; readonly findings: readonly Finding[] }[];
  readonly problems: number;
}

/** Extensions come first: starting all of them brings out what the others report. */
const CHECKS: readonly (readonly [title: string, check: Check, limit: number])[] = [
  ['Extensions', checkExtensions, 120_000],
  ['Program', checkRuntime, 5_000],
  ['Folders', checkPlaces, 10_000],
  ['Settings', checkSettings, 10_000],
  ['Trust', checkTrust, 10_000],
  ['Plugins, skills and agents', checkPlugins, 30_000],
  ['Models', checkModels, 10_000],
  ['Other programs', checkPrograms, 20_000],
];

/** Looks at every part; one that fails is a finding like any other. */
export async function examine(api: ExtensionApi, host: Host): Promise<Examination> {
  const parts: { title: string; findings: readonly Finding[] }[] = [];
  for (const [title, check, limit] of CHECKS) {
    let findings: readonly Finding[];
    try {
      findings = await bounded(check(api, host), limit, api.signal);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      findings = [problem(`cannot be checked: ${why}`, `run it again with TENON_DEBUG=1 for details`)];
    }
    parts.push({ title, findings });
  }
  const [extensions, ...rest] = parts;
  const ordered = [...rest, extensions!];
  const problems = ordered.flatMap(({ findings }) => findings).filter(({ level }) => level === 'problem').length;
  return { parts: ordered, problems };
}
