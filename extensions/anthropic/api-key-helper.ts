import { ModelError } from 'tenon/plugin-api';
import { clock } from 'tenon/plugin-api/lib/clock';
import type { Env } from './model-table.ts';

const DEFAULT_TTL_MS = 5 * 60_000;
const LIMIT_MS = 60_000;
const MAX_OUTPUT = 64 * 1024;

export interface ApiKeyHelperParts {
  readonly env: () => Env;
  readonly cwd: string;
  /** The command of the setting `apiKeyHelper`; never one that a project brought along. */
  readonly command: () => string | undefined;
  /** Milliseconds that the command may take. */
  readonly limitMs?: number;
}

/** Runs the user's own command that prints a key, and keeps what it printed for a while. No message holds the key. */
export class ApiKeyHelper {
  readonly #parts: ApiKeyHelperParts;
  readonly #closing = new AbortController();
  #known: { readonly command: string; readonly key: string; readonly at: number } | undefined;
  #running: { readonly command: string; readonly key: Promise<string> } | undefined;

  constructor(parts: ApiKeyHelperParts) {
    this.#parts = parts;
  }

  /** The command, where there is one. */
  get command(): string | undefined {
    return this.#parts.command()?.trim() || undefined;
  }

  /**
   * The key: the kept one, or a new one when that is older than CLAUDE_CODE_API_KEY_HELPER_TTL_MS (default: five minutes).
   * @throws ModelError saying what the command did instead
   */
  async key(command: string): Promise<string> {
    const known = this.#known;
    if (known?.command === command && clock() - known.at < this.#ttl()) return known.key;
    if (this.#running?.command !== command) {
      const key = this.#run(command);
      this.#running = { command, key };
      const done = () => {
        if (this.#running?.key === key) this.#running = undefined;
      };
      key.then(done, done);
    }
    return this.#running.key;
  }

  /** Forgets the kept key, which the endpoint refused. */
  forget(): void {
    this.#known = undefined;
  }

  /** Ends the command, where it is at work. */
  close(): void {
    this.#closing.abort();
  }

  #ttl(): number {
    const text = this.#parts.env().CLAUDE_CODE_API_KEY_HELPER_TTL_MS?.trim();
    if (!text) return DEFAULT_TTL_MS;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw failed(`CLAUDE_CODE_API_KEY_HELPER_TTL_MS is "${text}". Expected a whole number of at least 0.`);
  }

  async #run(command: string): Promise<string> {
    const { runBounded } = await import('./run-bounded.ts');
    const { env, cwd, limitMs = LIMIT_MS } = this.#parts;
    const { signal } = this.#closing;
    const { code, stdout, problem } = await runBounded(command, {
      env: env(),
      cwd,
      limitMs,
      maxBytes: MAX_OUTPUT,
      signal,
    });
    // what it wrote on standard error is not repeated: it may hold the key too
    if (problem !== undefined) throw failed(`The command of the setting apiKeyHelper ${problem}.`);
    if (code !== 0) {
      throw failed(
        `The command of the setting apiKeyHelper ended with code ${code}. Run it in a terminal to see what it says.`,
      );
    }
    const key = stdout.trim();
    if (key === '') throw failed('The command of the setting apiKeyHelper printed nothing. It must print the key.');
    if (/[^\x21-\x7e]/.test(key)) {
      throw failed(
        'The command of the setting apiKeyHelper printed more than a key: blanks, line breaks or special characters. It must print the bare key.',
      );
    }
    this.#known = { command, key, at: clock() };
    return key;
  }
}

function failed(message: string): ModelError {
  return new ModelError('authentication_failed', message);
}
