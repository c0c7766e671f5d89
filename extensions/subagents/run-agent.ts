import { randomBytes } from 'node:crypto';
import {
  type AgentDefinition,
  type AgentNote,
  BackgroundTasks,
  type Disposable,
  Loop,
  type MadeWorktree,
  type SessionRef,
  Sessions,
  type SubagentRequest,
  type SubagentResult,
  type TaskWork,
  Worktrees,
} from 'tenon/plugin-api';
import { type AgentRecord, agentRecords } from './agent-records.ts';
import { quotedReport } from './agent-report.ts';
import { AgentRun } from './agent-run.ts';
import { DEEPEST } from './agent-tools.ts';
import { agentOfType } from './agent-types.ts';
import { depthOf, rootOf } from './depth.ts';
import type { Workbench } from './workbench.ts';

const DEFAULT_TYPE = 'general-purpose';

/** Whether an agent works in the background when the caller left that open. */
export type BackgroundChoice = (definition: AgentDefinition) => boolean;

/** @throws Error in words for a model when the agent cannot begin */
export async function runAgent(
  bench: Workbench,
  request: SubagentRequest,
  choose: BackgroundChoice = () => false,
): Promise<SubagentResult> {
  const { session } = request;
  if (depthOf(session) >= DEEPEST)
    throw new Error(`Agents can be nested ${DEEPEST} deep, and this one is; do the work itself`);
  const definition = await agentOfType(bench, session, request.type ?? DEFAULT_TYPE);
  const background = bench.api.has(BackgroundTasks) && (request.background ?? choose(definition));
  const isolated = (request.isolation ?? definition.isolation) === 'worktree';
  const worktree = isolated ? await makeWorktree(bench, request) : undefined;
  try {
    const record = await newRecord(bench, request, definition, worktree);
    const run = new AgentRun(bench, {
      definition,
      record,
      request,
      background,
      ...(worktree !== undefined && { worktree }),
    });
    await run.open();
    return background ? await inBackground(bench, run, request) : await inForeground(bench, run, request);
  } catch (error) {
    await worktree?.remove().catch(() => undefined); // why it could not begin is what counts
    throw error;
  }
}

async function makeWorktree({ api }: Workbench, { session, signal }: SubagentRequest): Promise<MadeWorktree> {
  if (!api.has(Worktrees)) throw new Error('There are no git worktrees here (worktrees@1); leave isolation out');
  return (await api.use(Worktrees)).make(session, signal === undefined ? {} : { signal });
}

async function newRecord(
  { api }: Workbench,
  { session, prompt, description, name, model, toolUseId }: SubagentRequest,
  definition: AgentDefinition,
  worktree: MadeWorktree | undefined,
): Promise<AgentRecord> {
  const id = `a${randomBytes(8).toString('hex')}`;
  const note: AgentNote = {
    agentType: definition.name,
    description: description ?? shortened(prompt),
    cwd: worktree?.path ?? session.cwd,
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    ...(toolUseId !== undefined && { toolUseId }),
    ...(worktree !== undefined && { worktreePath: worktree.path }),
    ...(worktree?.branch !== undefined && { worktreeBranch: worktree.branch }),
  };
  const transcriptPath = api.has(Sessions) ? await (await api.use(Sessions)).noteAgent?.(session, id, note) : undefined;
  const record: AgentRecord = { id, note, transcriptPath };
  agentRecords(session).set(id, record);
  return record;
}

function shortened(prompt: string): string {
  const line = prompt.trim().replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Registers a run in the background, and lets it work. */
export async function inBackground(
  bench: Workbench,
  run: AgentRun,
  request: SubagentRequest,
  working?: Promise<SubagentResult>,
): Promise<SubagentResult> {
  const { session, toolUseId, prompt } = request;
  const tasks = await bench.api.use(BackgroundTasks);
  const description = agentRecords(session).get(run.id)?.note.description ?? shortened(prompt);
  let task: TaskWork;
  try {
    task = await tasks.start(session, {
      type: 'local_agent',
      id: run.id,
      description,
      agentType: run.type,
      prompt,
      awaited: true,
      ...(toolUseId !== undefined && { toolUseId }),
      stop: () => run.stop(),
    });
  } catch (error) {
    run.stop();
    if (working === undefined) await run.work();
    throw error;
  }
  run.heard = (text) => void task.write(text);
  run.progressed = () => task.progress(progressOf(run));
  void (working ?? run.work()).then(async (result) => {
    const { status } = result;
    await task.end({
      status: status === 'completed' ? 'completed' : status === 'stopped' ? 'killed' : 'failed',
      summary: status === 'completed' ? 'it is done' : status === 'stopped' ? 'it was stopped' : 'it failed',
      report: quotedReport(result),
      usage: run.tally.taskUsage,
    });
  });
  return {
    status: 'launched',
    agentId: run.id,
    agentType: run.type,
    text: '',
    ...run.tally.totals,
    outputFile: task.task.outputFile,
    ...(run.transcriptPath !== undefined && { transcriptPath: run.transcriptPath }),
  };
}

async function inForeground(bench: Workbench, run: AgentRun, request: SubagentRequest): Promise<SubagentResult> {
  const { session, toolUseId } = request;
  const signal = request.signal ?? session.signal;
  const abort = () => run.stop();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  const shown = showing(bench, run, request);
  let go: () => void = () => {};
  const moved = new Promise<'moved'>((resolve) => {
    go = () => resolve('moved');
  });
  let movable: Disposable | undefined;
  try {
    const working = run.work();
    if (toolUseId !== undefined && bench.api.has(BackgroundTasks)) {
      movable = (await bench.api.use(BackgroundTasks)).movable?.(session, toolUseId, go);
    }
    const first = await Promise.race([working, moved]);
    if (first === 'moved') return await inBackground(bench, run, request, working);
    shown(first);
    return first;
  } finally {
    signal.removeEventListener('abort', abort);
    void movable?.dispose();
  }
}

/** Shows the surfaces an agent that a call waits for; the function it gives shows its end. */
function showing({ api }: Workbench, run: AgentRun, request: SubagentRequest): (result: SubagentResult) => void {
  const { toolUseId, prompt, session } = request;
  const live = api.maybe(Loop)?.get(rootOf(session).id);
  const description = agentRecords(session).get(run.id)?.note.description ?? '';
  const call = toolUseId === undefined ? {} : { toolUseId };
  const task = { taskId: run.id, description, ...call };
  live?.note({
    type: 'task_started',
    ...task,
    taskType: 'local_agent',
    isBackgrounded: false,
    agentType: run.type,
    prompt,
  });
  run.progressed = () => live?.note({ type: 'task_progress', ...task, ...progressOf(run) });
  return ({ status }) => {
    const now = status === 'completed' ? 'completed' : status === 'stopped' ? 'killed' : 'failed';
    live?.note({ type: 'task_updated', taskId: run.id, patch: { status: now } });
  };
}

function progressOf(run: AgentRun) {
  const { taskUsage: usage, lastTool } = run.tally;
  return { usage, ...(lastTool !== undefined && { lastToolName: lastTool }) };
}

/** The agents of an agent work for it alone, so it waits for them; those of a session do not hold it up. */
export function byDefault({ host }: Workbench, session: SessionRef): BackgroundChoice {
  const off = /^(?:1|true|yes|on)$/i.test(host.env.CLAUDE_CODE_DISABLE_BACKGROUND_TASKS?.trim() ?? '');
  return ({ background }) => !off && (background ?? session.parent === undefined);
}
