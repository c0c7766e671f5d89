import type { JsonObject } from '../schema.ts';

/**
 * Which settings of a project may take part. Whoever wrote the repository wrote its settings, so a setting that could
 * run a program, loosen a rule or move a credential needs the user's trust; some need more than that; and a project may
 * always make things stricter. The same rules hold for `settings.json` and `settings.local.json`: a repository can bring
 * both along.
 */

/** Keys that take part only when the folder is trusted. */
const NEEDS_TRUST = [
  'hooks',
  'env',
  'statusLine',
  'subagentStatusLine',
  'fileSuggestion',
  'permissions.allow',
  'permissions.additionalDirectories',
  'permissions.defaultMode',
  'enabledPlugins',
  'pluginConfigs',
  'enableAllProjectMcpServers',
  'enabledMcpjsonServers',
  'allowedMcpServers',
  'autoMode',
  'allowedHttpHookUrls',
  'httpHookAllowedEnvVars',
  'extensions',
  'worktree',
  'defaultShell',
  'agent',
  'autoMemoryDirectory',
  'plansDirectory',
  'claudeMdExcludes',
  'attribution',
  'skillOverrides',
  'prependPlugins',
  'appendPlugins',
] as const;

/** Keys that never take part from a project: the user sets them for himself. */
const NEVER = [
  'apiKeyHelper',
  'proxyAuthHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'forceLoginMethod',
  'forceLoginOrgUUID',
  'skipDangerousModePermissionPrompt',
  'useAutoModeDuringPlan',
  'extraKnownMarketplaces',
  'additionalMarketplaces',
  'strictKnownMarketplaces',
  'allowedMarketplaces',
  'managedMcpServers',
  'modelOverrides',
  'availableModels',
  'cleanupPeriodDays',
] as const;

/** Switches that a project may set to this value, which is the strict one, and to no other. */
const ONLY_STRICTER: Readonly<Record<string, unknown>> = {
  'permissions.disableBypassPermissionsMode': 'disable',
  'permissions.disableAutoMode': 'disable',
  'permissions.blockReadsOutsideWorkingDirectories': true,
  'permissions.blockWritesOutsideWorkingDirectories': true,
  'permissions.denyInsteadOfPrompting': true,
  // hooks of the user may be what keeps guard: to switch these off takes trust as well
  disableAllHooks: true,
  disableSkillShellExecution: true,
  disableBundledSkills: true,
  disableSideloadFlags: true,
  disableCommandPluginSources: true,
  disableClaudeAiConnectors: true,
  enforceAvailableModels: true,
  allowManagedHooksOnly: true,
  allowManagedPermissionRulesOnly: true,
  'sandbox.enabled': true,
  'sandbox.failIfUnavailable': true,
  'sandbox.autoAllowBashIfSandboxed': false,
  'sandbox.allowUnsandboxedCommands': false,
};

/** Parts of `sandbox` that only take away. All other parts never come from a project. */
const SANDBOX_STRICTER = ['network.deniedDomains', 'filesystem.denyWrite', 'filesystem.denyRead'];

/** What a key that nobody listed is called when it names a program or a credential. */
const TELLING_NAME = /(Helper|Command|Refresh|Export|ApiKey|Token|Secret|Credentials?|BaseUrl|Endpoint)$/;

/** Variables that name an endpoint, a credential or a proxy, or make programs load code. Compared in upper case. */
const VARIABLES = [
  /^(ANTHROPIC|CLAUDE|AWS|AZURE|GOOGLE|GCLOUD|CLOUDSDK|VERTEX|OPENAI|OTEL|TENON|GIT|SSH|LD|DYLD|XDG|NPM_CONFIG)_/,
  /(^|_)(BASE_URL|API_BASE|ENDPOINT|HOST|PROXY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|CERT_FILE|CERT_DIR|CA_BUNDLE)$/,
  /^(NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|NODE_REPL_EXTERNAL_MODULE|NODE_V8_COVERAGE)$/,
  /^(PYTHON(PATH|HOME|STARTUP|INSPECT|USERBASE|BREAKPOINT)|PERL5?(LIB|OPT|DB)|RUBY(LIB|OPT)|GEM_(HOME|PATH)|LUA_(INIT|PATH|CPATH))$/,
  /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH|MAVEN_OPTS|GRADLE_OPTS|DOTNET_STARTUP_HOOKS)$/,
  /^(PATH|HOME|SHELL|ENV|BASH_ENV|BASH_FUNC_.*|ZDOTDIR|IFS|PS4|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|CDPATH|USERPROFILE)$/,
  /^(EDITOR|VISUAL|PAGER|MANPAGER|LESSOPEN|LESSCLOSE|BROWSER|TMPDIR|TEMP|TMP|NO_PROXY|IS_SANDBOX|RUSTC_WRAPPER|CARGO_HOME|GOFLAGS|GOPROXY|MAKEFLAGS)$/,
];

