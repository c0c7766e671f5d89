import type {
  DeclaredItem,
  Disposable,
  ExtensionApi,
  FireOf,
  HookHandle,
  HookName,
  PluginData,
  Point,
  Service,
  TapFn,
  TapOptions,
  ValueOf,
} from '../plugin-api/index.ts';
import { hookCatalog } from '../plugin-api/index.ts';
import { nearest } from '../plugin-api/lib/nearest.ts';
import type { Diagnostics } from './diagnostics.ts';
import { KernelError } from './errors.ts';
import { memo } from './memo.ts';
import type { Scope } from './scope.ts';
import type { Slot } from './slots.ts';

/** What the API of an extension needs of the kernel. */
export interface ApiWorld {
  readonly diagnostics: Diagnostics;
  dataFor(id: string): PluginData;
  tap(slot: Slot, scope: Scope, hook: string, options: TapOptions, fn: TapFn<never>): Disposable;
  fire(hook: string, value: unknown, by: Slot): unknown;
  hookIdle(hook: string): boolean;
  hookIdleFor(hook: string, subject: string): boolean;
  hookWithholds(hook: string): boolean;
  provide(slot: Slot, scope: Scope, token: Service<unknown>, value: object): Disposable;
  use(token: Service<unknown>, by: Slot): Promise<object>;
  has(token: Service<unknown>): boolean;
  maybe(token: Service<unknown>): object | undefined;
  add(slot: Slot, scope: Scope, to: Point<unknown>, item: unknown): Disposable;
  declared(of: Point<never>): readonly (DeclaredItem & { readonly owner: string })[];
  item(of: Point<unknown>, name: string, by: Slot): Promise<unknown>;
  items(of: Point<unknown>, by: Slot): Promise<readonly unknown[]>;
}

/** The settings of one start of an extension, and who wants to hear of new ones. */
export interface ConfigHolder {
  value: unknown;
  readonly listeners: Set<(next: never) => unknown>;
}

const STAGES = ['early', 'normal', 'late', 'guard'];

/** Makes the object through which one start of an extension does everything. What the manifest does not declare is refused. */
export function makeApi(slot: Slot, scope: Scope, config: ConfigHolder, world: ApiWorld): ExtensionApi<never> {
  const { manifest } = slot.entry;
  const refuse = (what: string, field: string, near?: string): never => {
    const remedy = near === undefined ? `add it to ${field}` : `did you mean ${near}?`;
    const error = new KernelError(
      'NOT_DECLARED',
      slot.id,
      `${slot.id} ${what}, which its manifest does not declare; ${remedy}`,
    );
    world.diagnostics.error(error);
    throw error;
  };
  const handles = new Map<string, HookHandle<HookName>>();
  const handle = (name: string): HookHandle<HookName> => {
    const taps = manifest.taps?.includes(name as HookName) === true;
    const fires = manifest.fires?.includes(name as HookName) === true || Object.hasOwn(manifest.hooks ?? {}, name);
    return {
      tap: (first: TapOptions | TapFn<never>, second?: TapFn<never>) => {
        if (!taps) refuse(`taps ${name}`, 'taps', misspelt(name));
        const [options, fn] = typeof first === 'function' && second === undefined ? [{}, first] : [first, second];
        return world.tap(slot, scope, name, options as TapOptions, checkTap(name, options as TapOptions, fn));
      },
      fire: (value: ValueOf<HookName>) => {
        if (!fires) refuse(`fires ${name}`, 'fires', misspelt(name));
        return world.fire(name, value, slot) as FireOf<HookName>;
      },
      get idle() {
        return world.hookIdle(name);
      },
      get withholds() {
        return world.hookWithholds(name);
      },
      idleFor: (subject: string) => world.hookIdleFor(name, subject),
    } as HookHandle<HookName>;
  };
  const hooks = new Proxy({} as Record<string, HookHandle<HookName>>, {
    get: (_target, name) => {
      if (typeof name !== 'string') return undefined;
      return memo(handles, name, () => handle(name));
    },
  });
  const listed = (token: Service<unknown>) => {
    checkToken('api.use', 'service', token);
    const { requires = [], optional = [], provides = [] } = manifest;
    if (![...requires, ...optional, ...provides].includes(token.id)) refuse(`uses ${token.id}`, 'requires or optional');
  };
  return {
    id: slot.id,
    get config() {
      return config.value as never;
    },
    onConfig(fn) {
      config.listeners.add(fn);
      return { dispose: () => void config.listeners.delete(fn) };
    },
    log: world.diagnostics.log(slot.id),
    get signal() {
      return scope.signal;
    },
    get data() {
      return world.dataFor(slot.id);
    },
    hooks: hooks as ExtensionApi['hooks'],
    provide(token, value) {
      if (manifest.provides?.includes(token.id) !== true) refuse(`provides ${token.id}`, 'provides');
      return world.provide(slot, scope, token, value as object);
    },
    async use<T>(token: Service<T>) {
      listed(token);
      return (await world.use(token, slot)) as T;
    },
    has: (token) => world.has(token),
    maybe<T>(token: Service<T>) {
      listed(token);
      return world.maybe(token) as T | undefined;
    },
    add: (to, item) => {
      checkToken('api.add', 'point', to as Point<unknown>);
      return world.add(slot, scope, to as Point<unknown>, item);
    },
    declared: (of) => world.declared(of),
    item: async <T>(of: Point<T>, name: string) =>
      (await world.item(of as Point<unknown>, name, slot)) as T | undefined,
    items: async <T>(of: Point<T>) => (await world.items(of as Point<unknown>, slot)) as readonly T[],
    own: (resource) => scope.own(resource),
  };
}

