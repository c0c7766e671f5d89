// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is shell text
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BENIGN } from './table/benign.ts';
import { HOSTILE } from './table/hostile.ts';
import { POLICY } from './table/policy.ts';
import { Workspace } from './workspace.ts';

type Mutation = readonly [name: string, mutate: (command: string) => string | undefined];

const singleLine = (command: string) => !command.includes('\n') && !command.includes('#') && !command.includes('<<');
/** A name at the start that nothing else touches, so that it can be written in other ways. */
const program = (command: string) => /^([a-z]+)(?= )/.exec(command)?.[1];

const HOSTILE_MUTATIONS: readonly Mutation[] = [
  ['after a benign command', (command) => `ls; ${command}`],
  ['before a benign command', (command) => `${command}\nls`],
  ['after &&', (command) => `pwd && ${command}`],
  ['after ||', (command) => `false || ${command}`],
  ['in the background', (command) => (singleLine(command) ? `ls & ${command}` : undefined)],
  ['in a subshell', (command) => `(${command}\n)`],
  ['in a group', (command) => `{ ${command}\n}`],
  ['in an if', (command) => `if true; then\n${command}\nfi`],
  ['in a loop', (command) => `for i in 1; do\n${command}\ndone`],
  ['in a while condition', (command) => `while\n${command}\ndo break; done`],
  ['in a substitution', (command) => `echo "$(${command}\n)"`],
  ['in a process substitution', (command) => `cat <(${command}\n)`],
  ['in a function', (command) => `f() {\n${command}\n}; f`],
  ['with timeout', (command) => (program(command) === undefined ? undefined : `timeout 5 ${command}`)],
  ['with nohup nice', (command) => (program(command) === undefined ? undefined : `nohup nice -n 5 ${command}`)],
  ['with an environment', (command) => (program(command) === undefined ? undefined : `LANG=C ${command}`)],
  ['with quotes', (command) => command.replace(/^([a-z])([a-z]+)(?= )/, '$1"$2"')],
  ['with a backslash', (command) => command.replace(/^([a-z])([a-z]+)(?= )/, '$1\\$2')],
  ['with more blanks', (command) => command.replace(/^([a-z]+) /, '$1   ')],
  ['with a tab', (command) => command.replace(/^([a-z]+) /, '$1\t')],
  ['with a line end inside', (command) => command.replace(/^([a-z]+) /, '$1 \\\n ')],
  ['with a word cut in two', (command) => command.replace(/^([a-z])([a-z]+)(?= )/, '$1\\\n$2')],
  ['with a comment', (command) => `# nothing to see\n${command}`],
  ['with a discarded output', (command) => (singleLine(command) ? `${command} 2>/dev/null` : undefined)],
  ['through bash -c', (command) => (command.includes("'") ? undefined : `bash -c '${command}'`)],
  ['through eval', (command) => (command.includes("'") ? undefined : `eval '${command}'`)],
  ['through a pipe', (command) => (singleLine(command) ? `ls | ${command}` : undefined)],
  ['negated', (command) => `! ${command}`],
  ['timed', (command) => `time ${command}`],
];

const DENIED_MUTATIONS: readonly Mutation[] = [
  ...HOSTILE_MUTATIONS,
  ['through sudo', (command) => (program(command) === undefined ? undefined : `sudo -u root ${command}`)],
  ['through env', (command) => (program(command) === undefined ? undefined : `env -i A=b ${command}`)],
  [
    'through xargs',
    (command) => (program(command) === undefined || !singleLine(command) ? undefined : `ls | xargs -n 1 ${command}`),
  ],
  [
    'through find',
    (command) => (program(command) === undefined || !singleLine(command) ? undefined : `find . -exec ${command} \\;`),
  ],
  ['with a path', (command) => (program(command) === undefined ? undefined : `/usr/bin/${command}`)],
  ['in broken text', (command) => (singleLine(command) && !/["'`]/.test(command) ? `${command} "` : undefined)],
  ['after broken text', (command) => (singleLine(command) && !/["'`]/.test(command) ? `ls ( ; ${command}` : undefined)],
  ['with an invisible character', (command) => (singleLine(command) ? `ls\u200b; ${command}` : undefined)],
];

const BENIGN_MUTATIONS: readonly Mutation[] = [
  ['with a comment', (command) => `${command} # a remark`],
  ['with a comment before', (command) => `# a remark; rm -rf /\n${command}`],
  ['with blanks around', (command) => `  ${command}  `],
  ['with a second command', (command) => `${command}\npwd`],
  ['with a line end after', (command) => `${command}\n`],
  ['in a subshell', (command) => `(${command}\n)`],
  ['with echo before', (command) => `echo "== start =="\n${command}`],
  ['twice', (command) => `${command}\n${command}`],
  [
    'with discarded errors',
    (command) =>
      singleLine(command) && !/[;&>]/.test(command) && !/^if|^for|^while|^case/.test(command)
        ? `${command} 2>/dev/null`
        : undefined,
  ],
  [
    'with a page',
    (command) => (singleLine(command) && !/[;&>]$/.test(command) ? `${command} | head -n 40` : undefined),
  ],
];

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace();
});
afterAll(() => workspace.dispose());

/** Texts whose mutation is another command: they are wrong only where they stand. */
const FRAGILE = /[^\x20-\x7E\n]|^\s*>|"$|unterminated|^if then|^ls ;;|\| \||^echo a{100}/;

describe('a mutated hostile command is not allowed', () => {
  for (const [name, mutate] of HOSTILE_MUTATIONS) {
    test(name, async () => {
      const world = workspace.world();
      const wrong: string[] = [];
      for (const command of Object.values(HOSTILE).flat()) {
        const mutated = mutate(workspace.fill(command));
        if (mutated === undefined) continue;
        const { verdict } = await world.bash(mutated);
        if (verdict === 'allow') wrong.push(mutated);
      }
      expect(wrong).toEqual([]);
    });
  }
});

describe('a mutated denied command stays denied', () => {
  for (const [name, mutate] of DENIED_MUTATIONS) {
    test(name, async () => {
      const wrong: string[] = [];
      for (const { deny = [], allow = [], ask = [], mode, run, want } of POLICY) {
        if (want !== 'deny' || deny.length === 0) continue;
        // rules on files are tried where the command runs, not in text
        if (deny.some((rule) => /^(?:Read|Edit)/.test(rule))) continue;
        const world = workspace.world({ layers: [{ source: 'user', permissions: { allow, ask, deny } }] });
        for (const command of run) {
          const filled = workspace.fill(command);
          if (FRAGILE.test(filled)) continue;
          const mutated = mutate(filled);
          if (mutated === undefined) continue;
          const { verdict } = await world.bash(mutated, { mode: mode ?? 'default' });
          if (verdict !== 'deny') wrong.push(mutated);
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});

describe('a mutated benign command is allowed', () => {
  for (const [name, mutate] of BENIGN_MUTATIONS) {
    test(name, async () => {
      const world = workspace.world();
      const wrong: string[] = [];
      let count = 0;
      for (const command of BENIGN) {
        const mutated = mutate(workspace.fill(command));
        if (mutated === undefined) continue;
        count++;
        const { verdict, reason } = await world.bash(mutated);
        if (verdict !== 'allow') wrong.push(`${mutated}: ${reason}`);
      }
      expect(wrong.length / count, wrong.join('\n')).toBeLessThanOrEqual(0.03);
    });
  }
});
