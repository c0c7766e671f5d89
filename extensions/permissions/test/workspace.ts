import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  ConfigLayer,
  ConfigProblem,
  JsonObject,
  PermissionDecision,
  PermissionMode,
  Permissions,
  Service,
  SessionRef,
  SettingSource,
  ToolCall,
} from 'tenon/plugin-api';
import { createPermissions } from '../service.ts';

export interface LayerSpec {
  readonly source: SettingSource;
  readonly permissions?: JsonObject;
  readonly value?: JsonObject;
}

export interface WorldOptions {
  readonly layers?: readonly LayerSpec[];
  readonly flags?: JsonObject;
  readonly trusted?: boolean;
  readonly uid?: number;
  readonly env?: Record<string, string>;
  readonly problems?: readonly ConfigProblem[];
}

/** A home folder and a project in a temporary folder, with links that lead in and out of it. */
export class Workspace {
  readonly top: string;
  readonly home: string;
  readonly root: string;
  readonly outside: string;

  constructor() {
    this.top = realpathSync(mkdtempSync(join(tmpdir(), 'tenon-permissions-')));
    this.home = join(this.top, 'home', 'user');
    this.root = join(this.home, 'work', 'project');
    this.outside = join(this.top, 'outside');
    for (const path of [
      'src/a.ts',
      'src/b.ts',
      'src/deep/c.ts',
      'package.json',
      'README.md',
      'dist/out.js',
      'dist/sub/x.js',
      'secrets/key.pem',
      '.env',
      'docs/guide.md',
      'data.csv',
      'list.txt',
      'notes.txt',
      'src/.env',
      'weird;name',
      'payload/.git/config',
    ]) {
      this.file(join(this.root, path), `text of ${path}\n`);
    }
    for (const path of [
      '.git/HEAD',
      '.git/config',
      '.git/hooks/pre-commit',
      '.git/objects/x',
      '.git/refs/x',
      '.vscode/settings.json',
    ]) {
      this.file(join(this.root, path), '');
    }
    for (const path of ['bare/HEAD', 'bare/config', 'bare/objects/x', 'bare/refs/x', 'nested/.git/config'])
      this.file(join(this.root, path), '');
    this.file(join(this.outside, 'secret.txt'), 'secret');
    this.file(join(this.outside, 'dir/file.txt'), 'x');
    this.file(join(this.home, '.bashrc'), '');
    this.file(join(this.home, '.ssh/id_rsa'), '');
    symlinkSync(this.outside, join(this.root, 'link-out'));
    symlinkSync(join(this.outside, 'secret.txt'), join(this.root, 'link-file'));
    symlinkSync(join(this.root, 'src'), join(this.root, 'link-in'));
    symlinkSync('.env', join(this.root, 'link-env'));
    symlinkSync(join(this.outside, 'not-there'), join(this.root, 'dangling'));
    symlinkSync('.git', join(this.root, 'link-git'));
    symlinkSync('loop-b', join(this.root, 'loop-a'));
    symlinkSync('loop-a', join(this.root, 'loop-b'));
  }

  file(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  dispose(): void {
    rmSync(this.top, { recursive: true, force: true });
  }

  /** `{root}`, `{home}`, `{out}` in a text are the folders. */
  fill(text: string): string {
    return text.replaceAll('{root}', this.root).replaceAll('{home}', this.home).replaceAll('{out}', this.outside);
  }

  world(options: WorldOptions = {}): World {
    return new World(this, options);
  }
}

export interface SessionOptions {
  readonly mode?: PermissionMode;
  readonly cwd?: string;
  readonly parent?: SessionRef;
}

export class World {
  readonly warnings: string[] = [];
  readonly stored: { source: string; key: string; value: unknown }[] = [];
  readonly permissions: Permissions;
  readonly forget: () => void;
  readonly workspace: Workspace;
  layers: ConfigLayer[];
  trusted: boolean;

  constructor(workspace: Workspace, options: WorldOptions) {
    this.workspace = workspace;
    this.trusted = options.trusted ?? true;
    const { root, home } = workspace;
    this.layers = (options.layers ?? []).map(({ source, permissions, value }) => ({
      source,
      path: `${source}/settings.json`,
      dir: source === 'user' ? join(home, '.claude') : root,
      value: value ?? { permissions },
    }));
    const services: Record<string, unknown> = {
      'host@1': {
        home,
        cwd: root,
        env: options.env ?? {},
        distro: { folders: { user: '.claude', project: '.claude' } },
      },
      'config@1': {
        layers: () => this.layers,
        problems: () => options.problems ?? [],
        set: async (source: string, key: string, value: unknown) => {
          this.stored.push({ source, key, value });
        },
      },
      'trust@1': { check: async () => ({ trusted: this.trusted, reason: '' }) },
      'cli@1': { invocation: { flags: options.flags ?? {}, args: [], argv: [] } },
    };
    const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void this.warnings.push(message) };
    const api = {
      log,
      has: (token: Service<unknown>) => token.id in services,
      use: async <T>(token: Service<T>) => services[token.id] as T,
    };
    const { service, forget } = createPermissions(api, () => options.uid ?? 1000);
    this.permissions = service;
    this.forget = forget;
  }

  session(options: SessionOptions = {}): SessionRef {
    const state = new Map<string, unknown>();
    return {
      id: 'session',
      cwd: options.cwd ?? this.workspace.root,
      root: this.workspace.root,
      permissionMode: options.mode ?? 'default',
      signal: new AbortController().signal,
      ...(options.parent === undefined ? {} : { parent: options.parent }),
      state<T>(key: string, make: () => T): T {
        if (!state.has(key)) state.set(key, make());
        return state.get(key) as T;
      },
    };
  }

  async bash(
    command: string,
    options: SessionOptions & { hook?: 'none' | 'allow'; input?: JsonObject } = {},
  ): Promise<PermissionDecision> {
    return this.call('Bash', { command, ...options.input }, options);
  }

  async call(
    tool: string,
    input: JsonObject,
    options: SessionOptions & { hook?: 'none' | 'allow'; readOnly?: boolean; access?: ToolCall['access'] } = {},
  ) {
    const call: ToolCall = {
      id: 'call',
      tool,
      input,
      readOnly: options.readOnly ?? false,
      access: options.access ?? {},
    };
    return this.permissions.decide(this.session(options), call, options.hook ?? 'none');
  }
}
