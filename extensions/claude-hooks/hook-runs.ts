import {
  BackgroundTasks,
  Config,
  type HookHandler,
  HookHandlers,
  type JsonObject,
  Loop,
  Permissions,
  type SessionRef,
  type ValueOf,
} from 'tenon/plugin-api';
import { agentOffers } from 'tenon/plugin-api/lib/agent-offers';
import { clock } from 'tenon/plugin-api/lib/clock';
import { randomUuid } from 'tenon/plugin-api/lib/random-uuid';
import type { Answer, Outcome } from './answer.ts';
import { isText, lastField, specifics } from './answer.ts';
import type { AuditLog } from './audit-log.ts';
import { distinct } from './distinct.ts';
import type { AnyMapping, EventMapping, EventWorld } from './event-mapping.ts';
import { HandlerProfiles, sourceOf } from './handler-profile.ts';
import type { HandlerRun, Workbench } from './handler-run.ts';
import { rootOf } from './hook-env.ts';
import { shortened, TEXT_LIMIT } from './long-text.ts';
import { fitsMatcher } from './matcher.ts';
import { failureText, merge } from './merge.ts';
import { outcomeOf } from './outcome.ts';
import { blocksOnFailure } from './policy.ts';
import { runHandler } from './run-handler.ts';
import { showEnd, showStart } from './shown-run.ts';
import { switchesOf } from './switches.ts';
import { endLimit, limitOf } from './time-limits.ts';
import { outputMisfit } from './tool-output.ts';

/** Handlers of one event that run at the same time. */
const AT_ONCE = 50;
/** Characters of one text in the list of background work. */
const WIDEST = 1_000;

type AnyValue = { readonly session?: SessionRef };

/** Runs the handlers of events and puts their answers together. */
export class HookRuns implements EventWorld {
  readonly profiles = new HandlerProfiles();
  private readonly bench: Workbench;
  private readonly audit: AuditLog;
  /** What is on its way to the session and was logged already. */
  private readonly logged = new Set<string>();

  constructor(bench: Workbench, audit: AuditLog) {
    this.bench = bench;
    this.audit = audit;
  }

  /** What the hook of an event is answered. */
  async fire(row: AnyMapping, value: AnyValue, signal: AbortSignal): Promise<unknown> {
    const mapping = row as unknown as EventMapping;
    const { session } = value;
    // an interrupt may have kept the batch from being asked
    if (row.event === 'QueryStart' && session !== undefined) takeStop(session);
    const pending = row.event === 'PostToolBatch' && session !== undefined ? takeStop(session) : undefined;
    const items = await this.select(mapping, value);
    if (items.length === 0) {
      return pending === undefined ? undefined : mapping.patch?.({ ...NO_ANSWER, stopped: pending }, value as never);
    }
    const name = nameOf(mapping, value);
    const outcomes = await this.runAll(row, name, items, value, signal);
    const { answer, told } = merge(row, name, outcomes);
    this.tell(session, told);
    const whole: Answer = pending === undefined ? answer : { ...answer, stopped: answer.stopped ?? pending };
    if (session !== undefined) this.follow(mapping, value, session, whole);
    return mapping.patch?.(whole, value as never);
  }

  backgroundTasks(session: SessionRef): readonly JsonObject[] {
    const tasks = this.bench.api.maybe(BackgroundTasks)?.list(session) ?? [];
    return tasks
      .filter(({ status }) => status === 'running')
      .map(({ id, type, status, description, command, agentType }) => ({
        id,
        type: type === 'local_bash' ? 'shell' : type === 'local_agent' ? 'subagent' : type,
        status,
        description: cut(description),
        ...(command !== undefined && { command: cut(command) }),
        ...(agentType !== undefined && { agent_type: agentType }),
      }));
  }

  model(session: SessionRef): string | undefined {
    return this.bench.api.maybe(Loop)?.get(session.id)?.model;
  }

  // -------------------------------------------------------------- selection

