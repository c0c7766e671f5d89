import {
  Cli,
  defineExtension,
  type Extension,
  Host,
  type Invocation,
  type JsonObject,
  type Manifest,
  type SessionEvent,
  type SessionRef,
} from 'tenon/plugin-api';

/** What the kit sees of a run from inside of the kernel. */
export interface KitExtensionOptions {
  readonly host: Host;
  /** Given as `cli@1`; `undefined` leaves that service to another extension. */
  readonly flags: Invocation['flags'] | undefined;
  /** The answer to ProjectTrust; `undefined` leaves it to another extension. */
  readonly trusted: boolean | undefined;
  onEvent(session: SessionRef, event: SessionEvent): void;
  onToolRun(callId: string, input: JsonObject): void;
}

/** The harness as an extension: it is the host, sees the events, and answers in the user's place. */
export function kitExtension(options: KitExtensionOptions): Extension {
  const { host, flags, trusted } = options;
  const manifest: Manifest = {
    id: 'test-kit',
    version: '0.1.0',
    api: 1,
    description: 'The test kit',
    taps: [
      'SessionEvent',
      'PostToolUse',
      'PostToolUseFailure',
      ...(trusted === undefined ? [] : (['ProjectTrust'] as const)),
    ],
    provides: [Host.id, ...(flags === undefined ? [] : [Cli.id])],
  };
  return defineExtension({
    manifest,
    setup(api) {
      api.provide(Host, host);
      if (flags !== undefined) {
        const invocation: Invocation = { flags, args: [], argv: [] };
        api.provide(Cli, {
          invocation,
          run: async () => {
            throw new Error(
              "the harness has no command line; give it a `distro` or the bundled extension 'cli' to test one",
            );
          },
        });
      }
      if (trusted !== undefined) api.hooks.ProjectTrust.tap(() => ({ trusted }));
      api.hooks.SessionEvent.tap({ stage: 'early' }, ({ session, event }) => options.onEvent(session, event));
      api.hooks.PostToolUse.tap({ stage: 'early' }, ({ id, input }) => options.onToolRun(id, input));
      api.hooks.PostToolUseFailure.tap({ stage: 'early' }, ({ id, input }) => options.onToolRun(id, input));
    },
  });
}
