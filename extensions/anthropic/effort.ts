import type { Effort } from 'tenon/plugin-api';

const LEVELS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
type Level = (typeof LEVELS)[number];

/**
 * Models that do not know every level (https://platform.claude.com/docs/en/build-with-claude/effort); an empty list is a
 * model without any.
 */
const KNOWN: Readonly<Record<string, readonly Level[]>> = {
  'claude-opus-4-6': ['low', 'medium', 'high', 'max'],
  'claude-opus-4-5': ['low', 'medium', 'high'],
  'claude-sonnet-4-6': ['low', 'medium', 'high', 'max'],
  'claude-sonnet-4-5': [],
  'claude-haiku-4-5': [],
};
/** The one model that takes it only with a beta. */
const WITH_BETA = 'claude-opus-4-5';
const BETA = 'effort-2025-11-24';

/** What `output_config` says for a level: the level itself, or the highest below it that the model knows. */
export function effortOf(asked: Effort | undefined, id: string): Level | (string & {}) | undefined {
  const known = KNOWN[plain(id)];
  if (asked === undefined || known === undefined) return asked;
  const upTo = LEVELS.indexOf(asked as Level);
  return upTo < 0 ? undefined : (known.findLast((level) => LEVELS.indexOf(level) <= upTo) ?? known[0]);
}

/** The levels that a model knows. */
export function effortLevels(id: string): readonly string[] {
  return KNOWN[plain(id)] ?? LEVELS;
}

/** The beta that a level needs with a model. */
export function effortBeta(asked: Effort | undefined, id: string): string | undefined {
  return asked !== undefined && plain(id) === WITH_BETA ? BETA : undefined;
}

function plain(id: string): string {
  return id.toLowerCase().replace(/-(\d{8}|latest)$/, '');
}
