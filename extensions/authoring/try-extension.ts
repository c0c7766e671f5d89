import {
  type DeclaredItem,
  type Entry,
  type Extensions,
  type HookName,
  Host,
  hookCatalog,
  type Manifest,
  type Tool,
  type Trial,
} from 'tenon/plugin-api';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { clock } from 'tenon/plugin-api/lib/clock';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';
import { checkToolSchema } from './check-schemas.ts';
import type { Examination, Finding } from './finding.ts';
import { sampleValues } from './sample-value.ts';
import { trialHost } from './trial-host.ts';

/** Milliseconds for one tap, or one item: hooks that ask a person have no limit of their own. */
const LIMIT = 10_000;
/** Milliseconds to wait for failures of what a tap left behind. */
const MOMENT = 30;
/** Starts that are measured, with the extension and without it. */
const STARTS = 5;

/** Loads an extension in a kernel of its own, fires its taps, asks for its names, and measures what it costs. */
export async function tryExtension(
  extensions: Extensions,
  host: Host,
  entry: Entry,
): Promise<{
  readonly findings: readonly Finding[];
  readonly startMs?: Omit<NonNullable<Examination['startMs']>, 'first'>;
}> {
  const world = trialHost(host);
  try {
    const beside = neededBy(entry.manifest, extensions);
    const trial = await extensions.trial({ entries: [world.entry, entry], beside });
    const findings: Finding[] = [];
    try {
      findings.push(...(await start(trial, entry.manifest)));
      if (!findings.some(({ level }) => level === 'error')) {
        findings.push(...(await fireTaps(trial, entry.manifest)), ...(await askForNames(trial, entry.manifest)));
      }
    } finally {
      await trial.close();
    }
    findings.push(...reported(trial, entry.manifest.id, findings));
    if (findings.some(({ level }) => level === 'error')) return { findings };
    const startMs = await measure(extensions, world.entry, entry, beside);
    const more = Math.max(0, startMs.with - startMs.without);
    const message = `${ms(more)} more than without it (${ms(startMs.with)} instead of ${ms(startMs.without)})`;
    return { findings: [...findings, { level: 'ok', about: 'start', message }], startMs };
  } finally {
    await world.dispose();
  }
}

/** The extensions whose services it uses, and those that they need in turn. */
function neededBy(manifest: Manifest, extensions: Extensions): readonly string[] {
  const list = extensions.list().filter((one) => one.manifest.id !== manifest.id);
  const needed = new Set<string>();
  const visit = (services: readonly string[]) => {
    for (const service of services) {
      // the trial has a host of its own
      if (service === Host.id) continue;
      const provider = list.find((one) => one.manifest.provides?.includes(service as never));
      if (provider === undefined || needed.has(provider.manifest.id)) continue;
      needed.add(provider.manifest.id);
      visit(provider.manifest.requires ?? []);
    }
  };
  visit([...(manifest.requires ?? []), ...(manifest.optional ?? [])]);
  return [...needed];
}

async function start(trial: Trial, { id }: Manifest): Promise<readonly Finding[]> {
  const known = trial.extensions.list().find(({ manifest }) => manifest.id === id);
  if (known !== undefined) await trial.extensions.start(id);
  const now = trial.extensions.list().find(({ manifest }) => manifest.id === id);
  if (now?.state === 'active')
    return [{ level: 'ok', about: 'load', message: `it starts, in ${ms(now.startMs ?? 0)}` }];
  if (now !== undefined)
    return [{ level: 'error', about: 'load', message: `it does not start: ${now.reason ?? now.state}` }];
  const why = trial.extensions.diagnostics().find(({ level }) => level === 'error')?.message;
  return [{ level: 'error', about: 'load', message: why ?? 'it is refused' }];
}

