import { nearest } from 'tenon/plugin-api/lib/nearest';
import { KEY_TYPES } from './key-types.ts';

/** Keys of the format whose type is not checked: extensions read them, or other programs that share the files. */
const OTHER_KEYS: readonly string[] = (
  '$schema additionalMarketplaces advisorModel allowedHttpHookUrls allowedMarketplaces allowedMcpServers appendPlugins ' +
  'autoCompactWindow autoMode awsAuthRefresh awsCredentialExport blockedMarketplaces companyAnnouncements deniedMcpServers ' +
  'disableClaudeAiConnectors disableCommandPluginSources disableSideloadFlags editorMode extraKnownMarketplaces fastMode ' +
  'fileSuggestion gcpAuthRefresh httpHookAllowedEnvVars managedMcpServers modelPicker otelHeadersHelper pluginConfigs ' +
  'preferredNotifChannel prependPlugins skillListingBudgetFraction skillListingMaxDescChars ' +
  'skipDangerousModePermissionPrompt spinnerTipsEnabled spinnerVerbs strictKnownMarketplaces strictPluginOnlyCustomization ' +
  'subagentStatusLine theme tui useAutoModeDuringPlan verbose viewMode allowManagedMcpServersOnly'
).split(' ');

/** Parts of objects that are not checked one by one, besides those of KEY_TYPES. */
const OTHER_PARTS: readonly string[] = (
  'attribution.sessionUrl sandbox.excludedCommands sandbox.ignoreViolations sandbox.enableWeakerNestedSandbox ' +
  'sandbox.allowNestedUserNamespaces sandbox.enableWeakerNetworkIsolation sandbox.allowAppleEvents sandbox.ripgrep ' +
  'sandbox.bwrapPath sandbox.socatPath sandbox.credentials'
).split(' ');

/** Objects all of whose parts are known. */
const CLOSED = new Set(['permissions', 'sandbox', 'attribution']);

/** Keys that do not count yet, and why. */
const UNUSED: Readonly<Record<string, string>> = {
  forceLoginMethod: 'there is no sign-in here, only keys',
  forceLoginOrgUUID: 'there is no sign-in here, only keys',
  includeCoAuthoredBy: 'nothing is added to commits but what attribution says',
  respectGitignore:
    'it is for choosing files in the terminal, which is not there yet; Grep leaves ignored files out anyway',
  defaultShell: 'it is for commands typed after ! in the terminal, which is not there yet',
  advisorModel: 'there is no advisor tool',
  fastMode: 'there is no fast mode',
  awsAuthRefresh: 'Bedrock needs a gateway in front',
  awsCredentialExport: 'Bedrock needs a gateway in front',
  gcpAuthRefresh: 'Vertex needs a gateway in front',
  useAutoModeDuringPlan: 'plan mode asks',
};

/** Why a key has no effect; `undefined` for those that have one, or of which nothing is known here. */
export function unusedBecause(key: string): string | undefined {
  const [name = ''] = key.split('.', 1);
  return Object.hasOwn(UNUSED, name) ? UNUSED[name] : undefined;
}

/** All keys that settings may have, parents before children. */
export function knownKeys(): readonly string[] {
  return [...KEY_TYPES.map(([key]) => key), ...OTHER_KEYS, ...OTHER_PARTS];
}

/** `undefined` when a dotted key exists in the format; else the nearest that does, or an empty text. */
export function unknownKey(key: string): string | undefined {
  const known = knownKeys();
  const [name = '', part] = key.split('.');
  if (!known.some((one) => one.split('.', 1)[0] === name)) return near(key, known);
  const whole = `${name}.${part}`;
  if (part === undefined || !CLOSED.has(name)) return undefined;
  return known.some((one) => one === whole || one.startsWith(`${whole}.`)) ? undefined : near(key, known);
}

function near(key: string, known: readonly string[]): string {
  return nearest(key, known) ?? '';
}
