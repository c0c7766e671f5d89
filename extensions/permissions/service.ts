import {
  AutoMode,
  Cli,
  Config,
  disposable,
  type ExtensionApi,
  Host,
  type PermissionMode,
  type Permissions,
  type RuleUpdate,
  type SessionRef,
  Trust,
  UsageError,
} from 'tenon/plugin-api';
import { toolName } from 'tenon/plugin-api/lib/tool-names';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import type { LoadCommandTools } from './decide.ts';
import { NO_FLAGS, type PermissionFlags, readFlags } from './flags.ts';
import type { Ground } from './ground.ts';
import { MODE_NAMES, parseMode } from './mode.ts';
import { coversTool, isWhole } from './rule.ts';
import { changedList, grantedRules, grantRules, remember, sessionRules } from './session-rules.ts';
import { type StandingRules, standingRules } from './settings-rules.ts';

/** Which user id counts as root; -1 where there are none. */
export type UserId = () => number;

export interface PermissionsSetup {
  readonly service: Permissions;
  /** Settings or trust may have changed. */
  forget(): void;
}

/** Said when the mode is chosen, and not only at the first call. */
const AUTO = 'there is no extension for the permission mode auto: it asks as default does';

const SETTINGS = { userSettings: 'user', projectSettings: 'project', localSettings: 'local' } as const;

