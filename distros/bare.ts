import { manifest as agentLoop } from '../extensions/agent-loop/manifest.ts';
import { manifest as allowAll } from '../extensions/allow-all/manifest.ts';
import { manifest as cli } from '../extensions/cli/manifest.ts';
import { manifest as fakeModel } from '../extensions/fake-model/manifest.ts';
import { manifest as printMode } from '../extensions/print-mode/manifest.ts';
import { defineDistro, entry } from '../kernel/index.ts';
import { version } from './version.ts';

/** The least that answers a prompt: a scripted model, no tools, no settings, nothing kept. */
export default defineDistro({
  name: 'Tenon bare',
  command: 'tenon-bare',
  version,
  folders: { user: '.claude', project: '.claude' },
  extensions: [
    entry(cli, () => import('../extensions/cli/index.ts')),
    entry(agentLoop, () => import('../extensions/agent-loop/index.ts')),
    entry(fakeModel, () => import('../extensions/fake-model/index.ts')),
    entry(allowAll, () => import('../extensions/allow-all/index.ts')),
    entry(printMode, () => import('../extensions/print-mode/index.ts')),
  ],
});
