import { type PermissionMode, Permissions } from 'tenon/plugin-api';
import type { LoopWorld } from './world.ts';

const MODES: readonly PermissionMode[] = ['default', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions'];

/**
 * The mode of a name; `manual` is another name of `default`.
 * @throws Error when it does not exist or is refused.
 */
export async function checkedMode(world: LoopWorld, name: PermissionMode | 'manual'): Promise<PermissionMode> {
  const mode = name === 'manual' ? 'default' : name;
  if (!MODES.includes(mode)) {
    throw new Error(`there is no permission mode ${JSON.stringify(name)}; there are: ${MODES.join(', ')}`);
  }
  const refused = await (await world.api.use(Permissions)).refuseMode(mode);
  if (refused !== undefined) throw new Error(`the permission mode ${mode} is refused: ${refused}`);
  return mode;
}
