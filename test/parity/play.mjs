// Plays one scenario: a temporary home and project, a scripted model server, the program as a process, and then a look
// at what was printed, what was asked of the model, and what is on the disk. Only the documented interface is used:
// flags, messages, settings and files.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startModelServer } from '../fixtures/model-server/server.mjs';
import { mismatch, shortened } from './match.mjs';

const LIMIT_MS = 30_000;

/**
 * Plays a scenario against a program.
 * @param command the program and the arguments that come before all others
 * @param options `more`: expectations for each run of a program that is known better; `limitMs`: for one run
 * @returns { state: 'passed' | 'failed' | 'pending', problems, ms }
 */
export async function playScenario(scenario, command, { more = {}, limitMs = LIMIT_MS } = {}) {
  const started = performance.now();
  const place = await mkdtemp(join(await realpath(tmpdir()), 'tenon-parity-'));
  const names = { home: join(place, 'home'), project: join(place, 'project'), place };
  const filled = fill(scenario, names);
  const problems = [];
  let pending;
  let server;
  try {
    await Promise.all([mkdir(names.home), mkdir(names.project)]);
    await writeFiles(names.project, filled.files);
    await writeFiles(names.home, filled.homeFiles);
    const runs = filled.runs ?? [filled];
    for (const [index, run] of runs.entries()) {
      const side = [];
      server = await startModelServer({ respond: (request) => answerOf(run.turns ?? [], request, side) });
      const seen = await runOnce(run, command, names, server.url, limitMs);
      seen.requests = server.requests.filter((request) => !side.includes(request)).map(({ body }) => body);
      seen.sideRequests = [...side, ...server.others].map(({ method, path }) => `${method} ${path}`);
      await server.close();
      pending = missing(run.needs ?? filled.needs, seen);
      if (pending !== undefined) break;
      const label = runs.length > 1 ? `run ${index + 1}: ` : '';
      for (const expect of [run.expect, fill(more, names)]) {
        for (const problem of await checkRun(expect, seen, names)) problems.push(label + problem);
      }
      if (problems.length > 0) break;
    }
  } finally {
    await server?.close();
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
  const ms = Math.round(performance.now() - started);
  if (pending !== undefined) return { state: 'pending', problems: [pending], ms };
  return { state: problems.length > 0 ? 'failed' : 'passed', problems, ms };
}

/** What the scenario needs and the program does not have yet; `undefined` when it has everything. */
function missing(needs, seen) {
  if (needs?.flag !== undefined && seen.code !== 0 && seen.messages.length === 0 && seen.stderr.includes(needs.flag)) {
    return `the program does not know ${needs.flag} yet`;
  }
  const init = seen.messages.find(({ type, subtype }) => type === 'system' && subtype === 'init');
  if (needs?.tool !== undefined && init !== undefined && !init.tools.includes(needs.tool)) {
    return `the program does not offer the tool ${needs.tool} yet`;
  }
  return undefined;
}

/** The answer to a request depends on how far its conversation is, so that it does not matter who asks how often. */
function answerOf(turns, request, side) {
  const { tools = [], messages = [] } = request.body;
  if (tools.length === 0) {
    side.push(request);
    return { text: 'ok' };
  }
  return turns[messages.filter(({ role }) => role === 'assistant').length];
}

async function runOnce(run, [program, ...before], { home, project }, url, limitMs) {
  const stream = ['--output-format', 'stream-json', '--verbose'];
  const how = run.input ? ['--input-format', 'stream-json', ...stream] : ['-p'];
  if (run.prompt !== undefined) how.push(run.prompt);
  if (!run.input && run.format === undefined) how.push(...stream);
  if (!run.input && run.format !== undefined) how.push('--output-format', run.format);
  const child = spawn(program, [...before, ...how, ...(run.args ?? [])], {
    cwd: project,
    env: { ...environment(), HOME: home, ANTHROPIC_BASE_URL: url, ...run.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const seen = { code: null, signal: null, stdout: '', stderr: '', messages: [], notJson: [], late: false };
  child.stdin.on('error', () => {}); // the program may end before it has read everything
  child.stderr.setEncoding('utf8').on('data', (text) => {
    seen.stderr += text;
  });
  const talk = conversation(run, child.stdin, seen);
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    seen.stdout += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    if (run.format === undefined) for (const line of lines) talk.line(line);
  });
  talk.start();
  const timer = setTimeout(() => {
    seen.late = true;
    endGroup(child.pid);
  }, limitMs);
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(Object.assign(seen, { code, signal })));
  });
  clearTimeout(timer);
  endGroup(child.pid);
  if (run.format === undefined && rest !== '') seen.notJson.push(rest);
  if (run.format === 'json') talk.line(seen.stdout.trim());
  return seen;
}

