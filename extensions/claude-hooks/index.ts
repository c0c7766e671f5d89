import {
  CliCommands,
  Commands,
  defineExtension,
  type HookHandle,
  type HookName,
  Host,
  type SessionRef,
} from 'tenon/plugin-api';
import { AuditLog } from './audit-log.ts';
import { BackgroundRuns } from './background-runs.ts';
import { EVENT_TABLE } from './event-table.ts';
import type { HooksConfig } from './handler-run.ts';
import { HookRuns } from './hook-runs.ts';
import { manifest } from './manifest.ts';
import { turnMessage } from './turn-message.ts';

export default defineExtension<HooksConfig>({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const background = new BackgroundRuns(api as never);
    const audit = new AuditLog(
      () => api.data.folder(),
      (error) => api.log.warn(`a hook that gave no answer could not be noted: ${(error as Error).message}`),
    );
    const runs = new HookRuns({ api, host, background }, audit);
    for (const mapping of EVENT_TABLE) {
      const hook: HookName = mapping.hook;
      // handlers have limits of their own
      (api.hooks[hook] as HookHandle<'Notification'>).tap(
        { timeout: 0 },
        async (value: { readonly session?: SessionRef }, { signal }) => {
          const patch = await runs.fire(mapping, value, signal);
          if (hook === 'SessionEnd') {
            const { keepProfile } = await import('./profile-file.ts');
            await Promise.all([background.end(value.session?.id), keepProfile(api as never, runs.profiles)]);
          }
          return patch as undefined;
        },
      );
    }
    api.hooks.TurnStart.tap(({ session }) => turnMessage(background.take(session)));
    api.own(async () => {
      await Promise.all([background.end(), audit.settled()]);
    });
    api.add(CliCommands, {
      name: 'hooks',
      async run({ flags }) {
        const { showHooks } = await import('./show-hooks.ts');
        await host.stdout.write(
          await showHooks(api as never, { json: flags.json === true, profile: flags.profile === true }),
        );
        return 0;
      },
    });
    api.add(Commands, {
      name: 'hooks',
      async run(args) {
        const { showHooks } = await import('./show-hooks.ts');
        const profile = args.trim() === 'profile' ? runs.profiles : undefined;
        return { output: await showHooks(api as never, { json: false, profile: profile !== undefined }, profile) };
      },
    });
  },
});
