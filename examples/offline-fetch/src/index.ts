import { homedir } from 'node:os';
import { join } from 'node:path';
import { defineExtension, Tools } from 'tenon/plugin-api';
import { fetchTool } from './fetch-tool.ts';
import { manifest, type Settings } from './manifest.ts';

export default defineExtension<Settings>({
  manifest,
  setup(api) {
    const folder = () => api.config.folder.replace(/^~(?=\/|$)/, homedir());
    api.add(
      Tools,
      fetchTool((...path) => join(folder(), ...path)),
    );
  },
});
