import { manifest as agentLoop } from '../extensions/agent-loop/manifest.ts';
import { manifest as anthropic } from '../extensions/anthropic/manifest.ts';
import { manifest as autoMode } from '../extensions/auto-mode/manifest.ts';
import { manifest as builtinTools } from '../extensions/builtin-tools/manifest.ts';
import { manifest as claudeHooks } from '../extensions/claude-hooks/manifest.ts';
import { manifest as claudePlugins } from '../extensions/claude-plugins/manifest.ts';
import { manifest as cli } from '../extensions/cli/manifest.ts';
import { manifest as completion } from '../extensions/completion/manifest.ts';
import { manifest as config } from '../extensions/config/manifest.ts';
import { manifest as control } from '../extensions/control/manifest.ts';
import { manifest as doctor } from '../extensions/doctor/manifest.ts';
import { manifest as memory } from '../extensions/memory/manifest.ts';
import { manifest as outputStyles } from '../extensions/output-styles/manifest.ts';
import { manifest as permissions } from '../extensions/permissions/manifest.ts';
import { manifest as printMode } from '../extensions/print-mode/manifest.ts';
import { manifest as sessions } from '../extensions/sessions/manifest.ts';
import { manifest as skills } from '../extensions/skills/manifest.ts';
import { manifest as slashCommands } from '../extensions/slash-commands/manifest.ts';
import { manifest as subagents } from '../extensions/subagents/manifest.ts';
import { manifest as systemPrompt } from '../extensions/system-prompt/manifest.ts';
import { manifest as toolSearch } from '../extensions/tool-search/manifest.ts';
import { manifest as trust } from '../extensions/trust/manifest.ts';
import { manifest as webTools } from '../extensions/web-tools/manifest.ts';
import { defineDistro, entry } from '../kernel/index.ts';
import { version } from './version.ts';

/** For scripts and CI: one prompt in, one answer out. */
export default defineDistro({
  name: 'Tenon',
  command: 'tenon',
  version,
  folders: { user: '.claude', project: '.claude' },
  extensions: [
    entry(cli, () => import('../extensions/cli/index.ts')),
    entry(config, () => import('../extensions/config/index.ts')),
    entry(trust, () => import('../extensions/trust/index.ts')),
    entry(agentLoop, () => import('../extensions/agent-loop/index.ts')),
    entry(anthropic, () => import('../extensions/anthropic/index.ts')),
    entry(systemPrompt, () => import('../extensions/system-prompt/index.ts')),
    entry(memory, () => import('../extensions/memory/index.ts')),
    entry(autoMode, () => import('../extensions/auto-mode/index.ts')),
    entry(builtinTools, () => import('../extensions/builtin-tools/index.ts')),
    entry(webTools, () => import('../extensions/web-tools/index.ts')),
    entry(subagents, () => import('../extensions/subagents/index.ts')),
    entry(toolSearch, () => import('../extensions/tool-search/index.ts')),
    entry(permissions, () => import('../extensions/permissions/index.ts')),
    entry(sessions, () => import('../extensions/sessions/index.ts')),
    entry(printMode, () => import('../extensions/print-mode/index.ts')),
    entry(control, () => import('../extensions/control/index.ts')),
    entry(claudePlugins, () => import('../extensions/claude-plugins/index.ts')),
    entry(slashCommands, () => import('../extensions/slash-commands/index.ts')),
    entry(skills, () => import('../extensions/skills/index.ts')),
    entry(outputStyles, () => import('../extensions/output-styles/index.ts')),
    entry(claudeHooks, () => import('../extensions/claude-hooks/index.ts')),
    entry(doctor, () => import('../extensions/doctor/index.ts')),
    entry(completion, () => import('../extensions/completion/index.ts')),
  ],
});