/** Of these, what no more than chooses a model or a limit, as settings that a project may have do too. */
const HARMLESS =
  /^(ANTHROPIC_((DEFAULT_([A-Z]+_)?|SMALL_FAST_)?MODEL)|CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR|CLAUDE_AUTOCOMPACT_PCT_OVERRIDE|CLAUDE_CODE_(SUBAGENT_MODEL|EFFORT_LEVEL|MAX_OUTPUT_TOKENS|MAX_TURNS|MAX_TOOL_USE_CONCURRENCY|AUTO_COMPACT_WINDOW|ENABLE_TASKS|DISABLE_(BACKGROUND_TASKS|CLAUDE_MDS|AUTO_MEMORY)))$/;

/** The strict value of a switch that a project may only make stricter; `undefined` for all other keys. */
export function strictValue(key: string): unknown {
  return Object.hasOwn(ONLY_STRICTER, key) ? ONLY_STRICTER[key] : undefined;
}

/** True when a project may not set this variable even where it is trusted. */
export function isGuardedVariable(name: string): boolean {
  const upper = name.toUpperCase();
  return !HARMLESS.test(upper) && VARIABLES.some((pattern) => pattern.test(upper));
}

/** One setting that does not take part: its dotted key, and whether trust would let it. */
export interface LeftOut {
  readonly key: string;
  readonly why: 'untrusted' | 'user-only' | 'stricter-only' | 'outside';
}

/**
 * The part of a project's settings that takes part.
 * @param value settings as they stand in `settings.json` or `settings.local.json` of a project
 * @param folder.trusted the decision of `trust@1`
 * @param folder.inside true when a folder named in `permissions.additionalDirectories` lies in the repository, also
 *   after symbolic links
 */
export function restrictProjectSettings(
  value: JsonObject,
  folder: { readonly trusted: boolean; inside(path: string): boolean },
): { readonly value: JsonObject; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const kept = filter(value, '', (key, given) => {
    const why = objection(key, given, folder.trusted);
    if (why !== undefined) leftOut.push({ key, why });
    return why === undefined;
  });
  const permissions = kept.permissions as JsonObject | undefined;
  const directories = isObject(permissions) ? permissions.additionalDirectories : undefined;
  if (!Array.isArray(directories)) return { value: kept, leftOut };
  const inside = directories.filter((path) => typeof path === 'string' && folder.inside(path));
  if (inside.length === directories.length) return { value: kept, leftOut };
  leftOut.push({ key: 'permissions.additionalDirectories', why: 'outside' });
  return { value: { ...kept, permissions: { ...permissions, additionalDirectories: inside } }, leftOut };
}

function objection(key: string, given: unknown, trusted: boolean): LeftOut['why'] | undefined {
  if (Object.hasOwn(ONLY_STRICTER, key)) {
    if (given !== ONLY_STRICTER[key]) return 'stricter-only';
    return key === 'disableAllHooks' && !trusted ? 'untrusted' : undefined;
  }
  if (key.startsWith('sandbox.')) {
    const part = key.slice('sandbox.'.length);
    if (SANDBOX_STRICTER.includes(part) || ENTERED.has(key)) return undefined;
    return 'user-only';
  }
  if ((NEVER as readonly string[]).includes(key)) return 'user-only';
  if (!key.includes('.') && TELLING_NAME.test(key)) return 'user-only';
  if (key.startsWith('env.') && isGuardedVariable(key.slice('env.'.length))) return 'user-only';
  if (key === 'permissions.defaultMode' && trusted) {
    return given === 'bypassPermissions' || given === 'auto' ? 'user-only' : undefined;
  }
  return !trusted && (NEEDS_TRUST as readonly string[]).includes(key) ? 'untrusted' : undefined;
}

/** Objects whose members are judged one by one. */
const ENTERED = new Set(['permissions', 'sandbox', 'sandbox.network', 'sandbox.filesystem']);

function filter(value: JsonObject, prefix: string, keep: (key: string, given: unknown) => boolean): JsonObject {
  const kept: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    if (name === '__proto__') continue;
    const key = `${prefix}${name}`;
    if (!keep(key, given)) continue;
    const enter = isObject(given) && (ENTERED.has(key) || key === 'env');
    kept[name] = enter ? filter(given, `${key}.`, keep) : given;
  }
  return kept;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Settings files of a project that count only where it is trusted, the strongest first, as paths from its folder.
 * Reading them takes more than parsing JSON, and some are programs.
 * @param folder the name of the settings folder of a project
 */
export function trustedSettingsFiles(folder: string): readonly string[] {
  const own = ['json', 'yaml', 'yml', 'mjs', 'cjs', 'js'].map((extension) => `tenon.config.${extension}`);
  return [...own, `${folder}/settings.yaml`, `${folder}/settings.yml`];
}
