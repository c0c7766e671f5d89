import { beforeAll, expect, test } from 'vitest';
import { builtCli } from '../gates/built.ts';
import { place } from '../gates/program.ts';
import { killSession } from './killed-session.ts';

// `npm run soak:kill` is the long run; the seed of a failure is in its message, and TENON_SEED repeats it
const long = process.env.MODE === 'soak';
const kills = long ? 50 : 5;
const seed = Number(process.env.TENON_SEED ?? Date.now() % 1_000_000);
let program: string;

beforeAll(async () => {
  program = await builtCli();
}, 120_000);

test(`a session that is killed ${kills} times goes on each time; nothing is lost, nothing is done twice`, async () => {
  await using at = await place();
  const report = await killSession(program, at, kills, seed);
  if (long) process.stdout.write(`seed ${seed}: ${JSON.stringify(report)}\n`);
  expect(report.kills).toBe(kills);
  expect(report.resumed).toBeGreaterThan(0);
  expect(report.calls).toBeGreaterThan(0);
}, 600_000);
