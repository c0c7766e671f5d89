import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedProgram, startProgram } from '../e2e/started-program.ts';
import { startModelServer } from '../fixtures/model-server/server.mjs';
import type { Place } from '../gates/program.ts';
import { ScriptedWork } from './scripted-work.ts';
import { seeded } from './seeded.ts';
import { WatchedTranscript } from './watched-transcript.ts';

const id = '5eed5eed-0000-4000-8000-00000000c0de';

export interface KillReport {
  readonly kills: number;
  readonly resumed: number;
  readonly calls: number;
  readonly torn: number;
  /** What the runs were doing when they were killed. */
  readonly moments: Readonly<Record<string, number>>;
}

/**
 * Kills a session again and again at random moments, and goes on with it each time.
 * @throws Error that names the seed, when a restart does not go on, a line is lost, or a call ran twice
 */
export async function killSession(program: string, at: Place, kills: number, seed: number): Promise<KillReport> {
  const random = seeded(seed);
  const work = new ScriptedWork(seeded(seed + 1), 6);
  const server = await startModelServer({ respond: (request) => work.respond(request) });
  const transcript = new WatchedTranscript(
    join(at.home, '.claude/projects', at.cwd.replace(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`),
  );
  const env = {
    PATH: process.env.PATH,
    HOME: at.home,
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'soak',
  };
  const flags = ['--output-format', 'stream-json', '--verbose', '--permission-mode', 'acceptEdits'];
  const moments: Record<string, number> = {};
  let resumed = 0;
  let killed = 0;
  let prompts = 0;
  const check = (problems: readonly string[], where: string) => {
    if (problems.length > 0) throw new Error(`${where}: ${problems.slice(0, 5).join('; ')}`);
  };

  const start = (): StartedProgram => {
    const known = transcript.read().length > 0;
    const which = known ? random.pick([['--continue'], ['--resume', id]]) : ['--session-id', id];
    if (known) resumed++;
    // not one complete line: there is nothing to go on with
    else rmSync(transcript.path, { force: true });
    work.last = [];
    const args = ['-p', `prompt-${++prompts}`, ...flags, '--allowedTools', 'Bash', ...which];
    return startProgram(program, args, { cwd: at.cwd, env, stdin: '' });
  };

  /** Everything that was complete before is in what the model gets. */
  const checkRequest = () => {
    if (work.last.length === 0) return;
    const sent = JSON.stringify(work.last);
    for (const { type, id: call, text } of transcript.blocks()) {
      if (type === 'tool_use' && !sent.includes(`"${call}"`)) check([`the call ${call} is not in the request`], 'lost');
      const words = type === 'text' ? /^(?:answer|prompt)-\d+/.exec(text ?? '')?.[0] : undefined;
      if (words !== undefined && !sent.includes(words)) check([`${words} is not in the request`], 'lost');
    }
    check(work.problems, 'the conversation is not sound');
  };

  const checkPrinted = (run: StartedProgram) => {
    const printed = run.out.stdout.split('\n').slice(0, -1);
    const kept = new Set(transcript.read().map(({ uuid }) => uuid));
    for (const line of printed) {
      const message = JSON.parse(line) as { type: string; uuid: string; session_id?: string };
      if (message.session_id !== undefined && message.session_id !== id) check([line], 'another session');
      if (message.type === 'user' && !kept.has(message.uuid)) check([line.slice(0, 300)], 'printed, but not kept');
    }
  };

  const checkDone = () => {
    const lines = done(at);
    const calls = new Map(transcript.blocks().flatMap((block) => (block.type === 'tool_use' ? [[block.id, 0]] : [])));
    for (const line of lines) {
      const call = `toolu_${line}`;
      if (!calls.has(call)) check([`${line} was done, but its call is not in the transcript`], 'lost');
      calls.set(call, calls.get(call)! + 1);
      if (calls.get(call)! > 1) check([`${line} was done twice`], 'a tool ran twice');
    }
    for (const { type, tool_use_id, is_error } of transcript.blocks()) {
      if (type !== 'tool_result' || is_error === true) continue;
      if (calls.get(tool_use_id) !== 1) check([`${tool_use_id} is told as done, but it was not`], 'a made-up result');
    }
    return lines.length;
  };

  try {
    for (let attempt = 0; killed < kills; attempt++) {
      if (attempt > kills * 4 + 20) throw new Error(`only ${killed} of ${attempt} runs could be killed`);
      const requests = work.requests;
      const run = start();
      const ended = { code: undefined as number | null | undefined };
      void run.end.then(({ code }) => {
        ended.code = code;
      });
      await moment(random, run, () => work.requests - requests);
      const doing = ended.code !== undefined ? 'over' : run.out.stdout === '' ? 'starting' : 'working';
      moments[doing] = (moments[doing] ?? 0) + 1;
      run.child.kill('SIGKILL');
      const { code, signal } = await run.end;
      if (signal === 'SIGKILL') killed++;
      else if (code !== 0) check([run.out.stderr || run.out.stdout.slice(-500)], `run ${prompts} ended with ${code}`);
      checkRequest();
      check(transcript.look(), 'the transcript');
      checkPrinted(run);
      checkDone();
    }
    const last = start();
    const { code } = await last.end;
    if (code !== 0) check([last.out.stderr || last.out.stdout.slice(-500)], `the last run ended with ${code}`);
    checkRequest();
    check(transcript.look(), 'the transcript');
    // a command whose parent was killed may still have been at work
    await sleep(200);
    const calls = checkDone();
    return { kills: killed, resumed, calls, torn: transcript.torn, moments };
  } catch (error) {
    throw new Error(`seed ${seed}, after ${killed} kills: ${(error as Error).message}`, { cause: error });
  } finally {
    await server.close();
  }
}

/** Waits for a random moment of a run: some time, some messages, or some requests, and then a little more. */
async function moment(random: ReturnType<typeof seeded>, run: StartedProgram, requests: () => number): Promise<void> {
  const over = run.end.then(() => 'over' as const);
  const until = async (reached: () => boolean) => {
    while (!reached()) if ((await Promise.race([over, sleep(2)])) === 'over') return;
  };
  const count = 1 + random.number(8);
  const kind = random.number(4);
  if (kind === 0) await Promise.race([over, sleep(random.number(400))]);
  else if (kind === 1) await until(() => run.out.stdout.split('\n').length > count * 2);
  else await until(() => requests() >= count);
  const more = random.number(kind === 0 ? 2 : 40);
  if (more > 5) await Promise.race([over, sleep(more)]);
}

function done(at: Place): readonly string[] {
  try {
    return readFileSync(join(at.cwd, 'done.txt'), 'utf8').trimEnd().split('\n');
  } catch {
    return []; // nothing ran yet
  }
}
