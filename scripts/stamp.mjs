import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './bundle.mjs';

const sources = ['kernel', 'plugin-api', 'extensions', 'distros', 'scripts', 'test/kit', 'test/fixtures'];
const stampFile = (name) => join(root, 'dist', `.stamp-${name}`);

/** Changes when a source file is added, removed or changed. */
export async function fingerprint() {
  const hash = createHash('sha256');
  const paths = [join(root, 'package.json'), join(root, 'package-lock.json'), join(root, 'tsconfig.json')];
  for (const folder of sources) {
    const entries = await readdir(join(root, folder), { recursive: true }).catch(() => []); // a folder may not exist
    for (const entry of entries)
      if (/\.(ts|[cm]js|json)$/.test(entry) && !entry.endsWith('.test.ts')) paths.push(join(root, folder, entry));
  }
  for (const path of paths.sort()) {
    const { mtimeMs, size } = await stat(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** True when a part was built from the sources with this fingerprint. */
export async function isFresh(name, print) {
  const last = await readFile(stampFile(name), 'utf8').catch(() => ''); // never built
  return last === print;
}

/** Remembers from what a part was built. */
export async function stamp(name, print) {
  await writeFile(stampFile(name), print);
}

/** Runs one build of a part at a time, also across processes: test files may all want it at once. */
export async function locked(name, run) {
  await mkdir(join(root, 'dist'), { recursive: true });
  const lock = join(root, 'dist', `.lock-${name}`);
  const deadline = Date.now() + 180_000;
  for (;;) {
    try {
      await mkdir(lock);
      await writeFile(join(lock, 'pid'), String(process.pid));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (await abandoned(lock)) await rm(lock, { recursive: true, force: true });
      else if (Date.now() > deadline) throw new Error(`Another build holds ${lock}. Remove it if none is running.`);
      else await sleep(100);
    }
  }
  try {
    return await run();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function abandoned(lock) {
  const pid = Number(await readFile(join(lock, 'pid'), 'utf8').catch(() => '')); // its owner may be about to write it
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
