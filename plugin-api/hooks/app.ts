import type { Entry } from '../extension.ts';
import { decide, observe, sequence, stream, transform } from '../hook-kinds.ts';
import type { ConfigLayer } from '../services/config.ts';

/** The codes of diagnostics. */
export type DiagnosticCode =
  | 'MANIFEST_BAD'
  | 'API_MISMATCH'
  | 'CYCLE'
  | 'MISSING_SERVICE'
  | 'DUPLICATE_ID'
  | 'DUPLICATE_PROVIDER'
  | 'NAME_TAKEN'
  | 'NOT_DECLARED'
  | 'NOT_MADE'
  | 'SETUP_FAILED'
  | 'BAD_CONFIG'
  | 'HOOK_FAILED'
  | 'HOOK_TIMEOUT'
  | 'NO_SERVICE'
  | 'NO_HOOK'
  | 'UNTRUSTED'
  | 'DISPOSE_FAILED'
  | 'MUTED'
  | 'BLOCKED'
  | 'LOG';

/** Something a user or an author may need to know. The single outlet of everything that goes wrong. */
export interface Diagnostic {
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly code: DiagnosticCode;
  /** The id of the extension it is about, or `kernel`. */
  readonly extension: string;
  readonly message: string;
  readonly cause?: unknown;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface AppStart {
  /** The subcommand or mode. */
  readonly mode: string;
  readonly argv: readonly string[];
}
export interface AppExit {
  readonly code: number;
  readonly reason: string;
}
export interface ExtensionDiscovery {
  readonly dirs: readonly string[];
  readonly entries: readonly Entry[];
}
export interface ProjectTrust {
  readonly dir: string;
  /** What of the folder would run, one line each. */
  readonly found: readonly string[];
  /** A hash over what was found. */
  readonly fingerprint: string;
}
export interface PointChanged {
  readonly point: string;
  readonly names: readonly string[];
}
export interface ConfigChange {
  readonly layers: readonly ConfigLayer[];
  /** What is another than before, where that is known. */
  readonly changed?: { readonly source: ConfigLayer['source']; readonly path?: string };
}

export const appHooks = {
  /** The program starts. */
  AppStart: sequence<AppStart>({ timeout: 5_000 }),
  /** The program ends; taps run in reverse order. */
  AppExit: sequence<AppExit>({ timeout: 2_000, reverse: true }),
  /** Adds extensions to those of the distribution, before any starts. */
  ExtensionDiscovery: transform<ExtensionDiscovery, { readonly entries?: readonly Entry[] }>({
    timeout: 2_000,
    appends: ['entries'],
  }),
  /** May this folder's own extensions run? No answer means no. Extensions of a project are never asked. */
  ProjectTrust: decide<ProjectTrust, { readonly trusted: boolean; readonly remember?: boolean }>({ timeout: 0 }),
  /** Items of a point came or went. */
  PointChanged: observe<PointChanged>({ timeout: 2_000, subject: (value) => value.point }),
  /** Settings were read; a tap may add or change layers. */
  ConfigLoad: transform<ConfigChange, { readonly layers?: readonly ConfigLayer[] }>({ timeout: 2_000 }),
  /** The merged settings are others than before. */
  ConfigChange: observe<ConfigChange>({ timeout: 2_000 }),
  /** Something a user or an author may need to know. */
  Diagnostic: stream<Diagnostic>({ subject: (value) => value.code }),
};
