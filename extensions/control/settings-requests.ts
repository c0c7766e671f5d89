import { Config, type ExtensionApi, type JsonObject, type Session } from 'tenon/plugin-api';
import type { Fields } from './fields.ts';

const names = {
  managed: 'policySettings',
  flag: 'flagSettings',
  local: 'localSettings',
  project: 'projectSettings',
  user: 'userSettings',
  distro: 'distribution',
} as const;

/** The settings that count, and those of each layer as they stand there. */
export async function settingsView(api: ExtensionApi): Promise<JsonObject> {
  const config = await configOf(api);
  const layers = config.layers();
  const keys = new Set(layers.flatMap(({ value }) => Object.keys(value)));
  return {
    effective: Object.fromEntries([...keys].map((key) => [key, config.get(key)])),
    sources: layers.map(({ source, path, value }) => ({
      source: names[source],
      ...(path !== undefined && { path }),
      settings: value,
    })),
  };
}

/** Lays settings over those of the command line for the rest of the run; `null` takes a key away again. */
export async function applySettings(api: ExtensionApi, session: Session, settings: Fields): Promise<JsonObject> {
  const config = await configOf(api);
  const before = { model: config.get('model'), effort: config.get('effortLevel') };
  await config.lay(settings);
  // what a session began with, it has to be told
  const model = config.get('model');
  if (model !== before.model) await session.setModel(typeof model === 'string' ? model : undefined);
  const effort = config.get('effortLevel');
  if (effort !== before.effort) session.setEffort(typeof effort === 'string' ? effort : undefined);
  return {};
}

async function configOf(api: ExtensionApi): Promise<Config> {
  if (!api.has(Config)) throw new Error('this program has no settings');
  return api.use(Config);
}
