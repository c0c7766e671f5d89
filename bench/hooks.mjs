// What a command hook costs beside its own run: the same command is run by the extension and by Node alone, in turns.
//   node scripts/build.mjs --lib && node bench/hooks.mjs [runs]
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const at = (path) => new URL(`../dist/lib/${path}`, import.meta.url).href;
const { createKernel } = await import(at('kernel/index.js'));
const { HookHandlers, Host } = await import(at('plugin-api/index.js'));
const { manifest } = await import(at('extensions/claude-hooks/manifest.js'));

const runs = Number(process.argv[2] ?? 200);
const command = 'cat > /dev/null';
const folder = await mkdtemp(join(tmpdir(), 'bench-hooks-'));

const entry = (own, setup) => ({
  manifest: { version: '1.0.0', api: 1, ...own },
  origin: { kind: 'bundled' },
  load: async () => ({ manifest: own, setup }),
});
const output = { write: () => undefined, drained: async () => {}, isTerminal: false, columns: undefined };
const host = {
  distro: { name: 'bench', command: 'bench', version: '0', folders: {}, config: {}, locked: [], plugins: 'none' },
  ...{ argv: [], cwd: folder, home: folder, env: process.env, layEnv() {}, stdout: output, stderr: output },
};
const item = {
  ...{ name: 'bench:PreToolUse:0:0', event: 'PreToolUse', matcher: 'Bash', handler: { type: 'command', command } },
  origin: { kind: 'user', trusted: true },
};
const kernel = createKernel({
  entries: [
    entry({ id: 'host', provides: ['host@1'] }, (api) => api.provide(Host, host)),
    {
      manifest,
      origin: { kind: 'bundled' },
      load: async () => (await import(at('extensions/claude-hooks/index.js'))).default,
    },
    entry({ id: 'setup', contributes: { 'hook-handlers': [{ name: item.name, event: item.event }] } }, (api) =>
      api.add(HookHandlers, item),
    ),
  ],
});

const memory = new Map();
const session = {
  ...{ id: randomUUID(), cwd: folder, root: folder, permissionMode: 'default', signal: new AbortController().signal },
  state: (key, make) => memory.get(key) ?? memory.set(key, make()).get(key),
};
const call = () => ({
  ...{ session, id: 'toolu_1', tool: 'Bash', input: { command: 'git status' } },
  ...{ verdict: 'none', reasons: [], context: [] },
});

const byHook = () => kernel.fire('PreToolUse', call());
const bare = () =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd: folder, env: process.env, detached: true, stdio: 'pipe' });
    child.stdout.resume();
    child.stderr.resume();
    child.once('error', reject);
    child.once('close', resolve);
    child.stdin.end(JSON.stringify(call().input));
  });

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const times = { hook: [], bare: [] };
const first = await timed(byHook);
for (let n = 0; n < 20; n++) await Promise.resolve().then(byHook).then(bare);
for (let n = 0; n < runs; n++) {
  times.hook.push(await timed(byHook));
  times.bare.push(await timed(bare));
}
const at50 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const at95 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)];
const own = times.hook.map((ms, n) => ms - times.bare[n]);
const shown = (ms) => `${ms.toFixed(2)} ms`;
console.log(`first hook, with its code: ${shown(first)}`);
console.log(`a hook: median ${shown(at50(times.hook))}, p95 ${shown(at95(times.hook))}`);
console.log(`its command alone: median ${shown(at50(times.bare))}, p95 ${shown(at95(times.bare))}`);
console.log(`ours: median ${shown(at50(own))}`);
await kernel.exit({ code: 0, reason: 'done' });
await rm(folder, { recursive: true, force: true });
