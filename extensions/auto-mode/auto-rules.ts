import type { Config } from 'tenon/plugin-api';

/** What the setting `autoMode` tells the model: sentences of the user and the administrator. */
export interface AutoRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly environment: readonly string[];
}

/** The layers of a project: what they say may make the model stricter, and never laxer. */
const PROJECT: ReadonlySet<string> = new Set(['project', 'local']);

export function autoRules(config: Config | undefined): AutoRules {
  const allow: string[] = [];
  const deny: string[] = [];
  const environment: string[] = [];
  for (const { source, value } of config?.layers() ?? []) {
    const given = value.autoMode;
    if (typeof given !== 'object' || given === null) continue;
    const rules = given as Readonly<Record<string, unknown>>;
    deny.push(...texts(rules.soft_deny), ...texts(rules.hard_deny));
    if (PROJECT.has(source)) continue;
    allow.push(...texts(rules.allow));
    environment.push(...texts(rules.environment));
  }
  return { allow, deny, environment };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
