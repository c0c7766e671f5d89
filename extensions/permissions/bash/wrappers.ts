import type { ShellWord } from './word.ts';

/** Programs that run the program named in their arguments: how many operands of their own come first. */
export const EXEC_WRAPPERS: ReadonlyMap<string, number> = new Map([
  ...words(
    'time nice nohup stdbuf command builtin noglob env sudo doas watch setsid ionice strace ltrace busybox toybox',
  ),
  ...words('xargs exec nocorrect caffeinate unbuffer pkexec setpriv parallel systemd-run dbus-run-session'),
  ...words('unshare nsenter fakeroot catchsegv gdb valgrind entr direnv chpst softlimit sg coproc - then do else'),
  ...words('rtk bwrap firejail winpty mintty xvfb-run faketime proxychains torsocks tsocks'),
  ...words('timeout flock chroot chrt taskset script su runuser gosu su-exec ssh perf', 1),
]);

/** Programs that read a command line from an argument or from their input. */
export const SHELLS: ReadonlySet<string> = new Set(
  'sh bash zsh dash ksh ksh93 mksh ash fish rbash csh tcsh busybox pwsh . source'.split(' '),
);

/** Builtins and programs that take shell text as an argument. */
export const TEXT_RUNNERS: ReadonlySet<string> = new Set([
  ...SHELLS,
  ...'eval trap alias su script watch flock env parallel runuser ssh xargs nix-shell entr at batch'.split(' '),
]);

/** Wrappers that no rule with a wildcard covers, because they would let any program through. */
export const NEVER_COVERED: ReadonlySet<string> = new Set(
  (
    'env sudo doas watch setsid ionice chrt flock strace ltrace busybox toybox exec eval su runuser pkexec ' +
    'chroot unshare nsenter setpriv taskset script parallel systemd-run xargs source . gosu su-exec trap alias coproc'
  ).split(' '),
);

/** Variables that only change how programs print or which environment they believe to be in. */
export const SAFE_VARIABLES =
  /^(?:LANG|LC_[A-Z]+|TZ|NO_COLOR|FORCE_COLOR|TERM|COLUMNS|NODE_ENV|CI|RUST_BACKTRACE|RUST_LOG|PYTHONUNBUFFERED)$/;

function words(list: string, operands = 0): [string, number][] {
  return list.split(' ').map((word) => [word, operands]);
}

const DURATION = /^[0-9]+(?:\.[0-9]+)?[smhd]?$/;

/**
 * Takes off the wrappers that do not change what a command does. `undefined` when one has options that are not known;
 * the wrapper then stays.
 */
export function unwrap(words: readonly ShellWord[]): readonly ShellWord[] {
  let rest = words;
  for (let round = 0; round < 8; round++) {
    const inner = unwrapOnce(rest);
    if (inner === undefined) return rest;
    rest = inner;
  }
  return rest;
}

function unwrapOnce(words: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const name = words[0]?.plain ? words[0].text : undefined;
  switch (name) {
    case 'timeout':
      return after(
        words,
        /^(?:-v|--verbose|--foreground|--preserve-status|-[ks][0-9A-Za-z.]+|--(?:signal|kill-after)=[\w.]+)$/,
        /^-[ks]$/,
        1,
      );
    case 'time':
      return after(words, /^-p$/, undefined, 0);
    case 'nice':
      return after(words, /^(?:-n?-?[0-9]+|--adjustment=-?[0-9]+)$/, /^-n$/, 0);
    case 'stdbuf':
      return after(
        words,
        /^(?:-[ioe](?:[L0]|[0-9]+[KMG]?)|--(?:input|output|error)=(?:[L0]|[0-9]+[KMG]?))$/,
        /^-[ioe]$/,
        0,
      );
    case 'nohup':
    case 'command':
    case 'builtin':
    case 'noglob':
      return after(words, undefined, undefined, 0);
    case 'xargs':
      return words[1] !== undefined && !words[1].text.startsWith('-')
        ? after(words, undefined, undefined, 0)
        : undefined;
    default:
      return undefined;
  }
}

/** What follows options, values of options and `operands` durations; all of them have to be literal. */
function after(
  words: readonly ShellWord[],
  option: RegExp | undefined,
  valued: RegExp | undefined,
  operands: number,
): readonly ShellWord[] | undefined {
  let at = 1;
  while (words[at]?.text.startsWith('-')) {
    const word = words[at]!;
    if (!word.plain) return undefined;
    if (valued?.test(word.text)) {
      if (!words[at + 1]?.plain) return undefined;
      at += 2;
    } else if (option?.test(word.text)) at++;
    else if (word.text === '--') {
      at++;
      break;
    } else return undefined;
  }
  for (let count = 0; count < operands; count++, at++) {
    if (!words[at]?.plain || !DURATION.test(words[at]!.text)) return undefined;
  }
  const rest = words.slice(at);
  return rest.length > 0 ? rest : undefined;
}
