import { Config, type Effort, type ExtensionApi, type OpenOptions, type Thinking } from 'tenon/plugin-api';

/** How requests of a session are made, besides their model. */
export interface RequestSettings {
  readonly effort?: Effort;
  readonly thinking?: Thinking;
  readonly betas?: readonly string[];
}

/**
 * What a session starts with. As documented, the variable CLAUDE_CODE_EFFORT_LEVEL is stronger than flags and settings;
 * `auto` there leaves it to the model.
 */
export async function requestSettings(
  api: ExtensionApi,
  env: Readonly<Record<string, string | undefined>>,
  options: OpenOptions,
  parent: RequestSettings | undefined,
): Promise<RequestSettings> {
  const effort = env.CLAUDE_CODE_EFFORT_LEVEL?.trim() || options.effort || parent?.effort || (await setting(api));
  const thinking = options.thinking ?? parent?.thinking;
  const betas = options.betas ?? parent?.betas;
  return {
    ...(effort !== undefined && effort !== 'auto' && { effort }),
    ...(thinking !== undefined && { thinking }),
    ...(betas !== undefined && { betas }),
  };
}

async function setting(api: ExtensionApi): Promise<string | undefined> {
  const level = api.has(Config) ? (await api.use(Config)).get('effortLevel') : undefined;
  if (level === undefined || (typeof level === 'string' && level !== '')) return level;
  api.log.warn('settings: effortLevel must be a text such as "high"; it does not count');
  return undefined;
}
