import { type Manifest, type Stage, Tools } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { call, extension, startKernel } from './start-kernel.ts';

const ran: string[] = [];
const taps = (id: string, stage: Stage, fields: Partial<Manifest> = {}) =>
  extension(id, { taps: ['PreToolUse'], ...fields }, (api) => {
    api.hooks.PreToolUse.tap({ stage }, () => void ran.push(id));
  });
const orderOf = async (kernel: ReturnType<typeof startKernel>['kernel']) => {
  ran.length = 0;
  await kernel.fire('PreToolUse', call());
  return [...ran];
};

test('stage decides first, the place in the list second', async () => {
  const { kernel } = startKernel([
    taps('guard', 'guard'),
    taps('late', 'late'),
    taps('b', 'normal'),
    taps('a', 'normal'),
    taps('early', 'early'),
  ]);
  expect(await orderOf(kernel)).toEqual(['early', 'b', 'a', 'late', 'guard']);
});

test('the time of activation does not matter', async () => {
  const extensions = ['one', 'two', 'three'].map((id) => taps(id, 'normal', { contributes: { tools: [id] } }));
  const { kernel } = startKernel(extensions);
  // the last is started first
  for (const id of ['three', 'two']) await kernel.item(Tools, id);
  expect(kernel.extensions.list().map(({ state }) => state)).toEqual(['idle', 'active', 'active']);
  expect(await orderOf(kernel)).toEqual(['one', 'two', 'three']);
});

test('`after` moves an extension behind another', async () => {
  const { kernel } = startKernel([taps('one', 'normal', { after: ['two'] }), taps('two', 'normal')]);
  expect(await orderOf(kernel)).toEqual(['two', 'one']);
});

test('a provider comes before who needs it', async () => {
  const user = taps('user', 'normal', { requires: ['thing@1'] });
  const provider = extension('provider', { taps: ['PreToolUse'], provides: ['thing@1'] }, (api) => {
    api.provide({ id: 'thing@1' }, {});
    api.hooks.PreToolUse.tap(() => void ran.push('provider'));
  });
  const { kernel } = startKernel([user, provider]);
  expect(await orderOf(kernel)).toEqual(['provider', 'user']);
});

test('AppExit runs in reverse', async () => {
  const exits: string[] = [];
  const extensions = ['one', 'two'].map((id) =>
    extension(id, { taps: ['AppExit'], activate: ['startup'] }, (api) => {
      api.hooks.AppExit.tap(() => void exits.push(id));
    }),
  );
  const { kernel } = startKernel(extensions);
  await kernel.start({ mode: 'test', argv: [] });
  await kernel.exit({ code: 0, reason: 'done' });
  expect(exits).toEqual(['two', 'one']);
});

test('taps of one extension and stage run in the order they were made', async () => {
  const twice = extension('twice', { taps: ['PreToolUse'] }, (api) => {
    for (const name of ['first', 'second', 'third']) api.hooks.PreToolUse.tap(() => void ran.push(name));
  });
  const { kernel } = startKernel([twice]);
  expect(await orderOf(kernel)).toEqual(['first', 'second', 'third']);
});
