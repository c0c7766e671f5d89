import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { defineExtension, type Extension } from 'tenon/plugin-api';
import { callTool, createHarness, type HarnessOptions, StrictError, say } from 'tenon/test-kit';
import { afterEach, describe, expect, test } from 'vitest';
import { ship } from './ship.ts';

/** What a strict harness says about a test that makes these prompts and forgets the rest. */
async function faults(options: HarnessOptions, ...prompts: string[]): Promise<readonly string[]> {
  const h = await createHarness({ permissions: 'allow-all', ...options });
  for (const prompt of prompts) await h.prompt(prompt);
  const error: unknown = await h.dispose().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(StrictError);
  return (error as StrictError).problems;
}
const leaves = (act: () => void) =>
  ship({ activate: ['startup'], capabilities: [] }, () => {
    act();
  });

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

test('a tidy test has no faults', async () => {
  const tidy = ship({ activate: ['startup'] }, (api) => {
    const timer = setInterval(() => {}, 1_000);
    api.own(() => clearInterval(timer));
    setTimeout(() => {}, 60_000).unref();
  });
  const model = [callTool('Ship', { to: 'Oslo' }), say('ok')];
  expect(await faults({ extensions: [tidy], model }, 'go')).toEqual([]);
});

describe('the script', () => {
  test('lines that were not used', async () => {
    expect(await faults({ model: [say('one'), say('two'), callTool('Ship')] }, 'go')).toEqual([
      expect.stringMatching(/2 of 3 script lines were not used: say\("two"\), callTool\("Ship"\).*Remove/),
    ]);
  });

  test('lines that were missing', async () => {
    const model = [callTool('Ship', { to: 'x' })];
    expect(await faults({ extensions: [ship()], model }, 'go')).toEqual([
      expect.stringMatching(/the model was asked once after its 1 lines.*Add/),
    ]);
  });

  test('a tool that does not exist', async () => {
    const model = [callTool('Shpi', { to: 'x' }), say('hm')];
    expect(await faults({ extensions: [ship()], model }, 'go')).toEqual([
      expect.stringMatching(/tool Shpi, which no extension offers. Did you mean Ship\?/),
    ]);
  });

  test('a tool that is declared and never added', async () => {
    const forgetful = defineExtension({
      manifest: { id: 'forgetful', version: '1.0.0', api: 1, contributes: { tools: ['Ship'] } },
      setup() {},
    });
    expect(await faults({ extensions: [forgetful], model: [callTool('Ship'), say('hm')] }, 'go')).toEqual([
      expect.stringMatching(/tool Ship, which forgetful declares but has not added/),
    ]);
  });
});

describe('diagnostics', () => {
  const warns = ship({ activate: ['startup'] }, (api) => api.log.warn('the disk is full'));

  test('a warning that nobody expects', async () => {
    expect(await faults({ extensions: [warns] })).toEqual([
      expect.stringMatching(/warning LOG of ship: the disk is full.*expectDiagnostics/s),
    ]);
  });

  test.each([['LOG'], [/disk/], [{ code: 'LOG', extension: 'ship' }]] as const)(
    'one that is expected: %s',
    async (expected) => {
      expect(await faults({ extensions: [warns], expectDiagnostics: [expected] })).toEqual([]);
    },
  );

  test('an expected one that does not come', async () => {
    expect(await faults({ expectDiagnostics: ['HOOK_FAILED'] })).toEqual([
      expect.stringMatching(/HOOK_FAILED was expected and did not come/),
    ]);
  });

  test('a name that is not declared, with what to do about it', async () => {
    const sly = ship({ activate: ['startup'] }, (api) => {
      api.hooks.PreToolUse.tap(() => undefined);
    });
    const found = await faults({ extensions: [sly] });
    expect(found[0]).toMatch(/NOT_DECLARED of ship.*taps PreToolUse.*Add the name to the manifest/s);
  });
});

describe('what stays open', () => {
  const cases: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'a timer',
      () => {
        const timer = setInterval(() => {}, 60_000);
        open.push({ close: () => clearInterval(timer) });
      },
      /a timer.*api\.own.*strict\.test\.ts/s,
    ],
    [
      'a server',
      () => {
        const server: Server = createServer().listen(0, '127.0.0.1');
        open.push(server);
      },
      /a listening server on port \d+/,
    ],
    [
      'a process',
      () => {
        const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
        open.push({ close: () => void child.kill('SIGKILL') });
      },
      /a child process.*strict\.test\.ts/s,
    ],
  ];
  test.each(cases)('%s', async (_name, act, message) => {
    const found = await faults({ extensions: [leaves(act)] });
    expect(found).toEqual([expect.stringMatching(message)]);
  });

  test('not what the test itself or another test started', async () => {
    const timer = setInterval(() => {}, 60_000);
    open.push({ close: () => clearInterval(timer) });
    expect(await faults({ extensions: [ship()] })).toEqual([]);
  });

  test('not what closes in time', async () => {
    expect(await faults({ extensions: [leaves(() => void setTimeout(() => {}, 100))] })).toEqual([]);
  });
});

test('a question that the test has no answer for', async () => {
  const allowed = { permissions: { allow: ['Ship'] } };
  const asks = ship({ taps: ['PreToolUse'] }, (api) => {
    api.hooks.PreToolUse.tap(() => ({ verdict: 'ask', reason: 'it is far' }));
  });
  const model = [callTool('Ship', { to: 'x' }), say('ok')];
  const found = await faults({ permissions: 'rules', config: allowed, extensions: [asks], model }, 'go');
  expect(found).toEqual([expect.stringMatching(/whether Ship may run.*it is far.*answers/)]);
});

test('an extension that does not end when it is released', async () => {
  const stuck = ship({ activate: ['startup'] }, (api) => api.own(() => new Promise(() => {})));
  const found = await faults({ extensions: [stuck] });
  expect(found).toEqual([expect.stringMatching(/DISPOSE_FAILED of ship.*api\.own/s)]);
});

test('a harness that is not strict forgives everything', async () => {
  const sloppy: Extension = leaves(() => {
    const timer = setInterval(() => {}, 60_000);
    open.push({ close: () => clearInterval(timer) });
  });
  expect(await faults({ strict: false, extensions: [sloppy], model: [say('unused')] })).toEqual([]);
});

test('disposing again gives the same outcome', async () => {
  const h = await createHarness({ permissions: 'allow-all', model: [say('unused')] });
  await expect(h.dispose()).rejects.toThrow(/not used/);
  await expect(h.dispose()).rejects.toThrow(/not used/);
});
