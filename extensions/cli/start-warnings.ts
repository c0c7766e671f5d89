import type { DeclaredItem, Diagnostic, Host } from 'tenon/plugin-api';
import { grammarOf, type Owned } from './grammar.ts';
import { isSet, parse } from './parse.ts';

const SKIPPED = /^(?:\S+: )?(.+?) skipped: (folder (?:not trusted|was declined|has changed)[^;]*)/;

/** The warnings of the start that are shown for a command line. */
export function shownFor(
  argv: readonly string[],
  warnings: readonly Diagnostic[],
  declared: readonly Owned<DeclaredItem>[],
  distro: Host['distro'],
): readonly Diagnostic[] {
  const grammar = grammarOf(declared, () => undefined);
  const { flags, verb } = parse(argv, grammar, true);
  if (isSet(flags, 'help') || isSet(flags, 'version')) return shownWarnings(warnings, 'quiet', distro);
  const command = verb === undefined ? undefined : grammar.verbs.get(verb);
  if (command === undefined) return shownWarnings(warnings, 'mode', distro);
  return command.setup === true ? warnings : shownWarnings(warnings, command, distro);
}

/**
 * The warnings of the start that are of use before what runs: all that is skipped because the folder is not trusted is one
 * line before a mode, and nothing before a command, which is told what concerns its own extension. What the kernel found
 * wrong with extensions is never left out.
 * @param what a mode, a command, or nothing but help
 */
function shownWarnings(
  warnings: readonly Diagnostic[],
  what: 'mode' | 'quiet' | { readonly owner: string },
  { command }: Pick<Host['distro'], 'command'>,
): readonly Diagnostic[] {
  const shown: Diagnostic[] = [];
  const skipped: { readonly diagnostic: Diagnostic; readonly name: string; readonly reason?: string | undefined }[] =
    [];
  for (const diagnostic of warnings) {
    const { code, extension, message } = diagnostic;
    const match = code === 'LOG' ? SKIPPED.exec(message) : null;
    if (match !== null) skipped.push({ diagnostic, name: match[1]!, reason: match[2] });
    else if (code === 'UNTRUSTED') skipped.push({ diagnostic, name: extension });
    else if (code !== 'LOG' || what === 'mode' || (what !== 'quiet' && what.owner === extension))
      shown.push(diagnostic);
  }
  if (what !== 'mode' || skipped.length === 0) return shown;
  const [first] = skipped;
  if (skipped.length === 1 && first !== undefined) return [first.diagnostic, ...shown];
  const reason = skipped.find((one) => one.reason !== undefined)?.reason ?? 'folder not trusted';
  const names = [...new Set(skipped.map(({ name }) => name))].join('; ');
  const message = `skipped: ${names}: ${reason}; run ${command} trust to look at it and agree, or with --trust`;
  return [{ ...first!.diagnostic, code: 'UNTRUSTED', message }, ...shown];
}