  private async select(mapping: EventMapping, value: AnyValue): Promise<readonly HookHandler[]> {
    const { api, host } = this.bench;
    const declared = api.declared(HookHandlers);
    // whoever says which events it is for is not started for another
    if (!declared.some(({ event }) => event === undefined || event === mapping.event)) return [];
    const subject = mapping.subject?.(value as never) ?? '';
    const fits = (await api.items(HookHandlers)).filter(
      (item) =>
        item.event === mapping.event &&
        (item.handler.type === 'callback' || mapping.types.includes(item.handler.type)) &&
        (item.session === undefined || within(value.session, item.session)) &&
        fitsMatcher(item.matcher, subject, mapping as unknown as AnyMapping),
    );
    if (fits.length === 0) return [];
    const switches = switchesOf(api.maybe(Config));
    const chosen: HookHandler[] = [];
    for (const item of fits) {
      if (switches.off(item) !== undefined || this.ran(item, value.session)) continue;
      const { if: rule } = item.handler;
      if (rule !== undefined) {
        const call = mapping.call?.(value as never);
        if (call === undefined || value.session === undefined) continue;
        const { fitsRule } = await import('./if-rule.ts');
        if (!(await fitsRule(rule, { ...call, session: value.session, home: host.home }))) continue;
      }
      chosen.push(item);
    }
    const once = distinct(chosen);
    for (const item of once) if (isOnce(item)) doneOf(value.session)?.add(item.name);
    return once;
  }

  private ran(item: HookHandler, session: SessionRef | undefined): boolean {
    return isOnce(item) && doneOf(session)?.has(item.name) === true;
  }

  // ------------------------------------------------------------------- runs

