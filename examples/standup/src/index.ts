import { Commands, defineExtension, Processes } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';

/** Characters of the log that the model gets. */
const LONGEST = 20_000;

export default defineExtension({
  manifest,
  setup(api) {
    api.add(Commands, {
      name: 'standup',
      async run(args, { session, signal }) {
        const since = args === '' ? 'yesterday' : args;
        // the service runs programs as tools do: bounded, in a group of their own, inside of a sandbox where there is one
        const processes = await api.use(Processes);
        const { code, stdout, stderr } = await processes.run(session, {
          argv: ['git', 'log', '--no-color', '--stat', `--since=${since}`, '--format=%h %an: %s'],
          signal,
          timeout: 10_000,
        });
        if (code !== 0) return { output: `standup: git log failed: ${stderr.trim()}`, isError: true };
        if (stdout.trim() === '') return { output: `Nothing was committed since ${since}.` };
        const log = stdout.slice(0, LONGEST);
        return {
          prompt: `These commits were made since ${since}:\n\n${log}\n\nSay in at most five bullet points what was done, for people who did not see it. Use no tools.`,
        };
      },
    });
  },
});
