import type { ExtensionApi, Host } from 'tenon/plugin-api';

/** One thing that was found. A `problem` makes the exit code 1; a `note` is for the user to know. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'problem';
  readonly text: string;
  /** What to do. Every problem has one. */
  readonly fix?: string;
}

/** Looks at one part of the installation. It may throw or hang: whoever calls it is ready for that. */
export type Check = (api: ExtensionApi, host: Host) => Promise<readonly Finding[]>;

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const note = (text: string, fix?: string): Finding => ({ level: 'note', text, ...(fix && { fix }) });
export const problem = (text: string, fix: string): Finding => ({ level: 'problem', text, fix });
