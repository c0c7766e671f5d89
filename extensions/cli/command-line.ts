import {
  type Cli,
  CliCommands,
  type CliVerb,
  type Diagnostic,
  type ExtensionApi,
  Extensions,
  type Host,
  type Invocation,
  UsageError,
} from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';
import { type Grammar, grammarOf } from './grammar.ts';
import { choosesMode, isSet, type Parsed, parse } from './parse.ts';
import { printable, printableLine } from './printable.ts';
import { checkVerbArgs } from './verb-args.ts';
import { joinWords, splitWords } from './words.ts';

/** The command line of a program, made of what the manifests of its extensions declare. */
export class CommandLine implements Cli {
  #invocation: Invocation | undefined;
  #early: { readonly known: number; readonly invocation: Invocation } | undefined;
  readonly #api: ExtensionApi;
  readonly #host: Host;

  constructor(api: ExtensionApi, host: Host) {
    this.#api = api;
    this.#host = host;
  }

  /**
   * Extensions that start with the program read flags before `run`, which says what is wrong with the line. Until then
   * flags may be missing: those of extensions that are still to be found.
   */
  get invocation(): Invocation {
    if (this.#invocation !== undefined) return this.#invocation;
    const declared = this.#api.declared(CliCommands);
    if (this.#early?.known !== declared.length) {
      const { argv } = this.#host;
      const { flags, args } = parse(
        argv,
        grammarOf(declared, () => undefined),
        true,
      );
      this.#early = { known: declared.length, invocation: { flags, args, argv } };
    }
    return this.#early.invocation;
  }

  async run(argv: readonly string[]): Promise<number> {
    let code: number;
    try {
      code = await this.#dispatch(argv);
    } catch (error) {
      code = await this.#fail(error);
    }
    await Promise.allSettled([this.#host.stdout.drained(), this.#host.stderr.drained()]);
    return code;
  }

  async startWarnings(argv: readonly string[], warnings: readonly Diagnostic[]): Promise<readonly Diagnostic[]> {
    const { shownFor } = await import('./start-warnings.ts');
    return shownFor(argv, warnings, this.#api.declared(CliCommands), this.#host.distro);
  }

  async #dispatch(argv: readonly string[]): Promise<number> {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) return this.#version();
    const grammar = grammarOf(this.#api.declared(CliCommands), (message) => this.#api.log.warn(message));
    let parsed: Parsed;
    try {
      parsed = parse(argv, grammar);
    } catch (error) {
      if (asksForHelp(argv)) return this.#help(grammar, undefined);
      const flag = /^unknown flag (-[\w-]+)/.exec((error as Error).message)?.[1];
      const better = flag === undefined ? undefined : await this.#aboutFlag(flag);
      throw better === undefined ? error : new UsageError(better);
    }
    this.#invocation = { flags: parsed.flags, args: parsed.args, argv };
    if (isSet(parsed.flags, 'version')) return this.#version();
    if (isSet(parsed.flags, 'help')) return this.#help(grammar, parsed.verb);
    const files = grammar.flags.filter((flag) => flag.file !== undefined && isSet(parsed.flags, flag.name));
    if (files.length > 0) {
      const { checkFiles } = await import('./file-flags.ts');
      await checkFiles(files, parsed.flags, this.#host);
    }
    const verb = parsed.verb === undefined ? undefined : grammar.verbs.get(parsed.verb);
    if (verb !== undefined) return this.#runVerb(verb);
    if (!choosesMode(parsed.flags, grammar) && /^[a-z-]+(,[a-z-]+)?$/.test(parsed.args.join())) {
      const { foreignCommand } = await import('./foreign-words.ts');
      const foreign = foreignCommand(parsed.args, this.#host.distro.command);
      if (foreign !== undefined) throw new UsageError(foreign);
    }
    return this.#runMode(grammar);
  }

  /** What is better said of a flag than that nobody knows it. */
  async #aboutFlag(flag: string): Promise<string | undefined> {
    if (this.#api.has(Extensions)) {
      const failed = (await this.#api.use(Extensions)).list().filter(({ state }) => state === 'failed');
      const owner = failed.find(({ manifest }) =>
        manifest.contributes?.[CliCommands.id]?.some((one) => typeof one === 'object' && one.name === flag),
      );
      if (owner !== undefined) return `${flag} has no effect: ${owner.manifest.id} could not be started`;
    }
    return (await import('./foreign-words.ts')).foreignFlag(flag);
  }

  async #version(): Promise<number> {
    const { version, name } = this.#host.distro;
    await this.#host.stdout.write(`${version} (${name})\n`);
    return 0;
  }

  async #help(grammar: Grammar, verb: string | undefined): Promise<number> {
    const { programHelp, verbHelp } = await import('./help.ts');
    const { distro, stdout } = this.#host;
    await stdout.write(
      verb === undefined
        ? programHelp(grammar, distro, stdout.columns)
        : verbHelp(verb, grammar, distro, stdout.columns),
    );
    return 0;
  }

  async #runMode(grammar: Grammar): Promise<number> {
    const { distro } = this.#host;
    const mode =
      grammar.modes.find((one) => one.flags?.some((flag) => isSet(this.invocation.flags, flag))) ??
      grammar.modes.find(this.#isInTerminal ? (one) => one.interactive === true : (one) => one.headless === true);
    if (mode !== undefined) return this.#runItem(mode.name, mode.owner, this.invocation);
    const print = grammar.byLetter.get('p') === undefined ? '' : ` Type: ${distro.command} -p "your prompt"`;
    throw new UsageError(`${distro.name} has no interactive mode in this build.${print}`);
  }

  get #isInTerminal(): boolean {
    const { stdin, stdout } = this.#host;
    return stdin.isTerminal && stdout.isTerminal;
  }

  async #runVerb(verb: CliVerb & { readonly owner: string }): Promise<number> {
    const invocation = this.invocation;
    await checkVerbArgs(verb, invocation.args, this.#host.distro.command);
    if (verb.changes !== true || isExempt(verb.name, invocation.args)) {
      return this.#runItem(verb.name, verb.owner, invocation);
    }
    const args = joinWords(invocation.args);
    const before = { name: verb.name, source: 'cli', context: [], reasons: [] } as const;
    const asked = await this.#api.hooks.PreCommand.fire({ ...before, args, verdict: 'none' });
    if (asked.verdict === 'deny') return this.#denied(verb.name, asked.reasons.at(-1));
    if (asked.args !== args) {
      this.#invocation = { ...invocation, args: splitWords(asked.args) };
      await checkVerbArgs(verb, this.invocation.args, this.#host.distro.command);
    }
    const start = clock();
    let ok = false;
    try {
      const code = await this.#runItem(verb.name, verb.owner, this.invocation);
      ok = code === 0;
      return code;
    } finally {
      const ms = Math.round(clock() - start);
      await this.#api.hooks.PostCommand.fire({
        name: verb.name,
        args: asked.args,
        source: 'cli',
        output: '',
        ok,
        ms,
      });
    }
  }

  async #runItem(name: string, owner: string, invocation: Invocation): Promise<number> {
    const command = await this.#api.item(CliCommands, name);
    if (command === undefined) {
      throw new Error(
        `${name.replace('mode:', 'mode ')} cannot run: the extension ${owner} did not start, or does not offer it`,
      );
    }
    return command.run(invocation);
  }

  async #denied(name: string, reason: { readonly reason: string; readonly by: string } | undefined): Promise<number> {
    const { command } = this.#host.distro;
    const why = reason === undefined ? 'no reason given' : `${printableLine(reason.reason)} (${reason.by})`;
    await this.#host.stderr.write(
      `${command}: ${name} was refused: ${why}\n` +
        `${command} doctor and ${command} plugin disable <id> are never refused.\n`,
    );
    return 1;
  }

  async #fail(error: unknown): Promise<number> {
    const { command } = this.#host.distro;
    const misuse = usageErrorIn(error);
    if (misuse !== undefined) {
      await this.#host.stderr.write(`${command}: ${printable(misuse.message)}\nSee ${command} --help.\n`);
      return 2;
    }
    const message = error instanceof Error ? error.message : String(error);
    const detail =
      this.#host.env.TENON_DEBUG === '1' && error instanceof Error ? `${printable(error.stack ?? '')}\n` : '';
    await this.#host.stderr.write(
      `${command}: ${printableLine(message === '' ? 'unknown error' : message)}\n${detail}`,
    );
    return 1;
  }
}

/** The mistake in the call that an error is, or was caused by: a service that fails to start wraps what it threw. */
function usageErrorIn(error: unknown): Error | undefined {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if (current.name === 'UsageError') return current;
    current = current.cause;
  }
  return undefined;
}

/** Commands that no hook may refuse: they are the way out of a hook that refuses everything. */
function isExempt(name: string, args: readonly string[]): boolean {
  return name === 'doctor' || (name === 'plugin' && args[0] === 'disable');
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((token) => token === '--help' || token === '-h');
}
