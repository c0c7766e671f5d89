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
    const given: unknown = await command.run(args, { session, signal: session.signal });
    const { output, prompt, isError } = checked(given, call.owner);
    if (prompt === undefined) return { output: output ?? '', ...(isError === true && { isError }) };
    const shown = await expanded(api, session, { ...gate, args }, prompt);
    if (shown.refused !== undefined) return { output: shown.refused, isError: true };
    const blocks = [commandHead(name, args), shown.text].map((text) => ({ type: 'text', text }) as const);
    return { blocks, context: shown.context, ...(output !== undefined && { output }) };
  });
}

interface Given {
  readonly output?: string;
  readonly prompt?: string;
  readonly isError?: boolean;
}

/** The type checker finds this, but not every author uses it. */
function checked(given: unknown, owner: string): Given {
  const expected = 'expected an object with `output` (for the user) or `prompt` (for the model)';
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${owner} gave ${given === null ? 'null' : typeof given}; ${expected}`);
  }
  for (const key of ['output', 'prompt'] as const) {
    const value = (given as Record<string, unknown>)[key];
    if (value !== undefined && typeof value !== 'string') {
      throw new TypeError(`${owner} gave ${key} that is no text but ${typeof value}`);
    }
  }
  const keys = Object.keys(given);
  if (keys.length > 0 && !keys.some((key) => ['output', 'prompt', 'isError'].includes(key))) {
    throw new TypeError(`${owner} gave ${keys.join(', ')}; ${expected}`);
  }
  return given as Given;
}