async function fireTaps(trial: Trial, { id, taps = [], contributes }: Manifest): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const tools = namesOf(contributes?.tools).filter((name) => !isPattern(name));
  let fired = 0;
  for (const hook of taps) {
    const made = () => trial.extensions.profile().filter((one) => one.extension === id && one.hook === hook);
    if (made().length === 0) {
      const message = `${hook}: the manifest declares a tap, and setup makes none (one that is made later is not seen here)`;
      findings.push({ level: 'warning', about: 'taps', message });
      continue;
    }
    if (!Object.hasOwn(hookCatalog, hook)) {
      findings.push({
        level: 'note',
        about: 'taps',
        message: `${hook} is a hook of another extension and was not fired`,
      });
      continue;
    }
    const samples = sampleValues(hook as HookName, tools);
    const lost = unhandled();
    const runs = made().reduce((sum, one) => sum + one.runs, 0);
    for (const value of samples) {
      try {
        await bounded(Promise.resolve(trial.fire(hook as HookName, value as never)), LIMIT);
      } catch (error) {
        findings.push({ level: 'error', about: 'taps', message: `${hook}: ${(error as Error).message}` });
      }
    }
    for (const error of new Set(await lost.done())) {
      const message = `${hook}: a promise that nobody waits for failed: ${error}; is an await missing?`;
      findings.push({ level: 'error', about: 'taps', message });
    }
    if (made().reduce((sum, one) => sum + one.runs, 0) > runs) fired++;
    else {
      const subjects = samples.flatMap((value) => (value as { readonly tool?: string }).tool ?? []);
      const which = subjects.length === 0 ? '' : ` (${subjects.join(', ')}); names are compared as they are written`;
      findings.push({
        level: 'note',
        about: 'taps',
        message: `${hook}: its \`match\` fits none of the samples${which}`,
      });
    }
  }
  if (fired > 0)
    findings.push({ level: 'ok', about: 'taps', message: `${fired} of ${taps.length} fired with samples` });
  return findings;
}

/** Listens for failures that nobody handles, from now on until `done`. */
function unhandled(): { done(): Promise<readonly string[]> } {
  const failures: string[] = [];
  const listen = (error: unknown) => void failures.push(error instanceof Error ? error.message : String(error));
  process.on('unhandledRejection', listen);
  return {
    async done() {
      // what a tap started a moment ago may fail a moment later
      await new Promise((resolve) => setTimeout(resolve, MOMENT));
      process.off('unhandledRejection', listen);
      return failures;
    },
  };
}

async function askForNames(trial: Trial, { id, contributes = {} }: Manifest): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let made = 0;
  for (const [point, list] of Object.entries(contributes)) {
    for (const name of namesOf(list)) {
      // flags are data; what a pattern stands for is known later
      if (isPattern(name) || (point === 'cli' && name.startsWith('--'))) continue;
      const token = { id: point, name: () => name, qualify: (owner: string, taken: string) => `${owner}.${taken}` };
      const item = await trial.item(token, name);
      if (item !== undefined) {
        made++;
        const declared = list.find((one) => typeof one !== 'string' && one.name === name) ?? {};
        if (point === 'tools') findings.push(...checkToolSchema(item as Tool<never, unknown>, declared as object));
      } else {
        const message = `contributes.${point}: ${name} is declared, and setup adds no such item (api.add)`;
        findings.push({ level: 'error', about: 'names', message });
      }
    }
  }
  if (made > 0) findings.push({ level: 'ok', about: 'names', message: `${made} of ${id} are there` });
  return findings;
}

function namesOf(list: readonly (string | DeclaredItem)[] | undefined): readonly string[] {
  return (list ?? []).map((item) => (typeof item === 'string' ? item : item.name));
}

/** What the kernel said of it: undeclared names, failing and late taps, what it did not undo. */
function reported(trial: Trial, id: string, said: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return trial.extensions.diagnostics().flatMap(({ level, code, extension, message }): Finding[] => {
    if (extension !== id || level === 'debug' || level === 'info' || seen.has(message)) return [];
    seen.add(message);
    if (said.some((one) => one.level === 'error' && one.message.includes(message))) return [];
    // why it does not start is said already, unless the reason has a name of its own
    if (code === 'SETUP_FAILED' && said.some((one) => one.about === 'load' && one.level === 'error')) return [];
    const about =
      code === 'HOOK_FAILED' || code === 'HOOK_TIMEOUT' ? 'taps' : code === 'NOT_DECLARED' ? 'names' : 'load';
    const isWrong = level === 'error' || ['HOOK_FAILED', 'HOOK_TIMEOUT', 'NOT_DECLARED'].includes(code);
    return [{ level: isWrong ? 'error' : 'warning', about, message }];
  });
}

/** Medians of starts with what it needs, without it and with it. */
async function measure(extensions: Extensions, host: Entry, entry: Entry, beside: readonly string[]) {
  const once = async (own: readonly Entry[]) => {
    const began = clock();
    const trial = await extensions.trial({ entries: [host, ...own], beside });
    for (const id of [...beside, ...own.map(({ manifest }) => manifest.id)]) await trial.extensions.start(id);
    const took = clock() - began;
    await trial.close();
    return took;
  };
  const [without, withIt]: [number[], number[]] = [[], []];
  for (let n = 0; n < STARTS; n++) {
    without.push(await once([]));
    withIt.push(await once([entry]));
  }
  return { with: median(withIt), without: median(without) };
}

function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return Math.round(middle * 100) / 100;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
