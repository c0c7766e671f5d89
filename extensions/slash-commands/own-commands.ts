import type { ExtensionApi, Host, SlashCommand } from 'tenon/plugin-api';
import type { OwnCommand } from './manifest.ts';

type Run = SlashCommand['run'];

/** The commands of this extension; each is loaded when it is first typed. */
export function ownCommands(api: ExtensionApi, host: Host): readonly SlashCommand[] {
  const runs: Readonly<Record<OwnCommand, Run>> = {
    help: async () => (await import('./help.ts')).help(api),
    clear: async (_, { session }) => {
      await session.clear();
      return { output: 'The conversation starts over.' };
    },
    model: async (args, { session }) => (await import('./model.ts')).model(args, session),
    usage: async (_, { session }) => (await import('./usage.ts')).usage(session),
    context: async (_, { session }) => (await import('./context.ts')).context(api, session),
    permissions: async (_, { session }) => (await import('./permissions.ts')).permissions(api, session),
    status: async (_, { session }) => (await import('./status.ts')).status(api, host, session),
    agents: async (_, { session }) => (await import('./components.ts')).agents(api, session),
    skills: async () => (await import('./components.ts')).skills(api),
    memory: async (_, { session }) => (await import('./memory.ts')).memory(session),
    config: async (args) => (await import('./settings.ts')).settings(api, args),
    'add-dir': async (args, { session }) => (await import('./add-dir.ts')).addDir(api, host, session, args),
    rename: (args, { session }) => {
      const title = args.replace(/\s+/g, ' ').trim();
      if (title === '') return { output: 'Give a title: /rename <title>', isError: true };
      session.setTitle(title);
      return { output: `The session is called ${title}.` };
    },
    resume: async (_, { session }) => (await import('./resume.ts')).resume(api, host, session),
    init: async (args, { session }) => (await import('./init.ts')).init(args, session),
  };
  return Object.entries(runs).map(([name, run]) => ({ name, run }));
}
