import { Config, type ExtensionApi, Loop, type PermissionAnswer, type PermissionRequest } from 'tenon/plugin-api';
import { autoRules } from './auto-rules.ts';
import { classifierPrompt, INSTRUCTIONS } from './classifier-prompt.ts';

/** What a question may be asked for that a model may answer: nobody wrote a rule, and nothing of it is protected. */
const DECIDABLE: ReadonlySet<string | undefined> = new Set(['other', 'workingDir']);
const LIMIT = 30_000;
const TOKENS = 400;
/** Denials in a row after which a person is asked instead. */
const MOST_DENIED = 3;

/**
 * Lets a model decide a call that no rule decides. `undefined` leaves it to whoever is asked otherwise: also where the
 * model gives no answer, so that nothing runs because it failed.
 */
export async function classify(
  api: ExtensionApi,
  request: PermissionRequest,
  signal: AbortSignal,
): Promise<PermissionAnswer | undefined> {
  const { session, tool, source } = request;
  if (!DECIDABLE.has(source) || request.matchedRule !== undefined) return undefined;
  const denied = session.state('auto-mode.denied', () => ({ inARow: 0 }));
  if (denied.inARow >= MOST_DENIED) {
    denied.inARow = 0;
    return undefined;
  }
  const loop = await api.use(Loop);
  const open = loop.get(session.id);
  const prompt = classifierPrompt(request, open?.history() ?? [], autoRules(api.maybe(Config)));
  if (prompt === undefined) return undefined;
  let text: string;
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]);
    const options = { system: INSTRUCTIONS, prompt, maxTokens: TOKENS, signal: limited, session };
    ({ text } = await loop.ask(open === undefined ? options : { ...options, model: open.model }));
  } catch (error) {
    if (signal.aborted) throw error;
    api.log.warn(`the mode auto could not decide about ${tool}: ${(error as Error).message}`);
    return undefined;
  }
  const verdict = verdictOf(text);
  if (verdict === undefined) {
    api.log.warn(`the mode auto could not decide about ${tool}: the model gave no verdict`);
    return undefined;
  }
  if (verdict.allow) {
    denied.inARow = 0;
    return { verdict: 'allow' };
  }
  denied.inARow += 1;
  return { verdict: 'deny', message: `The permission mode auto denied this call: ${verdict.reason}` };
}

/** The one object that was asked for; anything else decides nothing. */
function verdictOf(text: string): { readonly allow: boolean; readonly reason: string } | undefined {
  const trimmed = text.trim().replace(/^```(?:json)?\n([\s\S]*)\n```$/, '$1');
  try {
    const { verdict, reason } = JSON.parse(trimmed) as { readonly verdict?: unknown; readonly reason?: unknown };
    if (verdict !== 'allow' && verdict !== 'deny') return undefined;
    return {
      allow: verdict === 'allow',
      reason: typeof reason === 'string' ? reason.slice(0, 1_000) : 'no reason given',
    };
  } catch {
    return undefined; // a model that does not keep to the form has not decided
  }
}
