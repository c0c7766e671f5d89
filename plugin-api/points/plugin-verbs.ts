import { point } from '../service.ts';
import type { Invocation } from './cli.ts';

/**
 * What a manifest says of a verb in `contributes['plugin-verbs']`: `tenon plugin <name> …`. Help shows it without loading
 * the verb.
 */
export interface PluginVerbDeclaration {
  /** One word. */
  readonly name: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  readonly description: string;
  /** The words after the name, as help shows them: `NAME [--format native|claude]`. */
  readonly usage?: string;
}

/** A verb of the command `plugin`. */
export interface PluginVerb extends PluginVerbDeclaration {
  /**
   * Runs it and gives the exit code.
   * @param args the words after the verb
   * @param flags those of the command line, by long name without dashes; an extension declares its own in the point `cli`
   * @throws UsageError for a call that makes no sense: it is said without a stack, exit code 2
   */
  run(args: readonly string[], flags: Invocation['flags']): Promise<number>;
}

/** Verbs of the command `plugin`. */
export const PluginVerbs = point<PluginVerb>('plugin-verbs', (verb) => verb.name);
