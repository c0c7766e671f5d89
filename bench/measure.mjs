import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Milliseconds between two looks at a process's peak memory. */
const sampleEvery = 5;

/**
 * Runs a command and measures it. CPU is the user and system time of the command and of every descendant it waited
 * for, as bash reports it; memory is the largest resident size of the command's own process.
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, started: number, wall: number, cpu: number, rss: number }>}
 *   `started` is performance.now() at the start, `wall` milliseconds, `cpu` seconds, `rss` megabytes
 */
export async function measure(command, { cwd, env, timeout = 120_000 }) {
  // The group's standard error is bash's report (descriptor 3); the command's own goes to descriptor 4.
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" 2>&4 3>&- 4>&-; } 2>&3';
  const started = performance.now();
  const child = spawn('bash', ['-c', script, 'bench', ...command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe', 'pipe'],
  });
  const [stdout, report, stderr] = [1, 3, 4].map((at) => collect(child.stdio[at]));
  let rss = 0;
  let pid;
  const sampler = setInterval(() => {
    pid ??= childOf(child.pid);
    if (pid) rss = Math.max(rss, peakOf(pid));
  }, sampleEvery);
  const timer = setTimeout(() => {
    if (pid) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
  }, timeout);
  const exit = new Promise((resolve, reject) =>
    child.once('error', reject).once('exit', (code) => resolve({ code, at: performance.now() })),
  );
  try {
    const { code, at } = await exit;
    const [user = Number.NaN, system = Number.NaN] = (await report).trim().split(' ').map(Number);
    return { code, stdout: await stdout, stderr: await stderr, started, wall: at - started, cpu: user + system, rss };
  } finally {
    clearInterval(sampler);
    clearTimeout(timer);
  }
}

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function childOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || undefined;
  } catch {
    return undefined; // it ended between two looks
  }
}

/** The high-water mark, which the kernel keeps: a late look misses only the last milliseconds. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it ended between two looks
  }
}
