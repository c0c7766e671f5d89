import { ModelError } from 'tenon/plugin-api';
import { CredentialCommand } from 'tenon/plugin-api/lib/credential-command';
import type { Env } from './model-table.ts';

export interface ApiKeyHelperParts {
  readonly env: () => Env;
  readonly cwd: string;
  /** The command of the setting `apiKeyHelper`; never one that a project brought along. */
  readonly command: () => string | undefined;
  /** Milliseconds that the command may take. */
  readonly limitMs?: number;
}

/** The user's own command that prints the key of the endpoint. */
export class ApiKeyHelper {
  readonly #command: CredentialCommand;

  constructor(parts: ApiKeyHelperParts) {
    this.#command = new CredentialCommand({
      ...parts,
      setting: 'apiKeyHelper',
      ttlVariable: 'CLAUDE_CODE_API_KEY_HELPER_TTL_MS',
      wrong(output) {
        if (output === '') return 'printed nothing. It must print the key.';
        return /[^\x21-\x7e]/.test(output)
          ? 'printed more than a key: blanks, line breaks or special characters. It must print the bare key.'
          : undefined;
      },
    });
  }

  /** The command, where there is one. */
  get command(): string | undefined {
    return this.#command.command;
  }

  /** The key that a command prints. @throws ModelError saying what the command did instead */
  async key(command: string): Promise<string> {
    try {
      return await this.#command.output(command);
    } catch (cause) {
      throw new ModelError('authentication_failed', (cause as Error).message, { cause });
    }
  }

  /** Forgets the kept key, which the endpoint refused. */
  forget(): void {
    this.#command.forget();
  }

  /** Ends the command, where it is at work. */
  close(): void {
    this.#command.close();
  }
}
