import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place } from '../gates/program.ts';
import { root } from '../gates/source-file.ts';

type Line = Record<string, unknown> & { readonly type: string; readonly subtype?: string };

interface Run {
  readonly turns: readonly Turn[];
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** Keeps standard input open, and writes what is to be said after a line, or ends it. */
  readonly reply?: (line: Line, at: Place) => unknown;
  /** The user's settings. */
  readonly settings?: object;
  readonly code?: number;
}
/** The end of standard input. */
const END = Symbol('end');

const golden = join(root, 'test/e2e/__snapshots__/stream-json');
const read = { id: 'toolu_read', name: 'Read', input: { file_path: 'note.txt' } };
const touch = { id: 'toolu_touch', name: 'Bash', input: { command: 'touch made.txt', description: 'Make a file' } };
const usage = { input_tokens: 1200, output_tokens: 34, cache_read_input_tokens: 500, cache_creation_input_tokens: 60 };
const control = (request: object) => `${JSON.stringify({ type: 'control_request', request_id: 'mine', request })}\n`;
const prompt = (text: string) => `${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`;

const waits = 'while [ ! -e go ]; do sleep 0.05; done';

/** What is printed with `printf 'say hi' | tenon -p --output-format stream-json --verbose`, and variations of it. */
const runs: Record<string, Run> = {
  hi: { turns: [{ text: 'Hi.', usage }] },
  pieces: { turns: [{ thinking: 'Hm.', text: 'Hi there.', chunk: 5 }], args: ['--include-partial-messages'] },
  tools: {
    turns: [
      { text: 'I look.', calls: [read, touch], usage },
      { text: 'Refused.', usage },
    ],
    env: { CLAUDE_CODE_SDK_READS_SESSION_STATE: '1' },
  },
  'max-turns': { turns: [{ calls: [read] }], args: ['--max-turns', '1'], code: 1 },
  'output-limit': { turns: [{ text: 'Long', stopReason: 'max_tokens' }] },
  'refused-request': { turns: [{ fail: { status: 400, message: 'nonsense' } }], code: 1 },
  'tried-again': {
    turns: [
      { fail: { status: 529, message: 'busy' }, http: { headers: { 'retry-after-ms': '1' } } },
      { text: 'At last.' },
    ],
  },
  'cut-off': { turns: [{ text: 'Half of it', chunk: 4, cutAfter: 5 }], code: 1 },
  'two-prompts': {
    turns: [{ text: 'One.' }, { text: 'Two.' }],
    args: ['--input-format', 'stream-json', '--replay-user-messages'],
    stdin: prompt('first') + prompt('second'),
  },
  asked: {
    turns: [{ calls: [touch] }, { text: 'Done.' }],
    args: ['--input-format', 'stream-json', '--permission-prompt-tool', 'stdio'],
    env: { CLAUDE_CODE_SDK_READS_SESSION_STATE: '1' },
    stdin: control({ subtype: 'initialize' }) + prompt('make it'),
    reply({ type, request_id }) {
      if (type === 'result') return END;
      if (type !== 'control_request') return undefined;
      const response = { subtype: 'success', request_id, response: { behavior: 'allow' } };
      return { type: 'control_response', response };
    },
  },
  background: {
    turns: [
      { calls: [{ id: 'toolu_long', name: 'Bash', input: { command: waits, run_in_background: true } }] },
      { text: 'It runs.' },
      { text: 'It has ended.' },
    ],
    args: ['--input-format', 'stream-json', '--include-hook-events', '--allowedTools', 'Bash'],
    settings: { hooks: { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'echo seen' }] }] } },
    stdin: prompt('begin'),
    reply({ type, result }, { cwd }) {
      if (type !== 'result') return undefined;
      if (result === 'It has ended.') return END;
      writeFileSync(join(cwd, 'go'), '');
      return undefined;
    },
  },
};

const printed: Record<string, readonly Line[]> = {};

