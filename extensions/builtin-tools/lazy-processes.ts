import type { Processes } from 'tenon/plugin-api';
import type { ProcessRunner } from './processes.ts';
import type { Workbench } from './workbench.ts';

/** The service `processes@1`, whose code is loaded when something is run for the first time. */
export function lazyProcesses(bench: Workbench): Processes & Pick<ProcessRunner, 'end'> {
  let runner: Promise<ProcessRunner> | undefined;
  const load = async () => {
    const { ProcessRunner } = await import('./processes.ts');
    return new ProcessRunner(bench.host, bench.outputs);
  };
  return {
    async run(session, options) {
      runner ??= load();
      return (await runner).run(session, options);
    },
    async end(session) {
      await (await runner)?.end(session);
    },
  };
}
