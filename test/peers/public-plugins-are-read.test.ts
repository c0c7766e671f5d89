import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place, runProgram } from '../gates/program.ts';
import { names, placeOf } from './place.mjs';

/** What is in these versions, counted by hand: how far the root is above the file that is known, and the components. */
const plugins: Readonly<
  Record<string, { up: number; name: string; skills: number; commands: number; agents: number }>
> = {
  'plugin-claude-mem': { up: 2, name: 'claude-mem', skills: 20, commands: 20, agents: 0 },
  'plugin-oh-my-claudecode': { up: 2, name: 'oh-my-claudecode', skills: 43, commands: 45, agents: 19 },
  'plugin-hyperframes': { up: 3, name: 'dist', skills: 3, commands: 3, agents: 0 },
};

let program: string;
let server: ModelServer;
let at: Place;

beforeAll(async () => {
  program = await builtCli();
  server = await startModelServer({ respond: () => ({ text: 'Hello.' }) });
  at = await place();
}, 240_000);
afterAll(async () => {
  await server.close();
  await at[Symbol.asyncDispose]();
});

describe.each(names.filter((name) => name.startsWith('plugin-')))('%s', (name) => {
  test('is read as it is published, and init lists what it brings along', async ({ skip }) => {
    const { program: file } = placeOf(name);
    if (!existsSync(file)) {
      const why = `${file} is not there; install it with: npm run peers`;
      process.stderr.write(`SKIPPED ${name}: ${why}\n`);
      skip(why);
    }
    const { up, ...expected } = plugins[name]!;
    let root = file;
    for (let step = 0; step < up; step++) root = dirname(root);
    // what others wrote is read here, and not run
    const off = JSON.stringify({ disableAllHooks: true });
    const args = ['--plugin-dir', root, '--settings', off, '-p', 'hello', '--model', 'sonnet'];
    const { code, stdout } = await runProgram(program, [...args, '--output-format', 'stream-json', '--verbose'], at, {
      env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'test' },
    });
    expect(code).toBe(0);
    const messages = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const init = messages.find(({ subtype }) => subtype === 'init') as Record<string, string[]>;
    const own = (list: readonly string[] = []) => list.filter((one) => one.startsWith(`${expected.name}:`)).length;
    expect(init.plugin_errors).toBeUndefined();
    expect(init.plugins).toMatchObject([{ name: expected.name, path: root }]);
    expect({
      name: expected.name,
      skills: own(init.skills),
      commands: own(init.slash_commands),
      agents: own(init.agents),
    }).toEqual(expected);
    expect((await runProgram(program, ['plugin', 'validate', root], at)).code).toBe(0);
  });
});
