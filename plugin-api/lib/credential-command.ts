import { clock } from './clock.ts';

const DEFAULT_TTL_MS = 5 * 60_000;
const LIMIT_MS = 60_000;
const MAX_OUTPUT = 64 * 1024;

export interface CredentialCommandParts {
  /** The key of the settings that holds the command; never one that a project brought along. */
  readonly setting: string;
  /** The variable that says for how many milliseconds an output is kept. */
  readonly ttlVariable: string;
  readonly env: () => Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly command: () => string | undefined;
  /** Why an output is none, as the end of a sentence; `undefined` when it is one. */
  readonly wrong: (output: string) => string | undefined;
  /** Milliseconds that the command may take; default a minute. */
  readonly limitMs?: number;
}

/** Runs the user's own command that prints a credential, and keeps what it printed for a while. No message holds it. */
export class CredentialCommand {
  readonly #parts: CredentialCommandParts;
  readonly #closing = new AbortController();
  #known: { readonly command: string; readonly output: string; readonly at: number } | undefined;
  #running: { readonly command: string; readonly output: Promise<string> } | undefined;

  constructor(parts: CredentialCommandParts) {
    this.#parts = parts;
  }

  /** The command, where there is one. */
  get command(): string | undefined {
    return this.#parts.command()?.trim() || undefined;
  }

  /**
   * What a command prints: what is kept, or a new one when that is older than the variable says (default: five minutes).
   * @throws Error saying what the command did instead
   */
  async output(command: string): Promise<string> {
    const known = this.#known;
    if (known?.command === command && clock() - known.at < this.#ttl()) return known.output;
    if (this.#running?.command !== command) {
      const output = this.#run(command);
      this.#running = { command, output };
      const done = () => {
        if (this.#running?.output === output) this.#running = undefined;
      };
      output.then(done, done);
    }
    return this.#running.output;
  }

  /** Forgets what is kept: it was refused. */
  forget(): void {
    this.#known = undefined;
  }

  /** Ends the command, where it is at work. */
  close(): void {
    this.#closing.abort();
  }

  #ttl(): number {
    const { ttlVariable, env } = this.#parts;
    const text = env()[ttlVariable]?.trim();
    if (!text) return DEFAULT_TTL_MS;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new Error(`${ttlVariable} is "${text}". Expected a whole number of at least 0.`);
  }

  async #run(command: string): Promise<string> {
    const { runBounded } = await import('./run-bounded.ts');
    const { env, cwd, setting, wrong, limitMs = LIMIT_MS } = this.#parts;
    const { signal } = this.#closing;
    const run = { env: env(), cwd, limitMs, maxBytes: MAX_OUTPUT, signal };
    const { code, stdout, problem } = await runBounded(command, run);
    // what it wrote on standard error is not repeated: it may hold the credential too
    const who = `The command of the setting ${setting}`;
    if (problem !== undefined) throw new Error(`${who} ${problem}.`);
    if (code !== 0) throw new Error(`${who} ended with code ${code}. Run it in a terminal to see what it says.`);
    const output = stdout.trim();
    const why = wrong(output);
    if (why !== undefined) throw new Error(`${who} ${why}`);
    this.#known = { command, output, at: clock() };
    return output;
  }
}
