import {
  Commands,
  Config,
  defineTool,
  type ExtensionApi,
  type HookName,
  type Manifest,
  Models,
  Tools,
  type ValueOf,
} from 'tenon/plugin-api';
import { fakeSession } from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkDistro, defineDistro, entry, without } from '../../kernel/index.ts';
import { call, extension, startKernel } from './start-kernel.ts';

const session = fakeSession();
const used = { session, id: 't', tool: 'Bash', input: {}, output: { content: 'secret' }, context: [] };
const turn = { session, turn: 1, system: ['be kind'], tools: [], added: [] };

interface Mistake {
  readonly what: string;
  readonly hook: HookName;
  readonly value: object;
  readonly tap: (value: never) => unknown;
  readonly message: RegExp;
}

const mistakes: readonly Mistake[] = [
  {
    what: 'a field of a gate that is none',
    hook: 'PreToolUse',
    value: call({ session }),
    tap: () => ({ decision: 'deny' }),
    message:
      /failed in PreToolUse: its patch has a field "decision", which is not known; known are verdict, reason, context, input$/,
  },
  {
    what: 'a field of a transform that is none',
    hook: 'PostToolUse',
    value: used,
    tap: () => ({ content: '[redacted]' }),
    message: /field "content", which is not known; known are .*output, context$/,
  },
  {
    what: 'a change of the value',
    hook: 'PreToolUse',
    value: call({ session }),
    tap: (value: { verdict: string }) => {
      value.verdict = 'deny';
    },
    message: /read only property 'verdict'.*; a value is read-only: return a patch/,
  },
  {
    what: 'a change of what the value holds',
    hook: 'PostToolUse',
    value: used,
    tap: (value: { output: { content: string } }) => {
      value.output.content = '[redacted]';
    },
    message: /read only property 'content'.*; a value is read-only: return a patch/,
  },
  {
    what: 'one more in a list of the value',
    hook: 'TurnStart',
    value: turn,
    tap: (value: { system: string[] }) => void value.system.push('be quick'),
    message: /object is not extensible; a value is read-only: return a patch/,
  },
];

test.each(mistakes)('$what is said, and changes nothing', async ({ hook, value, tap, message }) => {
  const wrong = extension('wrong', { taps: [hook] }, (api) => {
    (api.hooks as unknown as Record<string, { tap(fn: Mistake['tap']): void }>)[hook]?.tap(tap);
  });
  const { kernel, messages } = startKernel([wrong]);
  const result = await kernel.fire(hook, value as ValueOf<HookName>);
  expect(messages('HOOK_FAILED')).toEqual([expect.stringMatching(message)]);
  if (hook === 'PreToolUse') expect(result).toMatchObject({ verdict: 'deny' });
  else expect(result).toEqual(value);
});

describe('in setup', () => {
  const hooks = (api: ExtensionApi) => api.hooks as unknown as Record<string, { tap(...args: unknown[]): void }>;
  test.each<[string, (api: ExtensionApi) => void, RegExp]>([
    ['a misspelt hook', (api) => hooks(api).PreToolUs?.tap(() => {}), /taps PreToolUs, .*; did you mean PreToolUse\?/],
    ['an undeclared hook', (api) => hooks(api).QueryEnd?.tap(() => {}), /taps QueryEnd, .*; add it to taps/],
    ['no function', (api) => hooks(api).PreToolUse?.tap({ match: 'Bash' }), /PreToolUse\.tap: it needs a function/],
    [
      'a match of nothing',
      (api) => hooks(api).Stop?.tap({ match: 'x' }, () => {}),
      /Stop\.tap: it has nothing that `match`/,
    ],
    [
      'a misspelt option',
      (api) => hooks(api).PreToolUse?.tap({ matcher: 'Bash' }, () => {}),
      /option matcher .*match\?/,
    ],
    ['options after the function', (api) => hooks(api).PreToolUse?.tap(() => {}, { match: 'x' }), /options come first/],
    ['a match of another type', (api) => hooks(api).PreToolUse?.tap({ match: 42 }, () => {}), /`match` must be a text/],
    [
      'a limit in words',
      (api) => hooks(api).PreToolUse?.tap({ timeout: '5s' }, () => {}),
      /`timeout` must be a number/,
    ],
    ['a point that is undefined', (api) => void api.add(undefined as never, {} as never), /api\.add: it needs a point/],
    ['an item that is none', (api) => void api.add(Tools, undefined as never), /an item of tools must be an object/],
    ['no stage', (api) => hooks(api).PreToolUse?.tap({ stage: 'first' }, () => {}), /"first" must be one of early,/],
  ])('%s', async (_what, setup, message) => {
    const { kernel, messages } = startKernel([extension('wrong', { taps: ['PreToolUse', 'Stop'] }, setup)]);
    await kernel.fire('PreToolUse', call({ session }));
    expect(messages('SETUP_FAILED')).toEqual([expect.stringMatching(message)]);
  });
});