/** Makes the service. Nothing is read before its first use. */
export function createPermissions(
  api: Pick<ExtensionApi, 'use' | 'has' | 'log'>,
  userId: UserId = () => process.geteuid?.() ?? -1,
): PermissionsSetup {
  const standing = new Map<string, StandingRules>();
  const added = new Map<string, readonly string[]>();
  const said = new Set<string>();
  let flags: PermissionFlags | undefined;
  let tools: ReturnType<LoadCommandTools> | undefined;
  let home: string | undefined;
  let settingsFolder = '';
  let folderNames: readonly string[] = [];

  const warn = (message: string) => {
    if (said.has(message)) return;
    said.add(message);
    api.log.warn(message);
  };
  const commandTools: LoadCommandTools = () => {
    tools ??= import('./bash/command-tools.ts').then((made) => made.commandTools());
    return tools;
  };
  const flagsOf = async (): Promise<PermissionFlags> => {
    flags ??= api.has(Cli) ? readFlags((await api.use(Cli)).invocation.flags) : NO_FLAGS;
    return flags;
  };
  const trusted = async (layers: ReturnType<Config['layers']>): Promise<boolean> => {
    if (!api.has(Trust)) return false;
    const trust = await api.use(Trust);
    for (const layer of layers) {
      if (layer.source !== 'project' && layer.source !== 'local') continue;
      const { permissions } = layer.value as { permissions?: { allow?: unknown; additionalDirectories?: unknown } };
      if (permissions?.allow === undefined && permissions?.additionalDirectories === undefined) continue;
      const { cwd } = await api.use(Host);
      return (await trust.check(cwd)).trusted;
    }
    return true;
  };
  const standingFor = async (root: string): Promise<StandingRules> => {
    const known = standing.get(root);
    // an answer about trust may have come meanwhile
    if (known !== undefined && !known.untrusted) return known;
    const [config, host] = await Promise.all([api.use(Config), api.use(Host)]);
    const layers = config.layers();
    const isTrusted = await trusted(layers);
    if (known !== undefined && !isTrusted) return known;
    home = host.home;
    settingsFolder = userFolder(host);
    folderNames = [host.distro.folders.user, host.distro.folders.project]
      .flatMap((one) => one.toLowerCase().split('/').slice(-1))
      .filter(Boolean);
    const told = new Set(
      config.problems().flatMap(({ skipped, path }) => (skipped && path !== undefined ? [path] : [])),
    );
    const place = { cwd: root, home: host.home, flags: await flagsOf(), trusted: isTrusted, told };
    const made = standingRules(layers, place);
    for (const warning of made.warnings) warn(warning);
    standing.set(root, made);
    added.set(root, made.directories);
    return made;
  };
  // asked for every skill there is, so it makes no more than it must
  const denyOf = async (session: SessionRef): Promise<Ground['rules']['deny']> => {
    const { rules } = await standingFor(session.root);
    const granted = grantedRules(session).filter(({ behavior }) => behavior === 'deny');
    const own = sessionRules(session).deny;
    return own.length + granted.length > 0 ? [...own, ...granted, ...rules.deny] : rules.deny;
  };
  const groundOf = async (session: SessionRef): Promise<Ground> => {
    const { rules, directories, blocked, unasked, managedOnly } = await standingFor(session.root);
    const own = sessionRules(session);
    const granted = grantedRules(session);
    const allow = [...own.allow, ...granted.filter(({ behavior }) => behavior === 'allow')];
    const mode = parseMode(session.permissionMode) ?? 'default';
    if (mode === 'auto' && !api.has(AutoMode)) warn(AUTO);
    return {
      rules: {
        deny: await denyOf(session),
        ask: own.ask.length > 0 ? [...own.ask, ...rules.ask] : rules.ask,
        allow: allow.length > 0 && !managedOnly ? [...allow, ...rules.allow] : rules.allow,
      },
      mode: mode === 'auto' ? 'default' : mode,
      cwd: session.cwd,
      root: session.root,
      roots: [...new Set([session.root, ...directories, ...own.directories])],
      home: home!,
      userFolder: settingsFolder,
      folderNames,
      blocked,
      lent: own.lent,
      ...(unasked === undefined ? {} : { unasked }),
    };
  };

  const refuseBypass = async (): Promise<string | undefined> => {
    const host = await api.use(Host);
    const rules = await standingFor(host.cwd);
    if (rules.bypassDisabledBy !== undefined)
      return `the mode bypassPermissions is disabled by ${rules.bypassDisabledBy}`;
    if (userId() === 0 && host.env.IS_SANDBOX !== '1') {
      return 'the mode bypassPermissions is refused for root; run as another user, or set IS_SANDBOX=1 inside a sandbox';
    }
    const { mayBypass } = await flagsOf();
    const fromSettings = parseMode(rules.defaultMode?.value) === 'bypassPermissions';
    if (mayBypass || fromSettings) return undefined;
    return 'the mode bypassPermissions needs --allow-dangerously-skip-permissions at the start';
  };

  const refuseAuto = async (): Promise<string | undefined> => {
    const { autoDisabledBy } = await standingFor((await api.use(Host)).cwd);
    if (autoDisabledBy !== undefined) return `the mode auto is disabled by ${autoDisabledBy}`;
    if (!api.has(AutoMode)) warn(AUTO);
    return undefined;
  };

  const store = async (session: SessionRef, update: RuleUpdate): Promise<void> => {
    const source = SETTINGS[update.destination as keyof typeof SETTINGS];
    const config = await api.use(Config);
    if (update.type === 'setMode') {
      const refused = await service.refuseMode(update.mode);
      if (refused !== undefined) throw new Error(refused);
      await config.set(source, 'permissions.defaultMode', update.mode);
      return;
    }
    const written = config.layers().find((layer) => layer.source === source)?.value.permissions as
      | Record<string, unknown>
      | undefined;
    if ('directories' in update) {
      const old = Array.isArray(written?.additionalDirectories) ? (written.additionalDirectories as unknown[]) : [];
      const next =
        update.type === 'addDirectories'
          ? [...old, ...update.directories.filter((one) => !old.includes(one))]
          : old.filter((one) => typeof one !== 'string' || !update.directories.includes(one));
      await config.set(source, 'permissions.additionalDirectories', next);
    } else {
      await config.set(source, `permissions.${update.behavior}`, changedList(written?.[update.behavior], update));
    }
    // holds at once, also where the file counts only after a restart or in a trusted folder
    const { home: userHome } = await api.use(Host);
    if (update.type !== 'replaceRules') remember(session, update, userHome);
    standing.clear();
  };

  const service: Permissions = {
    async decide(session, call, hook = 'none') {
      const [ground, { decide }] = await Promise.all([groundOf(session), import('./decide.ts')]);
      const decision = await decide(ground, call, hook, commandTools);
      // a rule that is remembered would not count
      return (await standingFor(session.root)).managedOnly ? { ...decision, suggestions: [] } : decision;
    },
    async path(session, path, access) {
      const [ground, { pathVerdict }] = await Promise.all([groundOf(session), import('./judge-path.ts')]);
      return pathVerdict(ground, path, access);
    },
    lend(session, path) {
      sessionRules(session).lent.add(path);
    },
    async hidden(session, tool, kind) {
      return hides(await denyOf(session), toolName(tool), kind);
    },
    async hiddenKinds(session, tool, kinds) {
      const deny = await denyOf(session);
      const name = toolName(tool);
      return new Set(deny.length === 0 ? [] : kinds.filter((kind) => hides(deny, name, kind)));
    },
    async update(session, updates) {
      const { home: userHome } = await api.use(Host);
      for (const update of updates) {
        if (Object.hasOwn(SETTINGS, update.destination)) await store(session, update);
        else remember(session, update, userHome);
      }
    },
    async grant(session, rules) {
      return disposable(grantRules(session, rules, (await api.use(Host)).home));
    },
    async initialMode() {
      const given = await flagsOf();
      if (given.skip || given.mode !== undefined) {
        const mode: PermissionMode | undefined = given.skip ? 'bypassPermissions' : parseMode(given.mode);
        if (mode === undefined)
          throw new UsageError(`--permission-mode ${given.mode}: there is no such mode; choose ${MODE_NAMES}`);
        const refused = await service.refuseMode(mode);
        if (refused !== undefined) throw new UsageError(refused);
        return mode;
      }
      const { cwd } = await api.use(Host);
      const { defaultMode } = await standingFor(cwd);
      if (defaultMode === undefined) return 'default';
      const mode = parseMode(defaultMode.value);
      if (mode === undefined) {
        warn(
          `${defaultMode.label}: permissions.defaultMode ${JSON.stringify(defaultMode.value)} is not a mode; choose ${MODE_NAMES}. default is used`,
        );
        return 'default';
      }
      const refused = await service.refuseMode(mode);
      if (refused === undefined) return mode;
      warn(`${defaultMode.label}: permissions.defaultMode: ${refused}. default is used`);
      return 'default';
    },
    async refuseMode(mode) {
      const known = parseMode(mode);
      if (known === undefined) return `there is no permission mode ${JSON.stringify(mode)}; choose ${MODE_NAMES}`;
      if (known === 'auto') return refuseAuto();
      return known === 'bypassPermissions' ? refuseBypass() : undefined;
    },
    roots(session) {
      const directories = added.get(session.root) ?? [];
      return [...new Set([session.root, ...directories, ...sessionRules(session).directories])];
    },
  };
  return {
    service,
    forget() {
      standing.clear();
    },
  };
}

/** True when a deny rule takes a tool away as a whole, or its calls of a kind. */
function hides(deny: Ground['rules']['deny'], tool: string, kind: string | undefined): boolean {
  return deny.some((rule) => {
    if (rule.tool === '' || !coversTool(rule, tool)) return false;
    return isWhole(rule) || (kind !== undefined && rule.specifier?.kind === 'name' && rule.specifier.name === kind);
  });
}
