import { defineExtension, Tools } from 'tenon/plugin-api';
import { manifest } from './manifest.ts';
import { todoTool } from './todo-tool.ts';

export default defineExtension({
  manifest,
  setup(api) {
    api.add(Tools, todoTool);
  },
});
