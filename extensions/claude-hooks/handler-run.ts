import type { ExtensionApi, HookHandler, Host, JsonObject, SessionRef } from 'tenon/plugin-api';
import type { BackgroundRuns } from './background-runs.ts';
import type { AnyMapping } from './event-mapping.ts';
import type { FailurePolicy } from './policy.ts';

/** What runs of handlers work with. */
export interface Workbench {
  readonly api: ExtensionApi<HooksConfig>;
  readonly host: Host;
  readonly background: BackgroundRuns;
}

/** The settings of the extension, as `extensions.claude-hooks`. */
export interface HooksConfig extends FailurePolicy {
  /** The model of handlers of the type `prompt` that name none. */
  readonly model?: string;
}

/** One run of one handler. */
export interface HandlerRun<T extends HookHandler['handler'] = HookHandler['handler']> {
  /** A UUID. */
  readonly id: string;
  readonly mapping: AnyMapping;
  readonly item: HookHandler;
  readonly handler: T;
  /** The name of the hook as users know it: `PreToolUse:Bash`. */
  readonly name: string;
  readonly input: JsonObject;
  /** The input as JSON, written once for all handlers. */
  readonly text: string;
  readonly session: SessionRef | undefined;
  /** Aborts on an interrupt. */
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly limit: number;
}
