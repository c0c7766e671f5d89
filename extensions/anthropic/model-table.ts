import type { ModelChoice, ModelInfo, SessionRef } from 'tenon/plugin-api';
import { effortLevels } from './effort.ts';

/** The environment variables that this extension reads. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a model accepts as `thinking`: a token budget (`budget`); adaptive or disabled (`adaptive`); adaptive, with
 * `between_tools` as its lowest setting (`between-tools`); adaptive only (`always`).
 */
export type ThinkingSupport = 'budget' | 'adaptive' | 'between-tools' | 'always';

interface Row {
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly thinking: ThinkingSupport;
  /** Input, output, cache read, cache write for five minutes; US dollars for a million tokens. */
  readonly price?: readonly [number, number, number, number];
}

const MILLION = { contextWindow: 1_000_000, maxOutputTokens: 128_000 };
const SMALL = { contextWindow: 200_000, maxOutputTokens: 64_000, thinking: 'budget' } as const;

/**
 * The published limits and prices (https://platform.claude.com/docs/en/about-claude/models/overview and …/pricing,
 * November 2026). Dated ids take the row of the id without the date. Haiku 5.5 costs five times as much above 100,000
 * prompt tokens, which one row cannot say.
 */
const ROWS: Readonly<Record<string, Row>> = {
  'claude-fable-5-2': { ...MILLION, thinking: 'always', price: [8, 40, 0.2, 10] },
  'claude-fable-5-1': { ...MILLION, thinking: 'always', price: [10, 50, 0.25, 12.5] },
  'claude-fable-5': { ...MILLION, thinking: 'always', price: [10, 50, 1, 12.5] },
  'claude-opus-5-5': { ...MILLION, thinking: 'always', price: [4, 20, 0.2, 5] },
  'claude-opus-5': { ...MILLION, thinking: 'adaptive', price: [5, 25, 0.5, 6.25] },
  'claude-opus-4-8': { ...MILLION, thinking: 'adaptive', price: [5, 25, 0.5, 6.25] },
  'claude-opus-4-7': { ...MILLION, thinking: 'adaptive', price: [5, 25, 0.5, 6.25] },
  'claude-opus-4-6': { ...MILLION, thinking: 'budget', price: [5, 25, 0.5, 6.25] },
  'claude-opus-4-5': { ...SMALL, price: [5, 25, 0.5, 6.25] },
  'claude-sonnet-5-5': { ...MILLION, thinking: 'between-tools', price: [2, 10, 0.1, 2.5] },
  'claude-sonnet-5': { ...MILLION, thinking: 'adaptive', price: [2, 10, 0.2, 2.5] },
  'claude-sonnet-4-6': { ...SMALL, contextWindow: 1_000_000, price: [3, 15, 0.3, 3.75] },
  'claude-sonnet-4-5': { ...SMALL, price: [3, 15, 0.3, 3.75] },
  'claude-haiku-5-5': { ...MILLION, thinking: 'adaptive', price: [0.1, 0.5, 0.01, 0.125] },
  'claude-haiku-4-5': { ...SMALL, price: [1, 5, 0.1, 1.25] },
};
const UNKNOWN: Row = { contextWindow: 200_000, maxOutputTokens: 32_000, thinking: 'adaptive' };

const ALIASES: Readonly<Record<string, { readonly variables: readonly string[]; readonly id: string }>> = {
  fable: { variables: ['ANTHROPIC_DEFAULT_FABLE_MODEL'], id: 'claude-fable-5-2' },
  opus: { variables: ['ANTHROPIC_DEFAULT_OPUS_MODEL'], id: 'claude-opus-5-5' },
  sonnet: { variables: ['ANTHROPIC_DEFAULT_SONNET_MODEL'], id: 'claude-sonnet-5-5' },
  haiku: { variables: ['ANTHROPIC_DEFAULT_HAIKU_MODEL', 'ANTHROPIC_SMALL_FAST_MODEL'], id: 'claude-haiku-5-5' },
};

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  fable: 'For the hardest problems',
  opus: 'For complex work',
  sonnet: 'For everyday work',
  haiku: 'Fastest, for simple work',
};

/** A model as it is asked for at the endpoint. */
export interface ResolvedModel {
  readonly id: string;
  /** The id was written with the suffix `[1m]`: the long context window is asked for. */
  readonly longContext: boolean;
}

/**
 * Resolves an alias: `sonnet`, `opus`, `haiku`, `fable`, `default` (ANTHROPIC_MODEL, else sonnet), `opusplan` (opus in
 * plan mode, sonnet otherwise). ANTHROPIC_SMALL_FAST_MODEL is the older name of the variable for haiku. Any other id stays as it is. A suffix `[1m]` asks for the long context window.
 */
export function resolveModel(model: string, env: Env, session?: SessionRef): ResolvedModel {
  const suffix = /\[1m\]$/i.exec(model);
  const name = suffix ? model.slice(0, suffix.index) : model;
  const id = resolveAlias(name, env, session);
  return { id: id.replace(/\[1m\]$/i, ''), longContext: suffix !== null || /\[1m\]$/i.test(id) };
}

function resolveAlias(name: string, env: Env, session: SessionRef | undefined): string {
  const word = name.trim().toLowerCase();
  if (word === 'opusplan') return resolveAlias(session?.permissionMode === 'plan' ? 'opus' : 'sonnet', env, session);
  if (word === 'default' || word === '') {
    const named = env.ANTHROPIC_MODEL?.trim() || env.ANTHROPIC_DEFAULT_MODEL?.trim();
    return named && named.toLowerCase() !== 'default'
      ? resolveAlias(named, env, session)
      : resolveAlias('sonnet', env, session);
  }
  const alias = Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  if (!alias) return name;
  const set = alias.variables.map((variable) => env[variable]?.trim()).find((value) => value);
  return set && set.toLowerCase() !== word ? set : alias.id;
}

/** The models that users choose by a word. */
export function modelChoices(env: Env): readonly ModelChoice[] {
  return Object.keys(ALIASES).map((value) => {
    const { id } = resolveModel(value, env);
    return { value, resolved: id, description: DESCRIPTIONS[value] ?? id, efforts: effortLevels(id) };
  });
}

/** Limits and prices of a resolved id; careful defaults for one that is not in the table. */
export function modelInfo(model: ResolvedModel): ModelInfo {
  const row = rowOf(model.id);
  return {
    id: model.id,
    contextWindow: model.longContext ? Math.max(row.contextWindow, 1_000_000) : row.contextWindow,
    maxOutputTokens: row.maxOutputTokens,
    ...(row.price && {
      price: { input: row.price[0], output: row.price[1], cacheRead: row.price[2], cacheWrite: row.price[3] },
    }),
  };
}

/** What the model accepts as `thinking`. */
export function thinkingSupport(id: string): ThinkingSupport {
  return rowOf(id).thinking;
}

function rowOf(id: string): Row {
  const plain = id.toLowerCase().replace(/-(\d{8}|latest)$/, '');
  return (Object.hasOwn(ROWS, plain) ? ROWS[plain] : undefined) ?? UNKNOWN;
}
