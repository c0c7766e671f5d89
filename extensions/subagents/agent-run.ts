import {
  type AgentDefinition,
  Loop,
  type MadeWorktree,
  type Message,
  type ResultEvent,
  type Session,
  type SessionEvent,
  type SubagentRequest,
  type SubagentResult,
  textOf,
} from 'tenon/plugin-api';
import { installHooks } from './agent-hooks.ts';
import { type AgentRecord, holdMessages } from './agent-records.ts';
import { failureText, reminder } from './agent-report.ts';
import { appendedPrompt, modelOf, modeOf, sayUnsupported, skillTexts } from './agent-settings.ts';
import { AgentTally } from './agent-tally.ts';
import { mayHave } from './agent-tools.ts';
import { REPORTING } from './built-in-agents.ts';
import { depthOf } from './depth.ts';
import type { Workbench } from './workbench.ts';

/** How often hooks may send an agent back to work. */
const GO_ON = 8;

/** What an agent begins with. */
export interface RunStart {
  readonly definition: AgentDefinition;
  readonly record: AgentRecord;
  readonly request: SubagentRequest;
  readonly background: boolean;
  /** It goes on: what it knows. */
  readonly messages?: readonly Message[];
  readonly worktree?: MadeWorktree;
}

/** An agent at work: its session, from the first message to the report. */
export class AgentRun {
  readonly tally = new AgentTally();
  /** Hears what it says and does: one text for each answer. */
  heard: ((text: string) => void) | undefined;
  /** Hears how far it is. */
  progressed: (() => void) | undefined;
  private readonly bench: Workbench;
  private readonly start: RunStart;
  private readonly controller = new AbortController();
  private readonly later: Promise<ResultEvent>[] = [];
  private session: Session | undefined;
  private uninstall: () => Promise<void> = async () => {};
  private wentOn = 0;
  private over = false;

  constructor(bench: Workbench, start: RunStart) {
    this.bench = bench;
    this.start = start;
  }

  get id(): string {
    return this.start.record.id;
  }
  get type(): string {
    return this.start.definition.name;
  }
  get transcriptPath(): string | undefined {
    return this.start.record.transcriptPath;
  }

  /** @throws Error when it cannot begin, such as for a model without a provider */
  async open(): Promise<void> {
    const { bench, start } = this;
    const { definition, record, request, background, messages } = start;
    const { session: parent, toolUseId, jsonSchema } = request;
    sayUnsupported(bench, definition);
    const [loop, body, append] = await Promise.all([bench.api.use(Loop), definition.prompt(), appendedPrompt(bench)]);
    const model = modelOf(bench, request.model, definition);
    const effort = request.effort ?? definition.effort;
    const mode = modeOf(parent, definition);
    const maxTurns = request.maxTurns ?? definition.maxTurns;
    const choice = { definition, tools: request.tools, background, depth: depthOf(parent) + 1 };
    this.session = await loop.open({
      cwd: record.note.cwd,
      parent,
      agent: { id: record.id, type: definition.name, description: record.note.description },
      systemPrompt: [body.trim(), REPORTING].filter((text) => text !== '').join('\n\n'),
      signal: this.controller.signal,
      offersTool: (name) => mayHave(choice, name),
      onEvent: (event) => this.hear(event),
      ...(append !== undefined && { appendSystemPrompt: append }),
      ...(toolUseId !== undefined && { parentToolUseId: toolUseId }),
      ...(model !== undefined && { model }),
      ...(effort !== undefined && { effort }),
      ...(mode !== undefined && { permissionMode: mode }),
      ...(maxTurns !== undefined && { maxTurns }),
      ...(jsonSchema !== undefined && { jsonSchema }),
      ...(messages !== undefined && { messages }),
    });
    record.run = this;
  }

  stop(): void {
    this.controller.abort();
  }

  /** Tells it something; false when it has ended. */
  tell(message: string): boolean {
    if (this.over || this.session === undefined) return false;
    const sent = this.session.send({ content: message, source: 'system' });
    sent.catch(() => undefined); // whoever waits for it sees it
    this.later.push(sent);
    return true;
  }

  /** Works to the end. What goes wrong shows in the result. */
  async work(): Promise<SubagentResult> {
    let end: ResultEvent | undefined;
    let problem: string | undefined;
    try {
      end = await this.answer(this.session!);
    } catch (error) {
      problem = (error as Error).message;
    }
    this.over = true;
    return this.finish(end, problem);
  }

