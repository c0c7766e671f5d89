import { Config, type Effort, type ExtensionApi, type OpenOptions, type Thinking } from 'tenon/plugin-api';
import { modelSettings } from 'tenon/plugin-api/lib/model-name';

/** How requests of a session are made, besides their model. */
export interface RequestSettings {
  readonly effort?: Effort;
  readonly thinking?: Thinking;
  readonly betas?: readonly string[];
  readonly thinkingDisplay?: string;
  readonly taskBudget?: number;
}

/**
 * What a session starts with. As documented, the variable CLAUDE_CODE_EFFORT_LEVEL is stronger than flags and settings;
 * `auto` there leaves it to the model. MAX_THINKING_TOKENS, which the provider reads, is stronger than the setting.
 * @param model gives the id of the session's model as its provider knows it
 */
export async function requestSettings(
  api: ExtensionApi,
  env: Readonly<Record<string, string | undefined>>,
  options: OpenOptions,
  parent: RequestSettings | undefined,
  model: () => Promise<string>,
): Promise<RequestSettings> {
  const config = parent === undefined && api.has(Config) ? await api.use(Config) : undefined;
  const effort =
    env.CLAUDE_CODE_EFFORT_LEVEL?.trim() || options.effort || parent?.effort || (await effortSetting(config, model));
  const thinking = options.thinking ?? parent?.thinking ?? thinkingSetting(config, env);
  const betas = options.betas ?? parent?.betas;
  const thinkingDisplay = options.thinkingDisplay ?? parent?.thinkingDisplay;
  // a budget is for the whole prompt: a subagent has none of its own
  const { taskBudget } = options;
  return {
    ...(effort !== undefined && effort !== 'auto' && { effort }),
    ...(thinking !== undefined && { thinking }),
    ...(betas !== undefined && { betas }),
    ...(thinkingDisplay !== undefined && { thinkingDisplay }),
    ...(taskBudget !== undefined && { taskBudget }),
  };
}

/** `effortLevel` of the strongest file that has one; what a file says of the model itself comes first. */
async function effortSetting(config: Config | undefined, model: () => Promise<string>): Promise<string | undefined> {
  const layers = config?.layers() ?? [];
  const id = layers.some(({ value }) => value.modelSettings !== undefined) ? await model() : '';
  for (const { value } of layers) {
    const level = id === '' ? value.effortLevel : (modelSettings(value, id).effortLevel ?? value.effortLevel);
    if (typeof level === 'string' && level !== '') return level;
  }
  return undefined;
}

function thinkingSetting(
  config: Config | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Thinking | undefined {
  const always = env.MAX_THINKING_TOKENS?.trim() ? undefined : config?.get('alwaysThinkingEnabled');
  return typeof always === 'boolean' ? (always ? 'adaptive' : 'disabled') : undefined;
}
