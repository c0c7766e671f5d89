import { defineExtension, SkillRunner, type Tool, Tools } from 'tenon/plugin-api';
import { availableSkills } from 'tenon/plugin-api/lib/invocable';
import { announcement, forgetTold } from './announcement.ts';
import { manifest } from './manifest.ts';
import { createRunner } from './runner.ts';
import { releaseHooks } from './skill-hooks.ts';
import { skillTool } from './skill-tool.ts';

export default defineExtension({
  manifest,
  setup(api) {
    const runner = createRunner(api);
    api.provide(SkillRunner, runner);
    api.add(Tools, skillTool(api, runner) as unknown as Tool<never, unknown>);
    api.hooks.SessionStart.tap(({ session, source }) => {
      if (source === 'clear' || source === 'compact') forgetTold(session);
    });
    api.hooks.TurnStart.tap(async ({ session, tools }) => {
      if (!tools.some(({ name }) => name === 'Skill')) return undefined;
      const text = await announcement(api, session);
      return text === undefined ? undefined : { added: [{ role: 'user', content: [{ type: 'text', text }] }] };
    });
    api.hooks.PostToolUse.tap({ match: /^(Read|Edit|Write|NotebookEdit)$/ }, async ({ session, input }) => {
      const path = input.file_path ?? input.notebook_path;
      if (typeof path !== 'string' || !availableSkills(api).some(({ paths }) => paths !== undefined)) return;
      await (await import('./touched-files.ts')).touchFile(api, session, path);
    });
    api.hooks.SessionEnd.tap(({ session }) => releaseHooks(api, session));
  },
});
