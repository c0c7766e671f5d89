import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  callTool,
  containsToolResult,
  createHarness,
  fail,
  fakeClock,
  fromRecording,
  recordTo,
  say,
  stall,
  tempProject,
  think,
} from 'tenon/test-kit';
import { describe, expect, test } from 'vitest';
import { ship } from './ship.ts';

describe('toContainToolResult', () => {
  const request = { toolResults: [{ id: '1', tool: 'Ship', text: 'shipped to Oslo', isError: false }] };
  test('finds a text or a pattern in the results', async () => {
    await createHarness({ permissions: 'allow-all' });
    expect(request).toContainToolResult('Oslo');
    expect(request).toContainToolResult(/^shipped/);
    expect(request).not.toContainToolResult('Rome');
    expect(() => expect(request).toContainToolResult('Rome')).toThrow(/Rome.*Ship: shipped to Oslo/s);
    expect(() => expect(undefined).toContainToolResult('Rome')).toThrow(/was there no such request/);
  });
  test('without vitest it is a function', () => {
    expect(containsToolResult(request, /OSLO/gi)).toBe(true);
    expect(containsToolResult(request, 'Rome')).toBe(false);
  });
});

describe('fakeClock', () => {
  test('time passes only by `advance`, timers run in order', async () => {
    using clock = fakeClock({ now: 1_000 });
    const seen: string[] = [];
    setTimeout(() => seen.push('b'), 20);
    setTimeout(() => seen.push('a'), 10);
    const every = setInterval(() => seen.push(`every ${Date.now()}`), 15);
    await clock.advance(31);
    expect(seen).toEqual(['a', 'every 1015', 'b', 'every 1030']);
    clearInterval(every);
    await clock.advance(1_000);
    expect(seen).toHaveLength(4);
    expect([Date.now(), new Date().toISOString(), clock.pending]).toEqual([2_031, '1970-01-01T00:00:02.031Z', 0]);
    expect(new Date(5).getTime()).toBe(5);
  });

  test('work that waits several times is done within one `advance`', async () => {
    using clock = fakeClock();
    const sleep = promisify(setTimeout);
    let done = false;
    const work = (async () => {
      for (let i = 0; i < 3; i++) await sleep(10);
      done = true;
    })();
    await clock.advance(30);
    expect(done).toBe(true);
    await work;
  });

  test('`restore` puts the real ones back', () => {
    const real = [setTimeout, Date];
    const clock = fakeClock();
    expect(setTimeout).not.toBe(real[0]);
    clock.restore();
    expect([setTimeout, Date]).toEqual(real);
  });

  test('a time limit of a harness can be waited for in no time', async () => {
    const slow = ship({ taps: ['Notification'] }, (api) => {
      api.hooks.Notification.tap(() => new Promise(() => {}));
    });
    const h = await createHarness({
      permissions: 'allow-all',
      extensions: [slow],
      expectDiagnostics: ['HOOK_TIMEOUT'],
    });
    using clock = fakeClock();
    const fired = h.fire('Notification', { kind: 'idle', message: '' });
    await clock.advance(5_000);
    await fired;
  });
});

describe('tempProject', () => {
  test('writes, reads and goes away', async () => {
    const project = await tempProject({ files: { 'a/b.txt': 'hello' } });
    expect(await project.read('a/b.txt')).toBe('hello');
    expect(await project.write('c/d.txt', 'world')).toBe(join(project.dir, 'c/d.txt'));
    expect(await project.read('nothing')).toBeUndefined();
    await project.dispose();
    expect(await project.read('a/b.txt')).toBeUndefined();
  });

  test('stays inside', async () => {
    await expect(tempProject({ files: { '../x': '' } })).rejects.toThrow(/inside/);
    const project = await tempProject();
    await expect(project.write('/etc/x', '')).rejects.toThrow(/inside/);
  });
});

describe('recordings', () => {
  test('what a model answered can be played back, also by --model fake:FILE', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'tenon-recording-'));
    try {
      const file = join(dir, 'deep', 'run.json');
      const model = [[think('hm'), say('on it'), callTool('Ship', { to: 'Oslo' }, 'toolu_1')], say('done')];
      const first = await createHarness({ permissions: 'allow-all', extensions: [ship(), recordTo(file)], model });
      await first.prompt('go');
      await first.dispose();
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
        turns: [
          { thinking: 'hm', text: 'on it', calls: [{ name: 'Ship', input: { to: 'Oslo' }, id: 'toolu_1' }] },
          { text: 'done' },
        ],
      });
      const script = await fromRecording(file);
      expect(script[0]).toEqual(model[0]);
      const second = await createHarness({ permissions: 'allow-all', extensions: [ship()], model: script });
      expect((await second.prompt('go')).calls('Ship')).toMatchObject([{ id: 'toolu_1', result: 'shipped to Oslo' }]);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  test('failures and silence of a script file', async () => {
    const project = await tempProject({
      files: { 's.json': JSON.stringify({ turns: [{ fail: { status: 529 } }, { stallMs: 5, text: 'x' }] }) },
    });
    const [first, second] = await fromRecording(project.path('s.json'));
    expect(first).toMatchObject([{ ...fail(529), message: expect.any(String) }]);
    expect(second).toEqual([stall(5), say('x')]);
  });

  test('a file that is no script is an error that names file and field', async () => {
    const project = await tempProject({ files: { 's.json': '{"turns":[{"txt":"x"}]}' } });
    await expect(fromRecording(project.path('s.json'))).rejects.toThrow(/s\.json.*turns\[0\]\.txt/);
  });
});