  private async runAll(
    row: AnyMapping,
    name: string,
    items: readonly HookHandler[],
    value: AnyValue,
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> {
    const mapping = row as unknown as EventMapping;
    const input = this.inputOf(mapping, value);
    const text = JSON.stringify(input);
    const shared = row.event === 'SessionEnd' ? endLimit(items, this.bench.host.env) : Number.POSITIVE_INFINITY;
    const began = clock();
    const outcomes: Outcome[] = [];
    let next = 0;
    const worker = async () => {
      while (next < items.length) {
        const at = next++;
        const item = items[at]!;
        const rest = Math.max(1, shared - (clock() - began));
        const limit = Math.min(limitOf(item, row), rest);
        const { session } = value;
        const id = randomUuid();
        const run: HandlerRun = {
          id,
          mapping: row,
          item,
          handler: item.handler,
          name,
          input,
          text,
          session,
          signal,
          limit,
        };
        outcomes[at] = await this.runOne(run);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
    return outcomes;
  }

  private async runOne(run: HandlerRun): Promise<Outcome> {
    const { api } = this.bench;
    const { mapping, item } = run;
    showStart(api as never, run);
    const began = clock();
    const ran = await runHandler(this.bench, run);
    const blocks = blocksOnFailure(item, mapping, api.config);
    const outcome = await this.short(outcomeOf(mapping, item, ran, clock() - began, blocks), run.session);
    if (ran.background !== true) showEnd(api as never, run, { ...ran, outcome: outcome.status });
    this.profiles.add(item, outcome);
    if (outcome.status === 'error' && mapping.exit2 === 'block') this.note(run, outcome);
    return outcome;
  }

  /** What was a guard and gave no answer is noted: it may have been meant to keep something from happening. */
  private note({ mapping, item, session, name, input }: HandlerRun, { problem, blocked, ms }: Outcome): void {
    // not every surface shows what a session says
    if (session !== undefined) {
      const text = failureText(name, problem ?? '', blocked !== undefined);
      this.logged.add(text);
      this.bench.api.log.warn(text);
    }
    this.audit.add({
      event: mapping.event,
      hook: name,
      handler: item.name,
      source: sourceOf(item),
      problem: problem ?? '',
      counted_as: blocked === undefined ? 'no opinion' : 'refusal',
      duration_ms: Math.round(ms),
      cwd: session?.cwd ?? this.bench.host.cwd,
      ...(session !== undefined && { session_id: rootOf(session).id }),
      ...(isText(input.tool_use_id) && { tool_use_id: input.tool_use_id }),
    });
  }

  private async short(outcome: Outcome, session: SessionRef | undefined): Promise<Outcome> {
    const { api } = this.bench;
    const lend = (path: string) => {
      if (session !== undefined) api.maybe(Permissions)?.lend?.(rootOf(session), path);
    };
    const { plain, blocked, output, problem } = outcome;
    const added = output?.specific?.additionalContext;
    const texts = [plain, blocked, problem, added, output?.systemMessage, output?.reason, output?.stopReason];
    if (!texts.some((text) => typeof text === 'string' && text.length > TEXT_LIMIT)) return outcome;
    const short = async <T extends object>(fields: T): Promise<T> => {
      const made: { [name: string]: unknown } = { ...(fields as JsonObject) };
      for (const [key, text] of Object.entries(fields)) {
        if (typeof text === 'string') made[key] = await shortened(text, () => api.data.folder(), lend);
      }
      return made as T;
    };
    const { additionalContext, ...specific } = output?.specific ?? {};
    return {
      ...outcome,
      ...(await short({
        ...(plain !== undefined && { plain }),
        ...(blocked !== undefined && { blocked }),
        ...(problem !== undefined && { problem }),
      })),
      ...(output !== undefined && {
        output: {
          ...(await short(output)),
          ...(output.specific !== undefined && {
            specific: {
              ...specific,
              ...(await short(additionalContext === undefined ? {} : { additionalContext })),
            },
          }),
        },
      }),
    };
  }

  // ----------------------------------------------------------------- around

  private inputOf(mapping: EventMapping, value: AnyValue): JsonObject {
    const { session } = value;
    const { host } = this.bench;
    const own = mapping.input(value as never, this);
    if (session === undefined) {
      return { session_id: '', transcript_path: '', cwd: host.cwd, hook_event_name: mapping.event, ...own };
    }
    const root = rootOf(session);
    const { promptId, permissionMode, effort, agent } = session;
    const { main } = agentOffers(root);
    return {
      session_id: root.id,
      transcript_path: root.transcriptPath ?? '',
      cwd: session.cwd,
      ...(promptId !== undefined && { prompt_id: promptId }),
      ...(mapping.mode && { permission_mode: permissionMode }),
      hook_event_name: mapping.event,
      ...(mapping.call !== undefined && effort !== undefined && { effort: { level: effort } }),
      ...(agent !== undefined && {
        ...(session.parent !== undefined && { agent_id: agent.id }),
        agent_type: agent.type,
      }),
      // a session that is an agent itself (`--agent`)
      ...(agent === undefined && main !== undefined && { agent_type: main }),
      ...own,
    };
  }

  /** What an answer does besides the patch of its hook. */
  private follow(mapping: EventMapping, value: AnyValue, session: SessionRef, answer: Answer): void {
    if (mapping.stopsTurn === true && answer.stopped !== undefined) setStop(session, answer.stopped);
    const title = lastField(answer, 'sessionTitle', isText);
    if (title !== undefined && title.trim() !== '' && TITLED.includes(mapping.event)) {
      this.bench.api.maybe(Loop)?.get(rootOf(session).id)?.setTitle(title.trim());
    }
    if (mapping.event === 'PostToolUse') this.checkOutputs(value as ValueOf<'PostToolUse'>, session, answer);
    for (const text of mapping.later?.(answer, value as never) ?? []) this.bench.background.tell(session, text);
  }

  private checkOutputs({ output }: ValueOf<'PostToolUse'>, session: SessionRef, answer: Answer): void {
    for (const { updatedToolOutput: given } of specifics(answer)) {
      const problem = given === undefined || given === null ? undefined : outputMisfit(given, output);
      if (problem !== undefined) this.tell(session, [`PostToolUse hook: updatedToolOutput is not used: ${problem}`]);
    }
  }

  private tell(session: SessionRef | undefined, texts: readonly string[]): void {
    if (texts.length === 0) return;
    const { api } = this.bench;
    const live = session === undefined ? undefined : api.maybe(Loop)?.get(rootOf(session).id);
    for (const text of texts) {
      if (live === undefined) api.log.warn(text);
      else live.inform('warning', text, this.logged.delete(text) ? undefined : 'hook');
    }
  }
}

const NO_ANSWER: Answer = { stopped: undefined, blocks: [], context: [], outcomes: [] };
const TITLED = ['SessionStart', 'UserPromptSubmit'];
const STOP = 'claude-hooks:stop';

/** The prompt ends once the calls of this answer are done. */
function setStop(session: SessionRef, why: string): void {
  session.state<{ why?: string | undefined }>(STOP, () => ({})).why ??= why;
}

function takeStop(session: SessionRef): string | undefined {
  const stop = session.state<{ why?: string | undefined }>(STOP, () => ({}));
  const { why } = stop;
  stop.why = undefined;
  return why;
}

/** `PreToolUse:Bash`, `SessionStart:startup`, `Stop`. */
function nameOf(mapping: EventMapping, value: AnyValue): string {
  const subject = mapping.subject?.(value as never) ?? '';
  return subject === '' ? mapping.event : `${mapping.event}:${subject}`;
}

function within(session: SessionRef | undefined, wanted: SessionRef): boolean {
  for (let one = session; one !== undefined; one = one.parent) if (one.id === wanted.id) return true;
  return false;
}

/** Only handlers of skills may say it. */
function isOnce({ handler, origin }: HookHandler): boolean {
  return handler.once === true && origin.kind === 'skill';
}

function doneOf(session: SessionRef | undefined): Set<string> | undefined {
  return session && rootOf(session).state('claude-hooks:once', () => new Set<string>());
}

function cut(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST)}… [+${text.length - WIDEST} chars]`;
}
