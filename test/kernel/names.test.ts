import { Commands, type ExtensionApi, type Manifest, point, Tools } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { extension, startKernel, tool } from './start-kernel.ts';

const owns = (id: string, name: string, fields: Partial<Manifest> = {}, setup?: (api: ExtensionApi) => void) =>
  extension(id, { contributes: { tools: [name] }, ...fields }, (api) => {
    api.add(Tools, tool(name, id));
    setup?.(api);
  });
const namesOf = (kernel: ReturnType<typeof startKernel>['kernel']) =>
  kernel.declared(Tools as never).map(({ name, owner }) => `${owner}: ${name}`);
const answer = async (kernel: ReturnType<typeof startKernel>['kernel'], name: string) => {
  const item = await kernel.item(Tools, name);
  return item?.run({} as never, {} as never);
};

test('names have owners before any code runs', () => {
  const { kernel, state } = startKernel([owns('one', 'Deploy'), owns('two', 'Rollback')]);
  expect(namesOf(kernel)).toEqual(['one: Deploy', 'two: Rollback']);
  expect([state('one'), state('two')]).toEqual(['idle', 'idle']);
});

test('declared data can be read without the owner', () => {
  const flags = { name: 'Deploy', description: 'ships it', cost: 3 };
  const { kernel } = startKernel([extension('one', { contributes: { tools: [flags] } })]);
  expect(kernel.declared(Tools as never)).toEqual([{ ...flags, owner: 'one' }]);
});

test('asking for a name starts its owner and nobody else', async () => {
  const { kernel, state } = startKernel([owns('one', 'Deploy'), owns('two', 'Rollback')]);
  expect(await answer(kernel, 'Rollback')).toBe('two');
  expect([state('one'), state('two')]).toEqual(['idle', 'active']);
  expect(await kernel.item(Tools, 'Nothing')).toBeUndefined();
});

test('a name that is taken: the first keeps it, the second is renamed by the rule of the point, and it is said', async () => {
  const { kernel, codes, messages } = startKernel([owns('one', 'Deploy'), owns('@acme/two', 'Deploy')]);
  expect(namesOf(kernel)).toEqual(['one: Deploy', '@acme/two: _acme_two_Deploy']);
  expect(await answer(kernel, 'Deploy')).toBe('one');
  expect(await answer(kernel, '_acme_two_Deploy')).toBe('@acme/two');
  expect((await kernel.item(Tools, '_acme_two_Deploy'))?.name).toBe('_acme_two_Deploy');
  expect((await kernel.items(Tools)).map(({ name }) => name)).toEqual(['Deploy', '_acme_two_Deploy']);
  expect(codes()).toEqual(['NAME_TAKEN @acme/two']);
  expect(messages('NAME_TAKEN')[0]).toMatch(/@acme\/two.*Deploy.*one.*_acme_two_Deploy/);
});

test('every point has its own rule for a name that is taken', () => {
  const plain = point<{ name: string }>('plain', ({ name }) => name);
  const two = ['one', 'two'].map((id) => extension(id, { contributes: { commands: ['ship'], plain: ['x'] } }));
  const { kernel } = startKernel(two);
  expect(kernel.declared(Commands as never).map(({ name }) => name)).toEqual(['ship', 'two:ship']);
  expect(kernel.declared(plain as never).map(({ name }) => name)).toEqual(['x', 'two.x']);
});

test('who owns the name does not depend on who starts first', async () => {
  const { kernel } = startKernel([owns('one', 'Deploy'), owns('two', 'Deploy')]);
  expect(await answer(kernel, 'two_Deploy')).toBe('two');
  expect(await answer(kernel, 'Deploy')).toBe('one');
});

