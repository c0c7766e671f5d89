import { defineTool } from 'tenon/plugin-api';
import type { Rules } from './manifest.ts';

/** A tool with which the model can look the rules up. `rules` is read at each call, so that it may change. */
export function rulesTool(rules: () => Rules) {
  return defineTool({
    name: 'TeamRules',
    description: "Tells the team's rules: branches and folders to leave alone, and advice.",
    input: { type: 'object', properties: {}, additionalProperties: false },
    readOnly: () => true,
    run() {
      const { branches, folders, advice } = rules();
      const lines = [
        ...branches.map((branch) => `Never push to ${branch}.`),
        ...folders.map((folder) => `Never write below ${folder}/.`),
        ...advice,
      ];
      return { content: lines.join('\n') || 'There are no rules.', output: { branches, folders, advice } };
    },
  });
}
