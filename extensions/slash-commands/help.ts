import type { ExtensionApi } from 'tenon/plugin-api';
import { listCommands } from './list-commands.ts';
import { shortened, table } from './table.ts';

/** `/help` */
export function help(api: ExtensionApi) {
  const list = listCommands(api);
  const rows = (builtin: boolean) =>
    list
      .filter((one) => one.builtin === builtin)
      .map(({ name, argumentHint, description }) => [
        `/${name}${argumentHint === undefined ? '' : ` ${argumentHint}`}`,
        shortened(description),
      ]);
  const own = rows(false);
  const parts = ['Commands', ...table(rows(true)), ...(own.length === 0 ? [] : ['', 'Skills', ...table(own)])];
  return { output: parts.join('\n') };
}
