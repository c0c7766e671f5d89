import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startModelServer, type Turn } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place } from '../gates/program.ts';
import { startProgram } from './started-program.ts';

interface Block {
  readonly type: string;
  readonly content?: unknown;
  readonly is_error?: boolean;
  readonly tool_use_id?: string;
}
interface Question {
  readonly type: string;
  readonly request_id: string;
  readonly request: { readonly subtype: string; readonly tool_use_id?: string; readonly input: object };
}
type Line = Question & { readonly message?: { readonly content: readonly Block[] } };

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 120_000);

const flags = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];

/** A conversation with the built program, whose caller answers its questions. */
async function talk(turns: readonly Turn[], args: readonly string[] = [], prepare: (at: Place) => void = () => {}) {
  const at = await place();
  prepare(at);
  let asked = 0;
  const server = await startModelServer({ respond: () => turns[Math.min(asked++, turns.length - 1)]! });
  const env = { PATH: process.env.PATH, HOME: at.home, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'k' };
  const started = startProgram(program, [...flags, '--permission-prompt-tool', 'stdio', ...args], { cwd: at.cwd, env });
  onTestFinished(async () => {
    started.child.kill('SIGKILL');
    await started.end;
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  const lines = () =>
    started.out.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const say = (...messages: readonly object[]) =>
    void started.child.stdin.write(messages.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const line = async (fits: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines().find(fits);
      if (found !== undefined) return found;
      if (started.child.exitCode !== null) throw new Error(`it ended: ${started.out.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const questions = () => lines().filter(({ type }) => type === 'control_request');
  say({ type: 'user', message: { role: 'user', content: 'go' } });
  return {
    at,
    server,
    say,
    questions,
    path: (name: string) => join(at.cwd, name),
    question: (number = 0) =>
      line((one) => one.type === 'control_request' && one.request_id === questions()[number]?.request_id),
    result: () => line(({ type }) => type === 'result'),
    results: () =>
      lines()
        .filter(({ type }) => type === 'user')
        .flatMap(({ message }) => message?.content ?? [])
        .filter(({ type }) => type === 'tool_result'),
  };
}

const allow = (question: Question, updatedInput: unknown = question.request.input) => ({
  type: 'control_response',
  response: { subtype: 'success', request_id: question.request_id, response: { behavior: 'allow', updatedInput } },
});
const deny = (question: Question) => ({
  type: 'control_response',
  response: {
    subtype: 'success',
    request_id: question.request_id,
    response: { behavior: 'deny', message: 'no' },
  },
});
const call = (name: string, input: object, id?: string): Turn => ({
  calls: [{ name, input, ...(id === undefined ? {} : { id }) }],
});
const over: Turn = { text: 'done' };

function relink(link: string, target: string): void {
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

describe('a link that is changed while the question waits', () => {
  const turns: readonly (readonly [string, object])[] = [
    ['Read', { file_path: 'link' }],
    ['Bash', { command: 'cat link' }],
    ['Bash', { command: 'cat link | head -1' }],
    ['Grep', { pattern: '.', path: 'link', output_mode: 'content' }],
    ['Write', { file_path: 'link', content: 'overwritten' }],
    ['Bash', { command: 'echo overwritten > link' }],
  ];
  test.each(turns)('%s %j does not reach what it leads to then', async (name, input) => {
    const t = await talk([call(name, input), over], [], (at) => {
      for (const file of ['fine', 'secret']) writeFileSync(join(at.home, file), `the ${file} text\n`);
      relink(join(at.cwd, 'link'), join(at.home, 'fine'));
    });
    const question = await t.question();
    relink(t.path('link'), join(t.at.home, 'secret'));
    t.say(allow(question));
    await t.result();
    expect(t.results()).toMatchObject([{ is_error: true }]);
    expect(JSON.stringify(t.results())).not.toContain('the secret text');
    for (const file of ['fine', 'secret'])
      expect(readFileSync(join(t.at.home, file), 'utf8')).toBe(`the ${file} text\n`);
  });

  test('a deny rule counts for what a command would read by then', async () => {
    const t = await talk(
      [call('Bash', { command: 'cat link' }), over],
      ['--disallowedTools', 'Read(//**/secret)'],
      (at) => {
        for (const file of ['fine', 'secret']) writeFileSync(join(at.home, file), `the ${file} text\n`);
        relink(join(at.cwd, 'link'), join(at.home, 'fine'));
      },
    );
    const question = await t.question();
    relink(t.path('link'), join(t.at.home, 'secret'));
    t.say(allow(question));
    await t.result();
    expect(t.results()[0]?.content).toMatch(/denied by the rule Read/);
  });

  test('nothing changes, nothing is refused', async () => {
    const t = await talk([call('Bash', { command: 'cat link' }), over], [], (at) => {
      writeFileSync(join(at.home, 'fine'), 'the fine text\n');
      relink(join(at.cwd, 'link'), join(at.home, 'fine'));
    });
    t.say(allow(await t.question()));
    await t.result();
    expect(t.results()).toMatchObject([{ content: 'the fine text' }]);
  });
});

describe('an answer with another input', () => {
  test('is not allowed what a rule denies', async () => {
    const t = await talk(
      [call('Write', { file_path: 'a.txt', content: 'x' }), over],
      ['--disallowedTools', 'Edit(.env)'],
    );
    t.say(allow(await t.question(), { file_path: 'sub/../.env', content: 'x' }));
    await t.result();
    expect(t.results()).toMatchObject([{ is_error: true, content: expect.stringContaining('denied by the rule') }]);
    expect(existsSync(t.path('.env'))).toBe(false);
  });

  test.each([
    ['of the wrong type', { command: 7 }],
    ['that is a list', []],
    ['that is a text', 'touch other'],
    ['with a field too many', { command: 'touch other', more: 1 }],
    ['with a prototype', JSON.parse('{"__proto__":{"command":"touch other"},"command":"touch other"}') as object],
  ])('%s runs nothing', async (_what, input) => {
    const t = await talk([call('Bash', { command: 'touch made' }), over]);
    t.say(allow(await t.question(), input));
    await t.result();
    expect(t.results()).toMatchObject([{ is_error: true }]);
    expect(['made', 'other'].filter((name) => existsSync(t.path(name)))).toEqual([]);
  });
});

describe('an interrupt', () => {
  const stop = { type: 'control_request', request_id: 'stop', request: { subtype: 'interrupt' } };
  test.each([
    ['right after the answer', (answer: object) => [answer, stop]],
    ['right before the answer', (answer: object) => [stop, answer]],
  ])('%s: nothing goes on behind it', async (_what, messages) => {
    const t = await talk([call('Bash', { command: 'sleep 1; touch made' }), over]);
    t.say(...messages(allow(await t.question())));
    await t.result();
    expect(t.results()).toMatchObject([{ is_error: true }]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(existsSync(t.path('made'))).toBe(false);
  });
});

test('calls with one id in an answer are asked about one by one', async () => {
  const both: Turn = {
    calls: ['one', 'two'].map((name) => ({ id: 'toolu_same', name: 'Bash', input: { command: `touch ${name}` } })),
  };
  const t = await talk([both, over]);
  const first = await t.question(0);
  // the answer to one question, given twice, is not the answer to the next
  t.say(allow(first), allow(first));
  const second = await t.question(1);
  expect(second.request_id).not.toBe(first.request_id);
  t.say(allow(first), deny(second));
  await t.result();
  expect([existsSync(t.path('one')), existsSync(t.path('two'))]).toEqual([true, false]);
  expect(t.results().map(({ is_error }) => is_error === true)).toEqual([false, true]);
});

describe('acceptEdits', () => {
  const write = (file_path: string) => [
    call('Write', { file_path, content: '{"permissions":{"allow":["Bash"]}}' }),
    over,
  ];
  const cases: readonly (readonly [string, string, (at: Place) => void])[] = [
    [
      '.claude is a link',
      'conf/settings.local.json',
      ({ cwd }) => {
        mkdirSync(join(cwd, 'conf'));
        symlinkSync('conf', join(cwd, '.claude'));
      },
    ],
    [
      '.git is a file',
      '.bare/hooks/pre-commit',
      ({ cwd }) => {
        mkdirSync(join(cwd, '.bare/hooks'), { recursive: true });
        writeFileSync(join(cwd, '.git'), 'gitdir: ./.bare\n');
      },
    ],
    [
      'the settings of the user are a link into the project',
      'dot/settings.json',
      ({ cwd, home }) => {
        mkdirSync(join(cwd, 'dot'));
        symlinkSync(join(cwd, 'dot'), join(home, '.claude'));
      },
    ],
  ];
  test.each(cases)('asks before it writes what makes programs run: %s', async (_what, path, prepare) => {
    const t = await talk(write(path), ['--permission-mode', 'acceptEdits'], prepare);
    t.say(deny(await t.question()));
    await t.result();
    expect(existsSync(t.path(path))).toBe(false);
  });
});