test('a name found at run time ranks below a declared one', async () => {
  const finder = extension(
    'finder',
    { contributes: { tools: ['*'] } },
    (api) => void api.add(Tools, tool('Deploy', 'found')),
  );
  const { kernel, codes } = startKernel([finder, owns('declares', 'Deploy')]);
  await kernel.items(Tools);
  expect(await answer(kernel, 'Deploy')).toBe('declares');
  expect(await answer(kernel, 'finder_Deploy')).toBe('found');
  expect(codes()).toEqual(['NAME_TAKEN finder']);
});

test('a name found at run time is found under its pattern, the most specific one first', async () => {
  const finds = (id: string, pattern: string, names: readonly string[]) =>
    extension(id, { contributes: { tools: [pattern] } }, (api) => {
      for (const name of names) api.add(Tools, tool(name, id));
    });
  const { kernel, codes, state } = startKernel([
    finds('all', 'mcp__*', ['mcp__git__log', 'mcp__web__get']),
    finds('git', 'mcp__git__*', ['mcp__git__log']),
  ]);
  expect(await answer(kernel, 'mcp__git__log')).toBe('git');
  expect(state('all')).toBe('idle');
  expect(await answer(kernel, 'mcp__web__get')).toBe('all');
  expect(await kernel.item(Tools, 'mcp__nothing')).toBeUndefined();
  // both have a tool of this name now; the one that comes first in order is listed under it
  expect((await kernel.items(Tools)).map(({ name }) => name)).toEqual([
    'mcp__git__log',
    'mcp__web__get',
    'git_mcp__git__log',
  ]);
  expect(codes()).toEqual(['NAME_TAKEN git']);
});

test('`replaces` takes a name over, without a warning; the old one is not listed', async () => {
  const { kernel, codes } = startKernel([owns('old', 'Read'), owns('new', 'Read', { replaces: ['tools:Read'] })]);
  expect(await answer(kernel, 'Read')).toBe('new');
  expect(namesOf(kernel)).toEqual(['new: Read']);
  expect((await kernel.items(Tools)).map(({ name }) => name)).toEqual(['Read']);
  expect(codes()).toEqual([]);
});

test('whoever replaces an item can build on the old one', async () => {
  const wraps = owns('new', 'Read', { replaces: ['tools:Read'] });
  const { kernel } = startKernel([owns('old', 'Read'), wraps]);
  expect(await answer(kernel, 'old_Read')).toBe('old');
});

test('`replaces` of a whole extension leaves the old one out', async () => {
  const replacement = owns('new', 'Deploy', { replaces: ['extension:old'] });
  const { kernel, state, codes } = startKernel([owns('old', 'Read'), replacement]);
  expect(state('old')).toBeUndefined();
  expect(namesOf(kernel)).toEqual(['new: Deploy']);
  expect(codes()).toEqual([]);
});

test('a name is free again when its owner is released', async () => {
  const { kernel } = startKernel([owns('one', 'Deploy'), owns('two', 'Deploy')]);
  expect(await answer(kernel, 'Deploy')).toBe('one');
  await kernel.extensions.release('one');
  expect(await answer(kernel, 'Deploy')).toBe('two');
});

test('an extension that fails to start takes nobody else down, and its items are left out', async () => {
  const broken = extension('broken', { contributes: { tools: ['Broken'] } }, () => {
    throw new Error('no');
  });
  const { kernel } = startKernel([broken, owns('fine', 'Fine')]);
  expect((await kernel.items(Tools)).map(({ name }) => name)).toEqual(['Fine']);
  expect(await kernel.item(Tools, 'Broken')).toBeUndefined();
});

test('PointChanged tells of items that come and go', async () => {
  const seen: string[] = [];
  const reader = extension('reader', { taps: ['PointChanged'] }, (api) => {
    api.hooks.PointChanged.tap({ match: 'tools' }, ({ names }) => void seen.push(...names));
  });
  const { kernel } = startKernel([reader, owns('one', 'Deploy')]);
  await kernel.item(Tools, 'Deploy');
  await expect.poll(() => seen).toEqual(['Deploy']);
  await kernel.extensions.release('one');
  await expect.poll(() => seen).toEqual(['Deploy', 'Deploy']);
});
