import { CliCommands, Commands, defineExtension, Host, PluginVerbs, UsageError } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    api.add(CliCommands, {
      name: 'doctor',
      async run({ args, flags }) {
        if (flags.bisect === true) {
          const verb = await api.item(PluginVerbs, 'bisect');
          if (verb === undefined) throw new Error('doctor --bisect: this build has no plugins that are installed');
          return verb.run(args, flags);
        }
        if (args.length > 0) throw new UsageError('doctor takes a command with --bisect alone');
        const { examine } = await import('./examination.ts');
        const { jsonReport, textReport } = await import('./report.ts');
        const examination = await examine(api, host);
        const report = flags.json === true ? jsonReport : textReport;
        await host.stdout.write(report(examination, host.distro));
        return examination.problems === 0 ? 0 : 1;
      },
    });
    api.add(Commands, {
      name: 'doctor',
      async run() {
        const { examine } = await import('./examination.ts');
        const { textReport } = await import('./report.ts');
        const examination = await examine(api, host);
        return { output: textReport(examination, host.distro) };
      },
    });
  },
});
