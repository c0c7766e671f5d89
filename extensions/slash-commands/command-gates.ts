import {
  type ContextItem,
  type ExtensionApi,
  type GateReason,
  type Session,
  type SlashCommandOutcome,
  textOf,
} from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';

/** Characters of the output that those who look on are told. */
const OUTPUT = 10_000;

/** A command that is about to run. */
export interface CommandCall {
  readonly name: string;
  readonly args: string;
  /** Where the command comes from. */
  readonly origin: string;
  /** All that the user typed. */
  readonly typed: string;
}

/**
 * Runs a command between PreCommand and PostCommand. One that is denied does not run; an error is its outcome. No tap can
 * lock the user out of the commands that take a tap away.
 */
export async function gated(
  api: ExtensionApi,
  session: Session,
  call: CommandCall,
  run: (args: string) => Promise<SlashCommandOutcome>,
): Promise<SlashCommandOutcome> {
  const { PreCommand, PostCommand } = api.hooks;
  const { name, origin } = call;
  let { args } = call;
  let context: readonly ContextItem[] = [];
  const exempt = name === 'doctor' || (name === 'plugin' && /^disable\b/.test(args));
  const about = { session, name, source: 'slash', origin } as const;
  if (!exempt && !PreCommand.idle) {
    const asked = await PreCommand.fire({ ...about, args, context: [], verdict: 'none', reasons: [] });
    if (asked.verdict === 'deny') return { output: `/${name} was refused: ${why(asked.reasons)}`, isError: true };
    ({ args, context } = asked);
  }
  const began = clock();
  let outcome: SlashCommandOutcome;
  try {
    outcome = await run(args);
  } catch (error) {
    if (session.signal.aborted) throw error;
    outcome = { output: `/${name} failed: ${error instanceof Error ? error.message : String(error)}`, isError: true };
  }
  if (!PostCommand.idle) {
    const output = (outcome.output ?? textOf(outcome.blocks ?? [])).slice(0, OUTPUT);
    const ms = Math.round(clock() - began);
    await PostCommand.fire({ ...about, args, output, ok: outcome.isError !== true, ms });
  }
  return context.length === 0 ? outcome : { ...outcome, context: [...context, ...(outcome.context ?? [])] };
}

/** Shows the prompt that a command became to the taps of UserPromptExpansion, which may change or refuse it. */
export async function expanded(
  api: ExtensionApi,
  session: Session,
  { name, args, origin, typed }: CommandCall,
  text: string,
): Promise<
  | { readonly text: string; readonly context: readonly ContextItem[]; readonly refused?: undefined }
  | { readonly refused: string }
> {
  const { UserPromptExpansion } = api.hooks;
  if (UserPromptExpansion.idle) return { text, context: [] };
  const value = { session, command: name, args, source: origin, prompt: typed, text } as const;
  const asked = await UserPromptExpansion.fire({ ...value, context: [], verdict: 'none', reasons: [] });
  if (asked.verdict === 'deny') return { refused: `/${name} was refused: ${why(asked.reasons)}` };
  return { text: asked.text, context: asked.context };
}

/** What the model reads before the text that a command became, and other readers of transcripts know a command by. */
export function commandHead(name: string, args: string): string {
  const lines = [`<command-message>${plain(name)}</command-message>`, `<command-name>/${plain(name)}</command-name>`];
  if (args !== '') lines.push(`<command-args>${plain(args)}</command-args>`);
  return lines.join('\n');
}

function plain(text: string): string {
  return text.replace(/<(?=\/?(?:command-|system-reminder))/g, '<\\');
}

function why(reasons: readonly GateReason[]): string {
  const said = reasons.flatMap(({ verdict, reason, by }) => (verdict === 'deny' ? [reason || by] : []));
  return said.join('; ') || 'no reason was given';
}
