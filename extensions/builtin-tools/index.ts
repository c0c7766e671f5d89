import { BackgroundTasks, defineExtension, Host, Processes, type Tool, Tools } from 'tenon/plugin-api';
import { isOn } from 'tenon/plugin-api/lib/child-env';
import { bashTool } from './bash.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { lazyBackground } from './lazy-background.ts';
import { lazyProcesses } from './lazy-processes.ts';
import { manifest } from './manifest.ts';
import { monitorTool } from './monitor.ts';
import { newsMessage } from './news-message.ts';
import { notebookEditTool } from './notebook-edit.ts';
import { lendOutput } from './own-output.ts';
import { readTool } from './read.ts';
import { taskCreateTool } from './task-create.ts';
import { taskGetTool } from './task-get.ts';
import { taskListTool } from './task-list.ts';
import { taskOutputTool } from './task-output.ts';
import { taskStopTool } from './task-stop.ts';
import { taskUpdateTool } from './task-update.ts';
import { todoWriteTool } from './todo-write.ts';
import { workbench } from './workbench.ts';
import { writeTool } from './write.ts';

export default defineExtension({
  manifest,
  async setup(api) {
    const host = await api.use(Host);
    const bench = workbench(api, host);
    const { CLAUDE_CODE_ENABLE_TASKS: tasks, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: foreground } = host.env;
    for (const tool of [
      ...[readTool, writeTool, editTool, notebookEditTool, bashTool, globTool, grepTool, taskOutputTool, taskStopTool],
      ...(isOn(foreground) ? [] : [monitorTool]),
      ...(isOn(tasks || '1') ? [taskCreateTool, taskUpdateTool, taskGetTool, taskListTool] : [todoWriteTool]),
    ]) {
      api.add(Tools, tool(bench) as Tool<never, unknown>);
    }
    const processes = lazyProcesses(bench);
    const background = lazyBackground(bench);
    api.provide(Processes, processes);
    api.provide(BackgroundTasks, background);
    api.hooks.PreToolUse.tap({ match: /^(?:Read|Grep)$/ }, async ({ session, input }) =>
      lendOutput(bench, session, input),
    );
    api.hooks.TurnStart.tap(({ session }) => newsMessage(background.news(session)));
    api.hooks.SessionEnd.tap(async ({ session }) => {
      await Promise.all([background.end(session.id), processes.end(session.id)]);
    });
    api.own(async () => {
      await Promise.all([background.end(), processes.end()]);
    });
  },
});
