import {
  Commands,
  Config,
  type ExtensionApi,
  Host,
  type JsonObject,
  Models,
  OutputStyles,
  type Session,
  Skills,
  Subagents,
} from 'tenon/plugin-api';
import { isPattern } from 'tenon/plugin-api/lib/name-pattern';

/** What a client learns of the program and its session when it begins. */
export async function setupView(api: ExtensionApi, session: Session): Promise<JsonObject> {
  const { distro } = await api.use(Host);
  const styles = api.declared(OutputStyles).filter(({ name }) => !isPattern(name));
  const style = api.has(Config) ? (await api.use(Config)).get('outputStyle') : undefined;
  return {
    commands: commandRows(api),
    agents: await agentRows(api, session),
    output_style: typeof style === 'string' ? style : 'default',
    available_output_styles: [...new Set(['default', ...styles.map(({ name }) => name)])],
    models: await modelRows(api, session),
    account: await account(api, session),
    pid: process.pid,
    claude_code_version: distro.version,
    hook_on_failure_supported: true,
    current_permission_mode: session.permissionMode,
  };
}

function commandRows(api: ExtensionApi): readonly JsonObject[] {
  const rows = new Map<string, JsonObject>();
  for (const one of [...api.declared(Commands), ...api.declared(Skills)]) {
    const { name, description = '', argumentHint = '', aliases } = one;
    if (isPattern(name) || one.userInvocable === false || rows.has(name)) continue;
    rows.set(name, { name, description, argumentHint, ...(aliases !== undefined && { aliases }) });
  }
  return [...rows.values()];
}

async function agentRows(api: ExtensionApi, session: Session): Promise<readonly JsonObject[]> {
  if (!api.has(Subagents)) return [];
  const types = await (await api.use(Subagents)).list(session);
  return types.map(({ name, description, model }) => ({ name, description, ...(model !== undefined && { model }) }));
}

/** The models that the provider of the session's model offers, the default first. */
export async function modelRows(api: ExtensionApi, { model }: Session): Promise<readonly JsonObject[]> {
  const provider = await api.item(Models, model);
  const first = {
    value: 'default',
    displayName: 'Default',
    description: 'The model that settings and environment choose',
  };
  const offered = provider?.models?.() ?? [];
  return [
    first,
    ...offered.map(({ value, resolved, description, efforts = [] }) => ({
      value,
      ...(resolved !== undefined && { resolvedModel: resolved }),
      displayName: value[0]!.toUpperCase() + value.slice(1),
      description,
      ...(efforts.length > 0 && { supportsEffort: true, supportedEffortLevels: efforts }),
    })),
  ];
}

async function account(api: ExtensionApi, { model }: Session): Promise<JsonObject> {
  const provider = await api.item(Models, model);
  return provider === undefined ? {} : { apiKeySource: provider.keySource() };
}
