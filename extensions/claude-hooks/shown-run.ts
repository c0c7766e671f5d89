import { type ExtensionApi, type HookRunEvent, Loop } from 'tenon/plugin-api';
import type { Ran } from './answer.ts';
import type { HandlerRun } from './handler-run.ts';

/** Characters of each stream that surfaces are shown. */
const MOST = 10_000;

/** The end of a run as surfaces see it. */
export interface Shown extends Pick<Ran, 'stdout' | 'stderr' | 'exitCode'> {
  readonly outcome: NonNullable<HookRunEvent['outcome']>;
}

/** Tells the surfaces of the session that a handler runs. */
export function showStart(api: ExtensionApi<never>, run: HandlerRun): void {
  note(api, run, { phase: 'started' });
}

/** Tells them how it ended. */
export function showEnd(api: ExtensionApi<never>, run: HandlerRun, shown: Shown): void {
  const command = run.handler.type === 'command';
  const stdout = shown.stdout.slice(0, MOST);
  const stderr = shown.stderr.slice(0, MOST);
  note(api, run, {
    phase: 'response',
    stdout: command ? stdout : '',
    stderr,
    output: stdout + stderr,
    outcome: shown.outcome,
    ...(shown.exitCode !== undefined && { exitCode: shown.exitCode }),
  });
}

function note(
  api: ExtensionApi<never>,
  { session, id, name, mapping }: HandlerRun,
  rest: Omit<HookRunEvent, 'type' | 'hookId' | 'hookName' | 'hookEvent'>,
): void {
  if (session === undefined) return;
  const live = api.maybe(Loop)?.get(session.id);
  live?.note({ type: 'hook', hookId: id, hookName: name, hookEvent: mapping.event, ...rest });
}
