import { defineExtension, HookHandlers } from 'tenon/plugin-api';
import { createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { giving } from './giving.ts';

const HOOKS = {
  PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'audit.sh', once: true }] }],
  Stop: [{ hooks: [{ type: 'prompt', prompt: 'Done?' }, { type: 'nonsense' }] }],
};

test('the hooks of a skill hold from its first run to the end of the session', async () => {
  const reader = defineExtension({
    manifest: { id: 'reader', version: '1', api: 1, taps: ['UserPromptSubmit'], dormantWithout: ['hook-handlers'] },
    async setup(api) {
      const read = async () => {
        for (const { name, event, matcher, origin, session } of await api.items(HookHandlers)) {
          seen.add(`${name.replace(session?.id ?? '', 'ID')} ${event} ${matcher} ${origin.kind}`);
        }
      };
      api.hooks.UserPromptSubmit.tap(read);
    },
  });
  const seen = new Set<string>();
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [giving({ name: 'guarded', body: 'Work.', hooks: HOOKS }), reader],
    model: [say('1'), say('2')],
    expectDiagnostics: [/hooks\.Stop\[0\]\.hooks\[1\] needs a type/],
  });
  const added = () => h.kernel.declared(HookHandlers as never);
  await h.prompt('/guarded');
  expect([...seen]).toEqual([]);
  expect(added()).toEqual([
    expect.objectContaining({ event: 'PreToolUse' }),
    expect.objectContaining({ event: 'Stop' }),
  ]);
  await h.prompt('/guarded');
  expect([...seen]).toEqual([
    'skill:guarded:ID:PreToolUse:0:0 PreToolUse Bash skill',
    'skill:guarded:ID:Stop:0:0 Stop undefined skill',
  ]);
  expect(added()).toHaveLength(2);
  await (await h.session()).close('other');
  await expect.poll(() => added()).toEqual([]);
});

test('those of a folder that is not trusted are nobody', async () => {
  const h = await createHarness({
    bundled: ['slash-commands', 'skills'],
    extensions: [giving({ name: 'guarded', body: 'Work.', hooks: HOOKS, origin: { kind: 'project', trusted: false } })],
    model: [say('1')],
    expectDiagnostics: [/hooks do not count/],
  });
  await h.prompt('/guarded');
  expect(h.kernel.declared(HookHandlers as never)).toEqual([]);
});
