import { Commands, type ExtensionApi, type SlashCommandInfo } from 'tenon/plugin-api';
import { availableSkills, commandsOff } from 'tenon/plugin-api/lib/invocable';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';

/** All that a user may type, by name: commands of extensions, then skills. Nobody's code is loaded for it. */
export function listCommands(api: ExtensionApi): readonly SlashCommandInfo[] {
  if (commandsOff(api)) return [];
  const found = new Map<string, SlashCommandInfo>();
  for (const { name, description = '', argumentHint, aliases } of api.declared(Commands)) {
    if (isPattern(name)) continue;
    found.set(name, {
      name,
      description,
      builtin: true,
      ...(typeof argumentHint === 'string' && { argumentHint }),
      ...(Array.isArray(aliases) && { aliases: aliases as string[] }),
    });
  }
  for (const { name, description, argumentHint, byUser, origin } of availableSkills(api)) {
    if (!byUser || found.has(name)) continue;
    found.set(name, {
      name,
      description,
      builtin: origin.kind === 'bundled',
      ...(argumentHint !== undefined && { argumentHint }),
    });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
