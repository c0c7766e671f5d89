import { type ExtensionApi, type Manifest, Tools } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, extension, startKernel, tool } from './start-kernel.ts';

const thing = { id: 'thing@1' } as const;
const acts: readonly { what: string; act: (api: ExtensionApi) => unknown; fix: RegExp; declare: Partial<Manifest> }[] =
  [
    {
      what: 'a tap',
      act: (api) => api.hooks.PreToolUse.tap(() => ({ verdict: 'allow' })),
      fix: /taps PreToolUse.*add it to taps/,
      declare: { taps: ['PreToolUse'] },
    },
    {
      what: 'a fire',
      act: (api) => api.hooks.PreToolUse.fire(call()),
      fix: /fires PreToolUse.*add it to fires/,
      declare: { fires: ['PreToolUse'] },
    },
    {
      what: 'a use',
      act: (api) => api.use(thing),
      fix: /uses thing@1.*add it to requires or optional/,
      declare: { optional: ['thing@1'] },
    },
    {
      what: 'a maybe',
      act: (api) => api.maybe(thing),
      fix: /uses thing@1.*add it to requires or optional/,
      declare: { optional: ['thing@1'] },
    },
    {
      what: 'a service',
      act: (api) => api.provide({ id: 'other@1' }, {}),
      fix: /provides other@1.*add it to provides/,
      declare: { provides: ['other@1'] },
    },
    {
      what: 'an item',
      act: (api) => api.add(Tools, tool('Deploy')),
      fix: /adds "?Deploy"? to tools.*add it to contributes\.tools/,
      declare: { contributes: { tools: ['Deploy'] } },
    },
    {
      what: 'an item that fits no pattern',
      act: (api) => api.add(Tools, tool('mcp_x')),
      fix: /adds "?mcp_x"? to tools/,
      declare: { contributes: { tools: ['mcp_*'] } },
    },
  ];

const provider = extension('provider', { provides: ['thing@1'] }, (api) => void api.provide(thing, {}));

test.each(acts)('$what that the manifest does not declare is refused and said', async ({ act, fix }) => {
  let error: unknown;
  const sly = extension('sly', { activate: ['startup'] }, async (api) => {
    try {
      await act(api);
    } catch (thrown) {
      error = thrown;
    }
  });
  const { kernel, codes, messages } = startKernel([provider, sly]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(error).toMatchObject({ code: 'NOT_DECLARED', extension: 'sly', message: expect.stringMatching(fix) });
  expect(codes()).toEqual(['NOT_DECLARED sly']);
  expect(messages('NOT_DECLARED')[0]).toMatch(fix);
  // a refused tap is not there either
  expect((await kernel.fire('PreToolUse', call())).verdict).toBe('none');
});

test.each(acts)('$what that the manifest declares is not', async ({ act, declare }) => {
  const honest = extension('honest', { activate: ['startup'], ...declare }, async (api) => void (await act(api)));
  const { kernel, codes } = startKernel([provider, honest]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(codes()).toEqual([]);
});

test('an extension that is refused in its setup is not started', async () => {
  const sly = extension('sly', { activate: ['startup'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'allow' }));
  });
  const { kernel, codes, state } = startKernel([sly]);
  await kernel.start({ mode: 'test', argv: [] });
  expect(state('sly')).toBe('failed');
  expect(codes()).toEqual(['NOT_DECLARED sly', 'SETUP_FAILED sly']);
});
