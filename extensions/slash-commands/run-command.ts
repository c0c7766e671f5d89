import { Commands, type ExtensionApi, type Session, type SlashCommandOutcome } from 'tenon/plugin-api';
import { commandHead, expanded, gated } from './command-gates.ts';

/** Runs a command of an extension. */
export function runCommand(
  api: ExtensionApi,
  session: Session,
  call: { readonly name: string; readonly args: string; readonly typed: string; readonly owner: string },
): Promise<SlashCommandOutcome> {
  const { name } = call;
  const gate = { ...call, origin: 'builtin' };
  return gated(api, session, gate, async (args) => {
    const command = await api.item(Commands, name);
    if (command === undefined) {
      throw new Error(`the extension ${call.owner} did not start, or does not offer it`);
    }
    const { output, prompt, isError } = await command.run(args, { session, signal: session.signal });
    if (prompt === undefined) return { output: output ?? '', ...(isError === true && { isError }) };
    const shown = await expanded(api, session, { ...gate, args }, prompt);
    if (shown.refused !== undefined) return { output: shown.refused, isError: true };
    const blocks = [commandHead(name, args), shown.text].map((text) => ({ type: 'text', text }) as const);
    return { blocks, context: shown.context, ...(output !== undefined && { output }) };
  });
}
