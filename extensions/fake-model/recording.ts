import { Cli, type ExtensionApi, type Host } from 'tenon/plugin-api';
import type { Recorder as OpenRecorder } from './recorder.ts';

type RecordingApi = Pick<ExtensionApi, 'has' | 'use' | 'hooks' | 'log' | 'own'>;

/** Records the run when its command line says so. */
export async function startRecording(api: RecordingApi, host: Host): Promise<void> {
  const name = api.has(Cli) ? (await api.use(Cli)).invocation.flags.record : undefined;
  if (typeof name !== 'string' || name === '') return;
  const [{ Recorder }, { scrubber }, { resolve }] = await Promise.all([
    import('./recorder.ts'),
    import('./scrub.ts'),
    import('node:path'),
  ]);
  const { env, home, cwd, distro } = host;
  let recorder: OpenRecorder;
  try {
    recorder = await Recorder.open({
      file: resolve(cwd, name),
      scrub: scrubber({ env, home, cwd }),
      log: api.log,
      by: `${distro.name} ${distro.version}`,
    });
  } catch (error) {
    api.log.error(`${(error as Error).message}. Nothing is recorded`);
    return;
  }
  api.hooks.SessionEvent.tap({ match: /^(?:message|user)$/ }, ({ session, event }) => recorder.event(session, event));
  api.hooks.ModelError.tap(async ({ session, error }) => {
    await recorder.failure(session, error);
  });
  api.hooks.SessionEnd.tap(() => recorder.flush());
  api.own(() => recorder.flush());
}
