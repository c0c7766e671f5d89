import type { ExtensionApi, HookDeclaration, Manifest } from 'tenon/plugin-api';
import { describe, expect, test } from 'vitest';
import { checkDistro, defineDistro, entry } from '../../kernel/index.ts';
import { extension, startKernel } from './start-kernel.ts';

const deployGate: HookDeclaration = {
  kind: 'gate',
  subject: 'target',
  ladder: ['go', 'wait', 'stop'],
  rewrites: ['target'],
};
type Taps = readonly ((value: Record<string, unknown>) => unknown)[];
const hook = 'Deploy' as 'Stop'; // any name that the types know

/** An extension that adds the hook Deploy, and one that taps it. */
function program(declared: HookDeclaration, taps: Taps, match?: string) {
  return startKernel([
    extension('deploy', { hooks: { Deploy: declared } }),
    extension('team', { taps: [hook] }, (api: ExtensionApi) => {
      for (const tap of taps) api.hooks[hook].tap(match === undefined ? {} : { match }, tap as never);
    }),
  ]);
}
const fire = (kernel: ReturnType<typeof startKernel>['kernel'], value: object) =>
  kernel.fire(hook, value as never) as unknown as Promise<Record<string, unknown>>;

describe('a gate of an extension has the rule that its manifest says', () => {
  const asked = { target: 'prod', verdict: 'go', reasons: [] };
  test('its own ladder', async () => {
    const { kernel } = program(deployGate, [
      () => ({ verdict: 'stop', reason: 'friday' }),
      () => ({ verdict: 'wait', reason: 'lunch' }),
    ]);
    expect(await fire(kernel, asked)).toMatchObject({
      verdict: 'stop',
      reasons: [{ reason: 'friday' }, { reason: 'lunch' }],
    });
  });
  test('a failed tap is its last rung', async () => {
    const { kernel } = program(deployGate, [
      () => {
        throw new Error('no');
      },
    ]);
    expect((await fire(kernel, asked)).verdict).toBe('stop');
  });
  test('or no opinion, where it says so', async () => {
    const { kernel } = program({ ...deployGate, onError: 'skip' }, [
      () => {
        throw new Error('no');
      },
    ]);
    expect((await fire(kernel, asked)).verdict).toBe('go');
  });
  test('only what it lets patches replace', async () => {
    const { kernel, codes } = program({ ...deployGate, onError: 'skip' }, [
      () => ({ target: 'staging' }),
      () => ({ region: 'eu' }),
    ]);
    expect((await fire(kernel, { ...asked, region: 'us' })).target).toBe('staging');
    expect(codes()).toEqual(['HOOK_FAILED team']);
  });
  test('a subject that taps can match', async () => {
    const { kernel } = program(deployGate, [() => ({ verdict: 'stop', reason: '' })], 'prod');
    expect((await fire(kernel, asked)).verdict).toBe('stop');
    expect((await fire(kernel, { ...asked, target: 'staging' })).verdict).toBe('go');
  });
  test('its own limit', async () => {
    const { kernel, codes } = program({ ...deployGate, timeout: 20 }, [() => new Promise(() => {})]);
    expect((await fire(kernel, asked)).verdict).toBe('stop');
    expect(codes()).toEqual(['HOOK_TIMEOUT team']);
  });
});

test('lists of a transform grow where the manifest says so', async () => {
  const { kernel } = program({ kind: 'transform', appends: ['notes'] }, [
    () => ({ notes: ['one'] }),
    () => ({ notes: ['two'], title: 'new' }),
  ]);
  expect(await fire(kernel, { notes: ['zero'], title: 'old' })).toEqual({
    notes: ['zero', 'one', 'two'],
    title: 'new',
  });
});

test('the kind alone is enough', async () => {
  const { kernel } = startKernel([
    extension('deploy', { hooks: { Deploy: 'gate' } }),
    extension('team', { taps: [hook] }, (api) => {
      api.hooks[hook].tap(() => ({ verdict: 'deny', reason: 'no' }) as never);
    }),
  ]);
  expect((await fire(kernel, { verdict: 'none' })).verdict).toBe('deny');
});

test.each<[object | string, RegExp]>([
  ['gaet', /hooks\.Deploy: must be one of observe/],
  [{ kind: 'gaet' }, /hooks\.Deploy\.kind: must be one of/],
  [{ kind: 'gate', lader: ['a', 'b'] }, /lader: is not a known field; did you mean ladder/],
  [{ kind: 'gate', ladder: ['a'] }, /ladder: must be a list of at least two different verdicts/],
  [{ kind: 'gate', ladder: 'a' }, /ladder: must be a list/],
  [{ kind: 'observe', ladder: ['a', 'b'] }, /ladder: only for the kind gate, and this is observe/],
  [{ kind: 'gate', appends: ['a'] }, /appends: only for the kind transform/],
  [{ kind: 'gate', timeout: -1 }, /timeout: must be a number of milliseconds/],
  [{ kind: 'gate', subject: 7 }, /subject: must be the name of a field/],
  [{ kind: 'gate', onError: 'allow' }, /onError: must be deny or skip/],
])('a declaration that is wrong is named: %j', (declared, problem) => {
  const manifest = { id: 'deploy', version: '1', api: 1, hooks: { Deploy: declared } } as unknown as Manifest;
  const distro = defineDistro({
    name: 'x',
    command: 'x',
    version: '1',
    folders: { user: '.x', project: '.x' },
    extensions: [entry(manifest, async () => ({ default: extension('deploy') as never }))],
  });
  expect(checkDistro(distro)[0]?.message).toMatch(problem);
});
