import { type ExtensionApi, Host, type Invocation, UsageError } from 'tenon/plugin-api';
import { printable } from './printable.ts';
import { sweepStaging } from './staging.ts';
import { openStore, type Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { lockStore } from './store-lock.ts';

/** What a verb has done. Fields besides these stand in its JSON too. */
export interface Outcome {
  readonly message: string;
  readonly plugin?: string | undefined;
  readonly pluginId?: string | undefined;
  readonly scope?: string | undefined;
  /** More lines for people. */
  readonly lines?: readonly string[];
  /** More fields for programs. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly failed?: string;
}

/** Runs a verb that changes something: alone among all processes, and with what others left half done swept away. */
export async function change(
  api: ExtensionApi,
  command: string,
  flags: Invocation['flags'],
  work: (store: Store) => Promise<Outcome>,
): Promise<number> {
  return report(api, command, flags, async (store) => {
    const lock = await lockStore(store.folders.plugins, store.signal);
    try {
      sweepStaging(store.folders);
      return await work(store);
    } finally {
      try {
        sweepStaging(store.folders);
      } finally {
        await lock.dispose();
      }
    }
  });
}

/** Runs a verb, says how it went and gives the exit code. */
async function report(
  api: ExtensionApi,
  command: string,
  flags: Invocation['flags'],
  work: (store: Store) => Promise<Outcome>,
): Promise<number> {
  const host = await api.use(Host);
  const store = await openStore(api, flags);
  let outcome: Outcome;
  try {
    outcome = await work(store);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    outcome = { message, failed: error instanceof StoreError ? error.code : codeOf(error) };
    if (flags.json !== true) throw new Error(`plugin ${command}: ${message}`, { cause: error });
  }
  const { message, plugin, pluginId, scope, lines = [], fields, failed } = outcome;
  if (flags.json === true) {
    const result = {
      command,
      outcome: failed === undefined ? 'ok' : 'failed',
      plugin,
      pluginId,
      scope,
      message,
      ...(failed !== undefined && { failureCode: failed }),
      ...fields,
    };
    await host.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else
    await (failed === undefined ? host.stdout : host.stderr).write(printable(`${[message, ...lines].join('\n')}\n`));
  return failed === undefined ? 0 : 1;
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code.toLowerCase() : 'failed';
}
