import type { CliVerb } from 'tenon/plugin-api';
import { UsageError } from 'tenon/plugin-api';

/**
 * Checks the number of words after a command against the words its declaration asks for.
 * @throws UsageError naming the usage
 */
export async function checkVerbArgs(verb: CliVerb, args: readonly string[], command: string): Promise<void> {
  if (verb.usage === undefined) return;
  const { cac } = await import('cac');
  const program = cac(command);
  program.command(`${verb.name} ${verb.usage}`, verb.description);
  // cac would read `-x` as a flag and 007 as a number: it gets stand-ins, and the command the words themselves
  program.parse(['', '', verb.name, ...args.map(() => 'word')], { run: false });
  try {
    program.matchedCommand?.checkRequiredArgs();
    program.matchedCommand?.checkUnusedArgs();
  } catch (error) {
    const why = error instanceof Error && error.message.startsWith('missing') ? 'too few words' : 'too many words';
    throw new UsageError(`${verb.name}: ${why}; usage: ${command} ${`${verb.name} ${verb.usage}`.trim()}`, {
      cause: error,
    });
  }
}
