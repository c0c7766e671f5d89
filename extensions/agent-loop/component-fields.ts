import { Config, type JsonObject, OutputStyles } from 'tenon/plugin-api';
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
  };
}
