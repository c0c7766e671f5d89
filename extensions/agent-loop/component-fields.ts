import { Config, type JsonObject, OutputStyles, Plugins } from 'tenon/plugin-api';
import { chosenStyle, DEFAULT_STYLE } from 'tenon/plugin-api/lib/chosen-style';
import { commandNames, skillNames } from 'tenon/plugin-api/lib/invocable';
import type { LoopWorld } from './world.ts';

/** The fields of the `init` event about what manifests declare. Nobody's code is loaded for them. */
export async function componentFields({ api }: LoopWorld): Promise<JsonObject> {
  const setting = api.has(Config) ? (await api.use(Config)).get('outputStyle') : undefined;
  const style = chosenStyle(setting, api.declared(OutputStyles));
  const commands = commandNames(api);
  const skills = skillNames(api);
  return {
    ...(commands.length > 0 && { slash_commands: commands }),
    ...(skills.length > 0 && { skills }),
    ...(style !== DEFAULT_STYLE && { output_style: style }),
    ...pluginFields(api.maybe(Plugins)),
  };
}

/** The plugins that take part, and what is wrong with those that were to. */
function pluginFields(plugins: Plugins | undefined): JsonObject {
  const all = plugins?.list() ?? [];
  const loaded = all.filter((one) => one.loaded);
  const errors = all.flatMap(({ id, path, problems }) =>
    problems.flatMap(({ severity, type, message, file }) =>
      severity === 'error'
        ? [{ plugin: id, type, message, ...(path !== '' && { path: file === undefined ? path : `${path}/${file}` }) }]
        : [],
    ),
  );
  return {
    ...(loaded.length > 0 && {
      plugins: loaded.map(({ id, name, path, version }) => ({
        name,
        path,
        source: id,
        ...(version !== undefined && { version }),
      })),
    }),
    ...(errors.length > 0 && { plugin_errors: errors }),
  };
}
