import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { builtCli } from '../../../test/gates/built.ts';
import { type Place, place, runProgram } from '../../../test/gates/program.ts';
import { lockStore } from '../store-lock.ts';
import { treeIntegrity } from '../tree.ts';
import { marketplaceFiles, pluginFiles, temporary, write } from './store-program.ts';

let program: string;
beforeAll(async () => {
  program = await builtCli();
}, 180_000);

const files = (version: string, count = 150) => ({
  ...pluginFiles('big', 'plugins/big', { version }),
  ...Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`plugins/big/data/${at}.txt`, `${version} ${at} `.repeat(200)]),
  ),
});

function read(path: string) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** What is listed is there in full, and what is there is what the lock file says. */
function checkWhole({ home }: Place): readonly string[] {
  const plugins = join(home, '.claude/plugins');
  const { plugins: installed = {} } = read(join(plugins, 'installed_plugins.json'));
  const { plugins: locked = {} } = read(join(plugins, 'tenon-lock.json'));
  const versions: string[] = [];
  for (const [id, list] of Object.entries<{ installPath: string; version: string }[]>(installed)) {
    for (const { installPath, version } of list) {
      expect(treeIntegrity(installPath, ['node_modules'])).toBe(locked[id].versions[version]);
      versions.push(version);
    }
  }
  read(join(home, '.claude/settings.json'));
  return versions;
}

/** Steps of an install, in their order: whether a process has come that far. */
const STEPS: readonly ((plugins: string, version: string) => boolean)[] = [
  (plugins) => existsSync(join(plugins, '.lock')),
  (plugins) => staged(plugins) >= 0,
  (plugins) => staged(plugins) > 10,
  (plugins) => staged(plugins) > 100,
  (plugins, version) => existsSync(join(plugins, 'cache/shop/big', version)),
  (plugins, version) => holds(join(plugins, 'tenon-lock.json'), version),
  (plugins, version) => holds(join(plugins, 'installed_plugins.json'), version),
];

/** How many files of a plugin lie in staging; -1: nothing lies there. */
function staged(plugins: string): number {
  const names = namesIn(join(plugins, '.staging'));
  return names.length === 0 ? -1 : namesIn(join(plugins, '.staging', names[0]!, 'plugin/data')).length;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it is not there, or not any more
  }
}

function holds(file: string, text: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').includes(text);
}

/** Runs it and ends it the hard way once it has come that far; true when that was before its end. */
async function killAt(step: (typeof STEPS)[number], version: string, at: Place, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: at.cwd,
    env: { PATH: process.env.PATH, HOME: at.home, IS_SANDBOX: '1' },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  const look = setInterval(() => {
    if (step(join(at.home, '.claude/plugins'), version)) child.kill('SIGKILL');
  }, 1);
  try {
    return (await ended) === 'SIGKILL';
  } finally {
    clearInterval(look);
  }
}

test('killed at any moment of an install or update, a plugin is there in full or not at all, and the next run goes on', async () => {
  await using at = await place();
  const market = write(await temporary(), { ...marketplaceFiles('shop', { big: {} }), ...files('0.9.0') });
  await runProgram(program, ['plugin', 'marketplace', 'add', market], at);
  let killed = 0;
  for (let round = 0; round < 2 * STEPS.length; round++) {
    const version = `1.${round}.1`;
    write(market, files(version));
    const before = checkWhole(at);
    const verb = before.length === 0 ? 'install' : 'update';
    if (await killAt(STEPS[round % STEPS.length]!, version, at, 'plugin', verb, 'big')) killed++;
    expect([before, [version]]).toContainEqual(checkWhole(at));
    const again = await runProgram(program, ['plugin', verb, 'big', '-y'], at);
    expect(again.stderr).toBe('');
    expect(checkWhole(at)).toEqual([version]);
    expect(readdirSync(join(at.home, '.claude/plugins/.staging'))).toEqual([]);
    if (round % 3 === 2) await runProgram(program, ['plugin', 'uninstall', 'big'], at);
  }
  expect(killed).toBeGreaterThan(STEPS.length);
}, 180_000);

test('processes that install at the same time all get their plugin', async () => {
  await using at = await place();
  const names = ['a', 'b', 'c', 'd'];
  const market = write(
    await temporary(),
    marketplaceFiles('shop', Object.fromEntries(names.map((name) => [name, {}]))),
  );
  await runProgram(program, ['plugin', 'marketplace', 'add', market], at);
  const ran = await Promise.all(names.map((name) => runProgram(program, ['plugin', 'install', name], at)));
  expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
  const listed = JSON.parse((await runProgram(program, ['plugin', 'list', '--json'], at)).stdout);
  expect(listed.map((one: { id: string; loaded: boolean }) => [one.id, one.loaded]).sort()).toEqual(
    names.map((name) => [`${name}@shop`, true]),
  );
}, 60_000);

test('a lock whose process is gone does not count, one that is held does', async () => {
  const folder = await temporary();
  const signal = new AbortController().signal;
  writeFileSync(join(folder, '.lock'), '999999 1 gone');
  const lock = await lockStore(folder, signal, 1_000);
  await expect(lockStore(folder, signal, 100)).rejects.toThrow(`another process (${process.pid}) is changing plugins`);
  await lock.dispose();
  // the number was given to another process since
  writeFileSync(join(folder, '.lock'), `${process.pid} 1 before`);
  if (process.platform === 'linux') await (await lockStore(folder, signal, 1_000)).dispose();
  expect(readdirSync(folder).filter((name) => name.startsWith('.lock-'))).toEqual([]);
});
