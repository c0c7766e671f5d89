import type { ExtensionApi, PostToolUse, TapOptions } from 'tenon/plugin-api';
import { callTool, createHarness, fakeSession, say } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { extension, never, startKernel } from './start-kernel.ts';

const used = (session = fakeSession()): PostToolUse => ({
  session,
  id: 't',
  tool: 'Bash',
  input: {},
  output: { content: 'the secret', output: { stdout: 'the secret' } },
  context: [],
  durationMs: 1,
});
const redactor = (tap: Parameters<ExtensionApi['hooks']['PostToolUse']['tap']>[1], options: TapOptions = {}) =>
  extension('redactor', { taps: ['PostToolUse'] }, (api) => {
    api.hooks.PostToolUse.tap({ onError: 'deny', timeout: 30, ...options }, tap);
  });
const failing = () => {
  throw new Error('cannot parse "the secret"');
};

describe('a redaction with onError: deny that', () => {
  test.each([
    ['throws', failing, /redactor failed$/],
    ['rejects', () => Promise.reject(new Error('the secret')), /redactor failed$/],
    ['hangs', () => never<undefined>(), /gave no answer within 30 ms/],
    ['gives something else', () => 'clean' as never, /redactor failed$/],
    ['gives an output without content', () => ({ output: { output: 1 } as never }), /redactor failed$/],
    ['gives a field that is not known', () => ({ outptu: { content: '' } }) as never, /redactor failed$/],
    ['gives a list', () => [] as never, /redactor failed$/],
  ])('%s withholds the result', async (_what, tap, why) => {
    const { kernel, codes } = startKernel([redactor(tap)]);
    const { output } = await kernel.fire('PostToolUse', used());
    expect(output).toEqual({ content: expect.stringMatching(why), isError: true });
    expect(JSON.stringify(output)).not.toContain('the secret');
    expect(codes()).toHaveLength(1);
  });

  test('fails every time is never left out', async () => {
    const { kernel, codes } = startKernel([redactor(failing)]);
    const session = fakeSession();
    for (let n = 0; n < 6; n++) {
      const { output } = await kernel.fire('PostToolUse', used(session));
      expect(output.isError, `time ${n}`).toBe(true);
    }
    expect(codes()).not.toContain('MUTED redactor');
  });

  test('is interrupted withholds the result', async () => {
    const controller = new AbortController();
    const session = fakeSession({ signal: controller.signal });
    const { kernel } = startKernel([redactor(() => never(), { timeout: 0 })]);
    const fired = kernel.fire('PostToolUse', used(session));
    setTimeout(() => controller.abort(), 10);
    expect((await fired).output).toMatchObject({ isError: true });
  });

  test('does not fit the call has no say', async () => {
    const { kernel } = startKernel([redactor(failing, { match: 'Read' })]);
    expect((await kernel.fire('PostToolUse', used())).output.content).toBe('the secret');
  });
});

test('without it a failed tap has no opinion', async () => {
  const plain = extension('plain', { taps: ['PostToolUse'] }, (api) => {
    api.hooks.PostToolUse.tap(failing);
  });
  const { kernel } = startKernel([plain]);
  expect((await kernel.fire('PostToolUse', used())).output.content).toBe('the secret');
});

test('other taps do not see what is withheld, wherever they stand after it', async () => {
  const seen: unknown[] = [];
  const other = extension('other', { taps: ['PostToolUse'] }, (api) => {
    api.hooks.PostToolUse.tap({ stage: 'late' }, ({ output }) => void seen.push(output));
  });
  const { kernel } = startKernel([redactor(failing), other]);
  await kernel.fire('PostToolUse', used());
  expect(JSON.stringify(seen)).not.toContain('the secret');
});

test('a required redactor that does not run withholds all results', async () => {
  const { kernel } = startKernel([
    extension('redactor', { required: true, taps: ['PostToolUse', 'PostToolUseFailure'] }, failing),
  ]);
  expect((await kernel.fire('PostToolUse', used())).output).toMatchObject({
    content: expect.stringMatching(/withheld: redactor must agree and is not running/),
    isError: true,
  });
  const failure = { ...used(), error: 'the secret', interrupted: false };
  expect((await kernel.fire('PostToolUseFailure', failure)).error).toMatch(/withheld/);
});

test.each([
  ['TurnStart', false],
  ['Stop', false],
  ['QueryEnd', false],
  ['PreToolUse', true],
  ['PostToolUseFailure', true],
] as const)('onError at %s is refused with a reason where nothing can be withheld', async (hook, fits) => {
  const wrong = extension('wrong', { taps: [hook], activate: ['startup'] }, (api) => {
    (api.hooks[hook] as ExtensionApi['hooks']['Stop']).tap({ onError: 'deny' }, () => undefined);
  });
  const { kernel, messages, state } = startKernel([wrong]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('wrong')).toBe(fits ? 'active' : 'failed');
  expect(messages('SETUP_FAILED')).toEqual(fits ? [] : [expect.stringContaining(`${hook}.tap: \`onError\` may be`)]);
});

describe('in a session', () => {
  const secretive = (tap: () => undefined) =>
    extension('redactor', { taps: ['PostToolUse', 'PostToolUseFailure'] }, (api) => {
      api.hooks.PostToolUse.tap({ onError: 'deny' }, tap);
      api.hooks.PostToolUseFailure.tap({ onError: 'deny' }, tap);
    });

  test.each([
    ['that succeeds', 'cat secret.txt'],
    ['that fails', 'cat secret.txt; exit 3'],
  ])('neither the model nor the events have the result of a call %s', async (_what, command) => {
    const h = await createHarness({
      extensions: [secretive(failing)],
      bundled: ['builtin-tools'],
      files: { 'secret.txt': 'the secret\n' },
      permissions: 'allow-all',
      model: [callTool('Bash', { command }), say('done')],
      expectDiagnostics: ['HOOK_FAILED'],
    });
    const run = await h.prompt('go');
    expect(run.calls()[0]).toMatchObject({
      isError: true,
      result: expect.stringContaining('withheld: redactor failed'),
    });
    const said = JSON.stringify([run.requests.slice(1).map(({ messages }) => messages), h.events]);
    expect(said.replaceAll(command, '')).not.toContain('the secret');
  });

  test('an interrupt while it is being looked at withholds it, too', async () => {
    let interrupt = () => {};
    const slow = extension('redactor', { taps: ['PostToolUse'] }, (api) => {
      api.hooks.PostToolUse.tap({ onError: 'deny', timeout: 0 }, () => {
        interrupt();
        return never<undefined>();
      });
    });
    const h = await createHarness({
      extensions: [slow],
      bundled: ['builtin-tools'],
      files: { 'secret.txt': 'the secret\n' },
      permissions: 'allow-all',
      model: [callTool('Read', { file_path: 'secret.txt' }), say('later')],
      strict: false,
    });
    const session = await h.session();
    interrupt = () => void session.interrupt();
    await h.prompt('go');
    expect(JSON.stringify(h.events)).not.toContain('the secret');
  });
});
