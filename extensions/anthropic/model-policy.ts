import { type Config, type Effort, ModelError } from 'tenon/plugin-api';
import { modelSettings, namesModel } from 'tenon/plugin-api/lib/model-name';

const LEVELS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** What settings say about models. A project may deny models and lower the effort, and nothing else. */
export interface ModelPolicy {
  /** The id that the endpoint knows a model by (`modelOverrides`). */
  override(id: string): string;
  /** No more than `maxEffortLevel` for the model. */
  effort(asked: Effort | undefined, id: string): Effort | undefined;
  /** @throws ModelError when `availableModels` or `deniedModels` rule the model out. `isDefault`: it is the one for those who choose none. */
  check(id: string, isDefault: boolean): void;
}

/** Reads the settings at each call, because they may change. */
export function modelPolicy(config: Pick<Config, 'get' | 'layers'> | undefined): ModelPolicy {
  const own = <T>(key: string): T | undefined => {
    for (const { source, value } of config?.layers() ?? []) {
      if (source === 'project' || source === 'local' || !Object.hasOwn(value, key)) continue;
      return value[key] as T;
    }
    return undefined;
  };
  return {
    override(id) {
      const overrides = config?.get('modelOverrides');
      if (typeof overrides !== 'object' || overrides === null || !Object.hasOwn(overrides, id)) return id;
      const other = (overrides as Record<string, unknown>)[id];
      return typeof other === 'string' && other.trim() !== '' ? other.trim() : id;
    },
    effort(asked, id) {
      const limits = config
        ?.layers()
        .map(({ value }) => modelSettings(value, id).maxEffortLevel ?? value.maxEffortLevel);
      const most = lowest(limits ?? []);
      if (most === undefined || asked === undefined) return asked;
      const level = LEVELS.indexOf(asked);
      return level >= 0 && level <= LEVELS.indexOf(most) ? asked : most;
    },
    check(id, isDefault) {
      const denied = config?.get('deniedModels');
      if (denied !== undefined && texts(denied).some((entry) => namesModel(entry, id))) {
        throw new ModelError(
          'model_not_found',
          `The model ${id} is denied by the setting deniedModels. Name another one.`,
        );
      }
      // not joined with other layers: a weaker list would add to the stronger one
      const available = own<unknown>('availableModels');
      if (available === undefined || (isDefault && config?.get('enforceAvailableModels') !== true)) return;
      const match = own<unknown>('availableModelsMatch') === 'exact' ? 'exact' : 'prefix';
      if (texts(available).some((entry) => namesModel(entry, id, match))) return;
      const names = texts(available).join(', ');
      throw new ModelError(
        'model_not_found',
        `The model ${id} is not among those that the setting availableModels permits: ${names || 'only the default one'}.`,
      );
    },
  };
}

function lowest(levels: readonly unknown[]): string | undefined {
  const known = levels.flatMap((level) => (typeof level === 'string' && LEVELS.includes(level) ? [level] : []));
  return known.sort((a, b) => LEVELS.indexOf(a) - LEVELS.indexOf(b))[0];
}

function texts(value: unknown): readonly string[] {
  // one name outside of a list: a denial must not be lost
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