  private async answer(session: Session): Promise<ResultEvent> {
    const { definition, request, messages } = this.start;
    this.uninstall = await installHooks(this.bench, definition, session);
    let content: Message['content'] = request.prompt;
    if (messages === undefined) {
      const { omitInstructions } = definition;
      const started = await this.bench.api.hooks.SubagentStart.fire({
        session,
        agent: definition.name,
        prompt: request.prompt,
        context: [],
        ...(omitInstructions !== undefined && { omitInstructions }),
      });
      const context = [...started.context.map(({ text }) => text), ...(await skillTexts(this.bench, definition))];
      const before = context.filter((text) => text.trim() !== '').map(reminder);
      content = before.length === 0 ? started.prompt : [...before, { type: 'text', text: started.prompt }];
    }
    let end = await session.send({ content, source: 'system', expand: false });
    for (;;) {
      for (let next = this.later.shift(); next !== undefined; next = this.later.shift()) end = await next;
      if (end.isError || this.controller.signal.aborted) return end;
      const more = await this.goOn(session, end);
      if (more !== undefined) end = await session.send({ content: more, source: 'system', expand: false });
      else if (this.later.length === 0) return end;
    }
  }

  /** What hooks want it to do before it ends. */
  private async goOn(session: Session, end: ResultEvent): Promise<Message['content'] | undefined> {
    const { definition, record } = this.start;
    const { transcriptPath } = record;
    const stop = await this.bench.api.hooks.SubagentStop.fire({
      session,
      agent: definition.name,
      lastMessage: end.result,
      ...(transcriptPath !== undefined && { transcriptPath }),
      active: this.wentOn > 0,
      context: [],
      verdict: 'stop',
      reasons: [],
    });
    if (stop.verdict !== 'go-on') return undefined;
    const most = Number(this.bench.host.env.CLAUDE_CODE_STOP_HOOK_BLOCK_CAP) || GO_ON;
    if (this.wentOn >= most) {
      this.bench.api.log.warn(
        `an extension wanted the agent ${record.id} to go on more than ${most} times; it ends here`,
      );
      return undefined;
    }
    this.wentOn++;
    const reasons = stop.reasons.flatMap(({ verdict, reason }) =>
      verdict === 'go-on' && reason !== '' ? [reason] : [],
    );
    const text = reasons.join('\n') || 'Go on.';
    return [...stop.context.map((one) => reminder(one.text)), { type: 'text', text }];
  }

  private async finish(end: ResultEvent | undefined, problem: string | undefined): Promise<SubagentResult> {
    const { record, definition, request } = this.start;
    const { session, tally } = this;
    const stopped = this.controller.signal.aborted || end?.terminalReason.startsWith('aborted') === true;
    const failed = end === undefined || end.isError;
    if (session !== undefined) holdMessages(request.session, record, session.history());
    record.run = undefined;
    const left = await this.cleanUp();
    return {
      status: stopped ? 'stopped' : failed ? 'failed' : 'completed',
      agentId: record.id,
      agentType: definition.name,
      text: failed
        ? failureText(end, problem, tally.lastText)
        : end.result.trim() || tally.lastText || '(It ended without a report.)',
      ...(end?.structuredOutput !== undefined && { structuredOutput: end.structuredOutput }),
      ...tally.totals,
      ...(record.transcriptPath !== undefined && { transcriptPath: record.transcriptPath }),
      ...left,
    };
  }

  /** Ends what it had for itself. A worktree stays when there is work in it. */
  private async cleanUp(): Promise<Pick<SubagentResult, 'worktreePath' | 'worktreeBranch'>> {
    const { worktree } = this.start;
    const { log } = this.bench.api;
    try {
      await this.session?.close('other');
      await this.uninstall();
    } catch (error) {
      log.warn(`the agent ${this.id} did not end well: ${(error as Error).message}`);
    }
    if (worktree === undefined) return {};
    try {
      if (!(await worktree.changed())) {
        await worktree.remove();
        return {};
      }
    } catch (error) {
      log.warn(`the worktree ${worktree.path} stays: ${(error as Error).message}`);
    }
    const { path, branch } = worktree;
    return { worktreePath: path, ...(branch !== undefined && { worktreeBranch: branch }) };
  }

  private hear(event: SessionEvent): void {
    if (event.type !== 'message') return;
    const { message } = event;
    const calls = message.content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
    if (event.error === undefined) this.tally.add(message.usage, calls, textOf(message.content));
    const said = [textOf(message.content), ...calls.map((name) => `[${name}]`)].filter((text) => text !== '');
    if (said.length > 0) this.heard?.(`${said.join('\n')}\n`);
    if (calls.length > 0) this.progressed?.();
  }
}
