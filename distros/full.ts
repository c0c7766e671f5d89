import { manifest as authoring } from '../extensions/authoring/manifest.ts';
import { manifest as distroBuild } from '../extensions/distro-build/manifest.ts';
import { manifest as fakeModel } from '../extensions/fake-model/manifest.ts';
import { manifest as planMode } from '../extensions/plan-mode/manifest.ts';
import { manifest as pluginLoader } from '../extensions/plugin-loader/manifest.ts';
import { manifest as pluginStore } from '../extensions/plugin-store/manifest.ts';
import { manifest as plugins } from '../extensions/plugins/manifest.ts';
import { manifest as worktrees } from '../extensions/worktrees/manifest.ts';
import { defineDistro, entry } from '../kernel/index.ts';
import headless from './headless.ts';

/** Everything that Tenon ships, but for `allow-all`. */
export default defineDistro({
  ...headless,
  extensions: [
    ...headless.extensions,
    entry(pluginLoader, () => import('../extensions/plugin-loader/index.ts')),
    entry(pluginStore, () => import('../extensions/plugin-store/index.ts')),
    entry(plugins, () => import('../extensions/plugins/index.ts')),
    entry(authoring, () => import('../extensions/authoring/index.ts')),
    entry(planMode, () => import('../extensions/plan-mode/index.ts')),
    entry(worktrees, () => import('../extensions/worktrees/index.ts')),
    entry(distroBuild, () => import('../extensions/distro-build/index.ts')),
    entry(fakeModel, () => import('../extensions/fake-model/index.ts')),
  ],
  plugins: 'user+project',
});