/** Writes what standard input holds, and answers the program's own questions. */
function conversation(run, stdin, seen) {
  const write = (value) => stdin.write(`${JSON.stringify(value)}\n`);
  let prompts = (run.input ?? []).filter(({ type }) => type === 'user').length;
  return {
    start() {
      if (!run.input) return void stdin.end(run.stdin ?? '');
      for (const message of run.input) write(message);
    },
    line(line) {
      let message;
      try {
        message = JSON.parse(line);
      } catch {
        seen.notJson.push(line);
        return;
      }
      seen.messages.push(message);
      if (message.type === 'control_request') {
        const answer = (run.answers ?? []).find(({ to }) => mismatch(message.request, to) === undefined);
        const outcome = answer ? { subtype: 'success', response: answer.response } : { subtype: 'error', error: 'no' };
        write({ type: 'control_response', response: { request_id: message.request_id, ...outcome } });
      }
      if (run.input && message.type === 'result' && --prompts === 0) stdin.end();
    },
  };
}

async function checkRun(expect = {}, seen, names) {
  const problems = [];
  const add = (what, problem) => problem !== undefined && problems.push(`${what} ${problem}`);
  if (seen.late) problems.push('the program did not end in time');
  if (expect.exit !== undefined) add('exit code', mismatch(seen.signal ?? seen.code, expect.exit));
  if (seen.notJson.length > 0) problems.push(`stdout has lines that are no JSON: ${shortened(seen.notJson[0])}`);
  add('messages:', outOfOrder(seen.messages, expect.messages ?? []));
  for (const never of expect.never ?? []) {
    const found = seen.messages.find((message) => mismatch(message, never) === undefined);
    if (found !== undefined) problems.push(`there should be no message as ${shortened(never)}: ${shortened(found)}`);
  }
  if (expect.count !== undefined) {
    for (const { of, times } of expect.count) {
      const found = seen.messages.filter((message) => mismatch(message, of) === undefined).length;
      if (found !== times) problems.push(`expected ${times} messages as ${shortened(of)}, got ${found}`);
    }
  }
  if (expect.streamedText !== undefined)
    add('streamed text', mismatch(streamedText(seen.messages), expect.streamedText));
  for (const field of ['requests', 'sideRequests', 'stdout', 'stderr']) {
    if (expect[field] !== undefined) add(field, mismatch(seen[field], expect[field]));
  }
  for (const [path, text] of Object.entries(expect.files ?? {})) {
    const found = await readFile(join(names.project, path), 'utf8').catch(() => undefined); // it may not be there
    add(`file ${path}:`, mismatch(found, text === null ? { $absent: true } : text));
  }
  if (problems.length > 0) {
    const kinds = seen.messages.map(({ type, subtype }) => (subtype ? `${type}/${subtype}` : type));
    if (kinds.length > 0) problems.push(`(messages: ${kinds.join(' ')})`);
    if (seen.stderr.trim() !== '') problems.push(`(stderr: ${shortened(seen.stderr.trim())})`);
  }
  return problems;
}

/** The first expectation that no message meets after the one that met the expectation before. */
function outOfOrder(messages, expected) {
  let from = 0;
  for (const [index, one] of expected.entries()) {
    const at = messages.findIndex((message, n) => n >= from && mismatch(message, one) === undefined);
    if (at < 0) {
      const same = messages.slice(from).find(({ type }) => type === one.type);
      const why = same === undefined ? '' : ` (${mismatch(same, one)})`;
      return `expectation ${index + 1} is not met after those before it: ${shortened(one)}${why}`;
    }
    from = at + 1;
  }
  return undefined;
}

function streamedText(messages) {
  const deltas = messages.filter(({ type }) => type === 'stream_event').map(({ event }) => event.delta);
  return deltas.map((delta) => (delta?.type === 'text_delta' ? delta.text : '')).join('');
}

/** A clean environment: nobody's settings, hooks or keys take part. */
function environment() {
  const { PATH, TMPDIR, SystemRoot } = process.env;
  return {
    PATH,
    ...(TMPDIR && { TMPDIR }),
    ...(SystemRoot && { SystemRoot }),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    ANTHROPIC_API_KEY: 'parity',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
  };
}

/** Ends what a program may have left behind. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all of it has ended, as it should
  }
}

async function writeFiles(folder, files = {}) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Replaces `${project}`, `${home}` and `${place}` in every text and field name. */
function fill(value, names) {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (whole, name) => names[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => fill(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [fill(field, names), fill(item, names)]));
}