test('another version of a service is named', () => {
  const { messages } = startKernel([
    extension('old', { provides: ['foo@1'] }, (api) => void api.provide({ id: 'foo@1' }, {})),
    extension('new', { requires: ['foo@2'] }),
  ]);
  expect(messages('MISSING_SERVICE')).toEqual(['new needs foo@2, and no extension provides it; there is foo@1']);
});

test('the manifests of a distribution are checked', () => {
  const wrong = { id: 'wrong', version: '1', api: 2, taps: ['PreToolUs'], contributs: {} } as unknown as Manifest;
  const distro = defineDistro({
    name: 'Acme',
    command: 'acme',
    version: '1',
    folders: { user: '.acme', project: '.acme' },
    extensions: [entry(wrong, () => Promise.reject(new Error('not loaded')))],
  });
  expect(checkDistro(distro).map(({ message }) => message)).toEqual([
    expect.stringMatching(/contributs: .*did you mean contributes\?.*did you mean PreToolUse\?.*api: must be 1, got 2/),
  ]);
});

test.each<[string, object, RegExp]>([
  ['no input', {}, /tool T: it needs an input schema/],
  ['a shape', { input: { name: z.string() } }, /wrap it: z\.object/],
  ['a name that models cannot call', { name: 'My tool', input: { type: 'object' } }, /"My tool": its name must be/],
])('a tool with %s', (_what, fields, message) => {
  const define = () => defineTool({ name: 'T', description: '', run: () => '', ...fields } as never);
  expect(define).toThrow(message);
});

describe('an item that nobody could use', () => {
  const run = () => '';
  test.each<[string, (api: ExtensionApi) => void, RegExp]>([
    [
      'a tool with a name that models cannot call',
      (api) => void api.add(Tools, { name: 'a tool', description: '', inputSchema: { type: 'object' }, run }),
      /tools: "a tool" must be 1 to 128 letters/,
    ],
    [
      'a tool with the input of defineTool, and without defineTool',
      (api) => void api.add(Tools, { name: 'T', description: '', input: { type: 'object' }, run } as never),
      /tools: "T" needs an input schema .*make it with defineTool/,
    ],
    [
      'a tool without run',
      (api) => void api.add(Tools, { name: 'T', description: '', inputSchema: { type: 'object' } } as never),
      /tools: "T" needs a function run/,
    ],
    [
      'a command with a slash',
      (api) => void api.add(Commands, { name: '/c', run: () => ({}) }),
      /"\/c" must be a name/,
    ],
    [
      'a provider without keySource',
      (api) => void api.add(Models, { name: 'm', info: run, stream: run } as never),
      /keySource/,
    ],
  ])('%s', async (_what, setup, message) => {
    const contributes = { tools: ['a tool', 'T'], commands: ['/c'], models: ['m'] };
    const { kernel, messages } = startKernel([extension('wrong', { taps: ['Stop'], contributes }, setup)]);
    await kernel.extensions.start('wrong');
    expect(messages('SETUP_FAILED')).toEqual([expect.stringMatching(message)]);
  });
});

test('a service that is undefined', async () => {
  const wrong = extension('wrong', { taps: ['Stop'] }, async (api) => {
    await api.use({ ...Config, id: undefined } as never);
  });
  const { kernel, messages } = startKernel([wrong]);
  await kernel.extensions.start('wrong');
  expect(messages('SETUP_FAILED')).toEqual([expect.stringMatching(/api\.use: it needs a service/)]);
});

test('an extension that is to be left out of a list must be in it', () => {
  const list = ['a', 'web-tools'].map((id) =>
    entry({ id, version: '1', api: 1 }, () => Promise.reject(new Error('no'))),
  );
  expect(without(list, 'a').map(({ manifest }) => manifest.id)).toEqual(['web-tools']);
  expect(() => without(list, 'webtools')).toThrow('without: there is no extension webtools; did you mean web-tools?');
});
