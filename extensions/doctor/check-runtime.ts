import { arch, platform, release } from 'node:os';
import { type Check, note, ok, problem } from './finding.ts';

/** The oldest Node that Tenon is tested with. */
const OLDEST = [20, 19];

export const checkRuntime: Check = async (_api, { stdin, stdout, env, distro }) => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const old = major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!);
  const node = `Node ${process.versions.node} at ${process.execPath}`;
  const terminal = stdin.isTerminal && stdout.isTerminal;
  const size = stdout.columns === undefined ? '' : `, ${stdout.columns} columns`;
  return [
    ok(`${distro.command} ${distro.version}`),
    old ? problem(`${node} is too old`, `install Node ${OLDEST.join('.')} or newer`) : ok(node),
    ok(`${platform()} ${release()}, ${arch()}`),
    terminal
      ? ok(`terminal ${env.TERM ?? 'of unknown kind'}${size}${env.NO_COLOR ? ', without colours (NO_COLOR)' : ''}`)
      : note('standard input or output is not a terminal: nobody can be asked, so what no rule allows is denied'),
  ];
};