/** The hook of the catalogue that a name close to it stands for. */
function misspelt(name: string): string | undefined {
  return Object.hasOwn(hookCatalog, name) ? undefined : nearest(name, Object.keys(hookCatalog));
}

/** What is imported under a misspelt name is undefined where nobody checks types. */
function checkToken(what: string, kind: string, token: { readonly id?: unknown } | undefined): void {
  if (typeof token?.id === 'string') return;
  const given = token === undefined ? 'undefined; is the name that you import right?' : typeof token;
  throw new TypeError(`${what}: it needs a ${kind}, as tenon/plugin-api exports them, got ${given}`);
}

const TAP_OPTIONS = ['stage', 'match', 'timeout', 'onError', 'session'];

function checkTap(hook: string, options: TapOptions, fn: TapFn<never> | undefined): TapFn<never> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${hook}.tap: the options come first; write tap(fn) or tap(options, fn)`);
  }
  for (const key of Object.keys(options)) {
    if (TAP_OPTIONS.includes(key)) continue;
    const near = nearest(key, TAP_OPTIONS);
    const hint = near === undefined ? `known are ${TAP_OPTIONS.join(', ')}` : `did you mean ${near}?`;
    throw new TypeError(`${hook}.tap: its option ${key} is not known; ${hint}`);
  }
  const { stage = 'normal', match, timeout } = options;
  if (match !== undefined && typeof match !== 'string' && !(match instanceof RegExp)) {
    throw new TypeError(`${hook}.tap: \`match\` must be a text or a RegExp, got ${typeof match}`);
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw new TypeError(`${hook}.tap: \`timeout\` must be a number of milliseconds from 0, got ${String(timeout)}`);
  }
  if (!STAGES.includes(stage)) {
    throw new TypeError(`${hook}.tap: its stage ${JSON.stringify(stage)} must be one of ${STAGES.join(', ')}`);
  }
  if (typeof fn !== 'function') {
    throw new TypeError(`${hook}.tap: it needs a function, got ${typeof fn}; write tap(fn) or tap(options, fn)`);
  }
  return fn;
}
