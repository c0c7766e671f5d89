import { ModelError, type ModelRequest, type SessionRef } from 'tenon/plugin-api';
import { effortBeta } from './effort.ts';
import { isHeader } from './endpoint.ts';
import { type Env, modelInfo, type ResolvedModel } from './model-table.ts';
import { TASK_BUDGET_BETA, taskBudgetOf } from './task-budget.ts';

const API_VERSION = '2023-06-01';
const LONG_CONTEXT_BETA = 'context-1m-2025-08-07';

/** The headers that other extensions may see and change. `version` is the program's. @throws ModelError */
export function requestHeaders(
  model: ResolvedModel,
  env: Env,
  version: string,
  session: SessionRef | undefined,
  asked: Pick<ModelRequest, 'betas' | 'effort' | 'taskBudget'> = {},
): Record<string, string> {
  const betas = [...(env.ANTHROPIC_BETAS ?? '').split(','), ...(asked.betas ?? [])].map((beta) => beta.trim());
  const odd = betas.find((beta) => !isHeader('x', beta));
  if (odd !== undefined) {
    throw new ModelError(
      'invalid_request',
      `The beta ${JSON.stringify(odd)} holds a character that no header may contain.`,
    );
  }
  const needsBeta = model.longContext && modelInfo({ ...model, longContext: false }).contextWindow < 1_000_000;
  if (needsBeta) betas.push(LONG_CONTEXT_BETA);
  betas.push(effortBeta(asked.effort, model.id) ?? '');
  if (taskBudgetOf(asked, model.id) !== undefined) betas.push(TASK_BUDGET_BETA);
  const beta = [...new Set(betas.filter((name) => name !== ''))].join(',');
  return {
    'content-type': 'application/json',
    accept: 'text/event-stream, application/json',
    'accept-encoding': 'identity',
    'anthropic-version': API_VERSION,
    ...(beta !== '' && { 'anthropic-beta': beta }),
    'user-agent': `tenon/${version}`,
    'x-app': 'cli',
    ...(session && { 'x-claude-code-session-id': rootOf(session).id }),
  };
}

function rootOf(session: SessionRef): SessionRef {
  return session.parent === undefined ? session : rootOf(session.parent);
}

/** Headers that taps returned, without those that only the connection may set. @throws ModelError */
export function tappedHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (key === 'host' || key === 'connection' || key === 'content-length' || key === 'transfer-encoding') continue;
    if (typeof value !== 'string' || !isHeader(key, value)) {
      throw new ModelError(
        'invalid_request',
        `An extension set the header "${key}" of a model request to something that no header may contain (hook ModelRequest).`,
      );
    }
    headers[key] = value;
  }
  return headers;
}
