import { Config, type ModelError } from 'tenon/plugin-api';
import type { Query } from './query.ts';

/** Attempts at an overloaded model before another takes its place. */
export const OVERLOADED_PATIENCE = 3;

/** True for what another model might not fail with. */
function isFault({ kind, status }: ModelError): boolean {
  return kind === 'overloaded' || kind === 'model_not_found' || (kind === 'server_error' && (status ?? 0) >= 500);
}

/**
 * Goes on with the next of the models that stand in for the session's, for the rest of the prompt.
 * @returns false when there is none, or the failure would be the same with it
 */
export async function fallBack(query: Query, error: ModelError): Promise<boolean> {
  if (!isFault(error)) return false;
  const { session, model } = query;
  query.failedModels.add(model);
  for (const next of await fallbackModels(query)) {
    if (query.failedModels.has(next)) continue;
    query.failedModels.add(next);
    if (!(await query.useModel(next, 'fallback'))) continue;
    session.inform('warning', `${model} does not answer (${error.message}). Going on with ${next}.`);
    return true;
  }
  return false;
}

async function fallbackModels({ session }: Query): Promise<readonly string[]> {
  const { api } = session.world;
  const given = session.options.fallbackModels ?? session.top.options.fallbackModels;
  if (given !== undefined) return given;
  const setting = api.has(Config) ? (await api.use(Config)).get('fallbackModel') : undefined;
  if (setting === undefined) return [];
  const list: readonly unknown[] = Array.isArray(setting) ? setting : [setting];
  const names = list.filter((one) => typeof one === 'string' && one !== '');
  if (names.length < list.length) {
    api.log.warn('settings: fallbackModel must be a list of model ids; what is none does not count');
  }
  return names as string[];
}