async function print(run: Run): Promise<readonly Line[]> {
  const { turns, args = [], env, stdin = 'say hi', code = 0, reply, settings } = run;
  const program = await builtCli();
  await using at = await place();
  await writeFile(join(at.cwd, 'note.txt'), 'alpha\nbravo\n');
  if (settings !== undefined) {
    await mkdir(join(at.home, '.claude'));
    await writeFile(join(at.home, '.claude/settings.json'), JSON.stringify(settings));
  }
  const server = await startModelServer({ turns });
  try {
    const mode = args.includes('--input-format') ? [] : ['-p'];
    const stream = [...mode, '--output-format', 'stream-json', '--verbose'];
    // two tools, so that a new one changes nothing here
    const child = spawn(process.execPath, [program, ...stream, '--tools', 'Read,Bash', ...args], {
      cwd: at.cwd,
      env: { PATH: process.env.PATH, HOME: at.home, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'k', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 20_000,
    });
    let text = '';
    let read = 0;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const lines = reply === undefined ? [] : text.split('\n').slice(0, -1);
      for (; read < lines.length; read++) {
        const said = reply?.(JSON.parse(lines[read]!) as Line, at);
        if (said === END) child.stdin.end();
        else if (said !== undefined) child.stdin.write(`${JSON.stringify(said)}\n`);
      }
    });
    if (reply === undefined) child.stdin.end(stdin);
    else child.stdin.write(stdin);
    const ended = await new Promise((resolve) => child.once('close', resolve));
    expect(ended).toBe(code);
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    return lines.map((line) => JSON.parse(normalised(line, at, server)) as Line);
  } finally {
    await server.close();
  }
}

/** The line without what differs from run to run. Ids keep which of them are the same. */
function normalised(line: string, at: Place, server: ModelServer): string {
  return line
    .replaceAll(at.cwd, '<project>')
    .replaceAll(at.home, '<home>')
    .replace(/"(pid)":\d+/g, '"$1":"<pid>"')
    .replace(/\bb[0-9a-f]{8}\b/g, '<task>')
    .replaceAll(server.url, '<endpoint>')
    .replaceAll(`127.0.0.1:${server.port}`, '<endpoint>')
    .replace(/"(slash_commands|skills|agents|plugins|available_output_styles)":\[[^\]]*\]/g, '"$1":["<names>"]')
    .replace(/"(commands|agents|models)":\[\{.*?\}\](?=,"[a-z_]+":)/g, '"$1":["<rows>"]')
    .replace(/"(timestamp)":"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"$1":"<time>"')
    .replace(/"((?:\w*duration\w*|ttft)_ms|retry_delay_ms)":\d+/g, '"$1":"<ms>"')
    .replace(/"(claude_code_version)":"\d+\.\d+\.\d+"/g, '"$1":"<version>"');
}

function withStableIds(lines: readonly Line[]): readonly Line[] {
  const seen = new Map<string, string>();
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:msg|req)_[0-9A-Za-z]+/g;
  const text = JSON.stringify(lines).replace(id, (found) => {
    const kind = /^(msg|req)_/.exec(found)?.[1] ?? 'uuid';
    if (!seen.has(found)) seen.set(found, `<${kind} ${seen.size + 1}>`);
    return seen.get(found)!;
  });
  return JSON.parse(text) as Line[];
}

const kindOf = (line: Line) => {
  const { subtype = (line.request as Line | undefined)?.subtype } = line;
  return subtype === undefined ? line.type : `${line.type}-${subtype}`;
};

beforeAll(async () => {
  for (const [name, run] of Object.entries(runs)) printed[name] = withStableIds(await print(run));
}, 120_000);

test('messages come in the order that readers expect', async () => {
  const order = Object.entries(printed).map(([name, lines]) => [name, lines.map(kindOf)]);
  await expect(`${JSON.stringify(Object.fromEntries(order), null, 2)}\n`).toMatchFileSnapshot(
    join(golden, 'order.json'),
  );
});

const kinds = [
  'assistant',
  'control_request-can_use_tool',
  'control_response',
  'result-error_max_turns',
  'result-success',
  'stream_event',
  'system-api_retry',
  'system-background_tasks_changed',
  'system-hook_response',
  'system-hook_started',
  'system-informational',
  'system-init',
  'system-permission_denied',
  'system-session_state_changed',
  'system-task_notification',
  'system-task_started',
  'system-task_updated',
  'user',
];

test.each(kinds)('%s has the agreed fields', async (kind) => {
  const found = new Map<string, string[]>();
  for (const [run, lines] of Object.entries(printed)) {
    for (const line of lines.filter((one) => kindOf(one) === kind)) {
      const text = JSON.stringify(line, null, 2);
      found.set(text, [...(found.get(text) ?? []), run]);
    }
  }
  expect(found.size).toBeGreaterThan(0);
  const texts = [...found].map(([text, names]) => `// ${names.join(', ')}\n${text}\n`);
  await expect(texts.join('\n')).toMatchFileSnapshot(join(golden, `${kind}.jsonc`));
});

test('every kind of message that was printed has its golden file, and no other', () => {
  const seen = new Set(Object.values(printed).flatMap((lines) => lines.map(kindOf)));
  expect([...seen].sort()).toEqual([...kinds].sort());
  expect(readdirSync(golden).sort()).toEqual(['order.json', ...kinds.map((kind) => `${kind}.jsonc`)].sort());
});
