import { basename } from 'node:path';
import type { JsonObject, PluginProblem } from 'tenon/plugin-api';
import { JsonTextError, parseJson } from 'tenon/plugin-api/lib/json-text';
import { readAgent, readAgents } from './agent-record.ts';
import {
  type AgentRecord,
  type Contents,
  GONE,
  type HookRecord,
  type PluginFacts,
  type SkillRecord,
  type StyleRecord,
  type UserOption,
} from './contents.ts';
import { isObject, present } from './fields.ts';
import { type FieldProblem, manifestProblems, nameProblems } from './manifest-checks.ts';
import { MANIFEST, OPEN_MANIFEST, readOpen } from './plugin-layout.ts';
import { commandFromManifest, readCommands, readSkill, readSkillFolder, readSkills } from './skill-record.ts';
import { readStyle, readStyles } from './style-record.ts';
import type { Tree } from './tree.ts';

/** Fields of a manifest that bring components along. */
const COMPONENT_FIELDS = [
  'skills',
  'commands',
  'agents',
  'outputStyles',
  'hooks',
  'mcpServers',
  'lspServers',
  'workflows',
];
/** What a plugin may hold and this program does not use, by the place and the field that it stands in. */
const UNSUPPORTED: readonly (readonly [what: string, folder: string, field: string])[] = [
  ['workflows', 'workflows', 'workflows'],
  ['themes', 'themes', 'themes'],
  ['monitors', 'monitors/monitors.json', 'monitors'],
  ['channels', '', 'channels'],
];
/** Events whose handlers guard something: a file that means to have them, and is not read as it means, is no guard. */
const GUARDS = ['PreToolUse', 'PermissionRequest'];

/** What a marketplace says of a plugin. */
export interface MarketplaceEntry {
  readonly name: string;
  readonly fields: JsonObject;
}

/** Reads a plugin from a tree whose root is its folder. Never throws: what is wrong stands in the problems. */
export async function readPlugin(tree: Tree, entry?: MarketplaceEntry): Promise<Contents> {
  const reading = new Reading(tree, entry);
  return reading.run();
}

class Reading {
  readonly #tree: Tree;
  readonly #entry: MarketplaceEntry | undefined;
  #manifest: JsonObject = {};
  #open = false;
  #failed: string | undefined;
  /** Fields that are left out because they are wrong. */
  readonly #bad = new Set<string>();

  constructor(tree: Tree, entry: MarketplaceEntry | undefined) {
    this.#tree = tree;
    this.#entry = entry;
  }

  async run(): Promise<Contents> {
    const tree = this.#tree;
    tree.watch('');
    if (tree.kind('') !== 'folder') return this.#contents(this.#placeName(), { failed: GONE });
    this.#manifest = this.#readManifest();
    const name = this.#name();
    const failed = this.#failed;
    if (failed !== undefined) return this.#contents(name, { failed });
    const skills = await this.#skills(name);
    const commands = (await this.#commands()).filter((one) => !skills.some((skill) => skill.name === one.name));
    const agents = await this.#agents();
    const styles = await this.#styles();
    const hooks = this.#hooks();
    const mcpServers = this.#servers('mcpServers', this.#open ? ['mcp.json', '.mcp.json'] : ['.mcp.json']);
    const lspServers = this.#lspServers();
    this.#unsupported();
    const bin = tree.folder('bin')?.some((child) => !child.folder) === true;
    const later = this.#failed;
    if (later !== undefined) return this.#contents(name, { failed: later });
    return this.#contents(name, {
      skills: unique(tree, 'skills', [...skills, ...commands]),
      agents: unique(tree, 'agents', agents),
      styles: unique(tree, 'output styles', styles),
      hooks,
      mcpServers,
      lspServers,
      ...(bin && { bin: true as const }),
      ...present({ agent: this.#settings() }),
    });
  }

  #contents(name: string, parts: Partial<Contents>): Contents {
    const { failed } = parts;
    const problems: PluginProblem[] = [...this.#tree.problems];
    if (failed !== undefined && !problems.some((one) => one.message === failed)) {
      problems.unshift({ type: 'manifest', severity: 'error', message: failed });
    }
    const none = { skills: [], agents: [], styles: [], hooks: [], mcpServers: {}, lspServers: {} };
    return { ...none, ...parts, plugin: this.#facts(name), problems };
  }

  // ---------------------------------------------------------------- manifest

  #readManifest(): JsonObject {
    const own = this.#readObject(MANIFEST);
    const open = own === undefined && this.#tree.kind(MANIFEST) !== 'file' ? readOpen(this.#tree) : undefined;
    this.#open = open !== undefined;
    const fields = this.#entry?.fields ?? {};
    const given = own ?? open;
    const merged = given === undefined ? this.#fromEntry(fields) : this.#merge(given, fields);
    if (given !== undefined || Object.keys(merged).length > 0) {
      this.#judge(manifestProblems(given === undefined ? { name: this.#placeName(), ...merged } : merged));
    }
    return merged;
  }

  #readObject(path: string): JsonObject | undefined {
    if (this.#tree.kind(path) !== 'file') {
      this.#tree.watch(path.slice(0, path.indexOf('/')));
      return undefined;
    }
    const value = this.#json(path, 'manifest');
    if (value === undefined) {
      const why = this.#tree.problems.findLast((one) => one.file === path);
      this.#fail(`${path}: ${why?.message ?? 'cannot be read'}`);
    }
    return value;
  }

  /** The entry supplements the manifest; with `strict: false` it is all there is, and a second definition is a mistake. */
  #merge(given: JsonObject, fields: JsonObject): JsonObject {
    if (fields.strict !== false) return { ...this.#fromEntry(fields), ...given };
    const twice = COMPONENT_FIELDS.filter((field) => given[field] !== undefined);
    if (twice.length > 0) {
      this.#fail(
        `its marketplace defines it alone ("strict": false), and its own manifest names components too (${twice.join(', ')}); remove one of both`,
      );
    }
    return { ...given, ...this.#fromEntry(fields) };
  }

  /** The part of an entry that could stand in plugin.json. */
  #fromEntry(fields: JsonObject): JsonObject {
    const known = [
      ...COMPONENT_FIELDS,
      'description',
      'version',
      'userConfig',
      'dependencies',
      'engines',
      'defaultEnabled',
    ];
    return Object.fromEntries(known.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])));
  }

  #judge(problems: readonly FieldProblem[]): void {
    for (const { field, kind, message } of problems) {
      if (kind === 'warning') continue; // for authors: see validate.ts
      const file = this.#open ? OPEN_MANIFEST : MANIFEST;
      if (kind === 'type') this.#fail(`${file}: ${field}: ${message}`);
      else {
        if (kind === 'path') this.#bad.add(field);
        this.#tree.report('path', kind === 'loose' ? 'warning' : 'error', `${field}: ${message}`, file);
      }
    }
  }

  #fail(message: string): void {
    this.#failed ??= message;
  }

  #placeName(): string {
    return this.#entry?.name ?? basename(this.#tree.root).replace(/\s+/g, '-').replace(/^\.+/, '');
  }

  #name(): string {
    const { name } = this.#manifest;
    const given = typeof name === 'string' && name !== '' ? name : this.#placeName();
    if (nameProblems(given).some(({ kind }) => kind === 'type') && typeof name !== 'string') {
      this.#fail(`the folder name ${JSON.stringify(given)} cannot be a name; add ${MANIFEST} with "name"`);
    }
    return given;
  }

  #facts(name: string): PluginFacts {
    const { version, description, defaultEnabled, userConfig, dependencies, engines } = this.#manifest;
    const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
    return present({
      name,
      version: text(version),
      description: text(description),
      defaultEnabled: defaultEnabled === false ? (false as const) : undefined,
      userConfig: isObject(userConfig) ? (userConfig as Record<string, UserOption>) : undefined,
      dependencies: dependenciesOf(dependencies),
      engines: isObject(engines) ? (engines as Record<string, string>) : undefined,
    }) as PluginFacts;
  }

  // -------------------------------------------------------------- components

  /** The paths that a field names, without those that are wrong; `undefined` when the field is absent. */
  #paths(field: string): readonly string[] | undefined {
    const value = this.#manifest[field];
    if (typeof value === 'string') return this.#bad.has(field) ? [] : [clean(value)];
    if (!Array.isArray(value)) return undefined;
    return value.flatMap((one: unknown, index) =>
      typeof one === 'string' && !this.#bad.has(`${field}.${index}`) ? [clean(one)] : [],
    );
  }

  #missing(field: string, path: string): void {
    this.#tree.report('path', 'error', `${field}: there is nothing at ./${path}`);
  }

  async #skills(plugin: string): Promise<readonly SkillRecord[]> {
    const tree = this.#tree;
    const named = this.#paths('skills');
    // several entries of a marketplace may share one folder: each has the skills that it lists
    const complete =
      named !== undefined && this.#entry?.fields.skills !== undefined && isRoot(this.#entry.fields.source);
    const records = complete ? [] : [...(await readSkills(tree, 'skills', true))];
    for (const path of named ?? []) {
      if (path === 'skills') continue;
      const kind = tree.kind(path);
      if (kind !== 'folder') {
        if (kind === undefined) this.#missing('skills', path);
        else tree.report('path', 'error', `skills: ./${path} must be a folder`);
        continue;
      }
      const name = path === '' ? plugin : basename(path);
      const single = await readSkillFolder(tree, { name, path }, true);
      records.push(...(single === undefined ? await readSkills(tree, path, true) : [single]));
    }
    if (named === undefined && tree.kind('skills') !== 'folder' && tree.kind('SKILL.md') === 'file') {
      const single = await readSkillFolder(tree, { name: plugin, path: '' }, true);
      if (single !== undefined) records.push(single);
    }
    return records;
  }

  async #commands(): Promise<readonly SkillRecord[]> {
    const tree = this.#tree;
    const { commands } = this.#manifest;
    if (isObject(commands)) return this.#mappedCommands(commands);
    const named = this.#paths('commands');
    if (named === undefined) return readCommands(tree, 'commands');
    const records: SkillRecord[] = [];
    for (const path of named) {
      const kind = tree.kind(path);
      if (kind === undefined) this.#missing('commands', path);
      else if (kind === 'folder') records.push(...(await readCommands(tree, path)));
      else {
        const record = await readSkill(tree, path, { name: stem(path), byField: false, command: true });
        if (record !== undefined) records.push(record);
      }
    }
    return records;
  }

  async #mappedCommands(commands: JsonObject): Promise<readonly SkillRecord[]> {
    const records: SkillRecord[] = [];
    for (const [name, given] of Object.entries(commands)) {
      if (!isObject(given) || this.#bad.has(`commands.${name}.source`)) continue;
      let of: SkillRecord | undefined;
      if (typeof given.source === 'string') {
        const path = clean(given.source);
        if (this.#tree.kind(path) !== 'file') {
          this.#missing(`commands.${name}`, path);
          continue;
        }
        of = await readSkill(this.#tree, path, { name, byField: false, command: true });
        if (of === undefined) continue;
      }
      const record = commandFromManifest(this.#tree, name, given, of);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  async #agents(): Promise<readonly AgentRecord[]> {
    const tree = this.#tree;
    const named = this.#paths('agents');
    if (named === undefined) return readAgents(tree, 'agents', true);
    const records: AgentRecord[] = [];
    for (const path of named) {
      const kind = tree.kind(path);
      if (kind === undefined) this.#missing('agents', path);
      else if (kind === 'folder') records.push(...(await readAgents(tree, path, true)));
      else {
        const record = await readAgent(tree, path, stem(path));
        if (record !== undefined) records.push(record);
      }
    }
    return records;
  }

  async #styles(): Promise<readonly StyleRecord[]> {
    const tree = this.#tree;
    const named = this.#paths('outputStyles');
    if (named === undefined) return readStyles(tree, 'output-styles', true);
    const records: StyleRecord[] = [];
    for (const path of named) {
      const kind = tree.kind(path);
      if (kind === undefined) this.#missing('outputStyles', path);
      else if (kind === 'folder') records.push(...(await readStyles(tree, path, true)));
      else {
        const record = await readStyle(tree, path, true);
        if (record !== undefined) records.push(record);
      }
    }
    return records;
  }

  #hooks(): readonly HookRecord[] {
    const { hooks } = this.#manifest;
    const records: HookRecord[] = [];
    const files = new Set<string>();
    if (this.#tree.kind('hooks/hooks.json') === 'file') files.add('hooks/hooks.json');
    else this.#tree.watch('hooks');
    for (const path of this.#paths('hooks') ?? []) {
      if (this.#tree.kind(path) === 'file') files.add(path);
      else this.#missing('hooks', path);
    }
    for (const file of files) {
      const value = this.#json(file, 'hooks');
      if (value === undefined) continue;
      if (isObject(value.hooks)) records.push({ file, hooks: value.hooks });
      else this.#unwrapped(file, value);
    }
    for (const inline of Array.isArray(hooks) ? hooks : [hooks]) {
      if (!isObject(inline)) continue;
      records.push({ hooks: isObject(inline.hooks) ? inline.hooks : inline });
    }
    return records;
  }

  #unwrapped(file: string, value: JsonObject): void {
    const text = `${file}: must hold its events in an object "hooks": { "hooks": { "PreToolUse": [ … ] } }`;
    if (GUARDS.some((event) => value[event] !== undefined)) this.#fail(text);
    else this.#tree.report('hooks', 'error', text, file);
  }

  /** Servers by name: of the usual files, the files that the manifest names, and the manifest itself. */
  #servers(field: 'mcpServers' | 'lspServers', usual: readonly string[]): Readonly<Record<string, JsonObject>> {
    const type = field === 'mcpServers' ? 'mcp' : 'lsp';
    const servers = new Map<string, JsonObject>();
    const add = (map: JsonObject, file?: string) => {
      for (const [name, config] of Object.entries(map)) {
        const text = isObject(config)
          ? undefined
          : `the server ${JSON.stringify(name)} must be an object; it is skipped`;
        if (text === undefined && isUsableServer(name)) servers.set(name, config as JsonObject);
        else this.#tree.report(type, 'error', text ?? `the server name ${JSON.stringify(name)} cannot be used`, file);
      }
    };
    const read = (file: string) => {
      const value = this.#json(file, type);
      if (value === undefined) return;
      const { mcpServers, lspServers, $schema: _schema, ...bare } = value;
      const wrapped = field === 'mcpServers' ? mcpServers : lspServers;
      add(isObject(wrapped) ? wrapped : bare, file);
    };
    const first = usual.find((file) => this.#tree.kind(file) === 'file');
    if (first !== undefined) read(first);
    for (const path of this.#paths(field) ?? []) {
      if (path === first) continue;
      const there = this.#tree.kind(path) === 'file';
      if (!path.endsWith('.json')) {
        if (there || path.includes('://')) {
          this.#tree.report('unsupported', 'warning', `${field}: bundles (${path}) are not supported yet`);
        } else this.#fail(`${field}: there is no bundle at ./${path}`);
      } else if (there) read(path);
    }
    const value = this.#manifest[field];
    for (const inline of Array.isArray(value) ? value : [value]) {
      if (isObject(inline)) add(isObject(inline[field]) ? (inline[field] as JsonObject) : inline);
    }
    return Object.fromEntries(servers);
  }

  #lspServers(): Readonly<Record<string, JsonObject>> {
    const servers = this.#servers('lspServers', ['.lsp.json']);
    return Object.fromEntries(
      Object.entries(servers).filter(([name, { command, extensionToLanguage }]) => {
        const ok = typeof command === 'string' && command !== '' && isObject(extensionToLanguage);
        if (!ok) {
          const text = `the server ${name} needs "command" and "extensionToLanguage"; it is skipped`;
          this.#tree.report('lsp', 'error', text);
        }
        return ok;
      }),
    );
  }

  #settings(): string | undefined {
    if (this.#tree.kind('settings.json') !== 'file') return undefined;
    const agent = this.#json('settings.json', 'file')?.agent;
    return typeof agent === 'string' && agent !== '' ? agent : undefined;
  }

  #unsupported(): void {
    const { experimental } = this.#manifest;
    const fields = { ...this.#manifest, ...(isObject(experimental) ? experimental : {}) };
    for (const [what, place, field] of UNSUPPORTED) {
      if (fields[field] === undefined && (place === '' || this.#tree.kind(place) === undefined)) continue;
      this.#tree.report('unsupported', 'warning', `${what} are not supported yet; they are passed over`);
    }
  }

  #json(file: string, type: string): JsonObject | undefined {
    const text = this.#tree.text(file);
    if (text === undefined) return undefined;
    try {
      const value = parseJson(text);
      if (isObject(value)) return value;
      this.#tree.report(type, 'error', 'must hold an object in { }', file);
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      this.#tree.report(type, 'error', `line ${error.line}, column ${error.column}: ${error.message}`, file);
    }
    return undefined;
  }
}

/** A plugin has one of each name; a later file does not take the place of an earlier one. */
function unique<T extends { readonly name: string; readonly file?: string }>(
  tree: Tree,
  what: string,
  records: readonly T[],
): readonly T[] {
  const names = new Map<string, T>();
  for (const record of records) {
    const first = names.get(record.name);
    if (first === undefined) names.set(record.name, record);
    else if (first.file !== record.file) {
      const text = `${what}: ${record.name} is there already, in ${first.file ?? 'the manifest'}; it is skipped`;
      tree.report('name-taken', 'warning', text, record.file);
    }
  }
  return [...names.values()];
}

function dependenciesOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one: unknown) => {
    if (typeof one === 'string') return [one];
    if (!isObject(one) || typeof one.name !== 'string') return [];
    return [typeof one.marketplace === 'string' ? `${one.name}@${one.marketplace}` : one.name];
  });
}

/** `./a/b/` and `./` as a path of a tree: `a/b` and ``. */
function clean(path: string): string {
  if (/^https?:\/\//.test(path)) return path;
  return path
    .split('/')
    .filter((part) => part !== '.' && part !== '')
    .join('/');
}

function isRoot(source: unknown): boolean {
  return typeof source === 'string' && clean(source) === '';
}

function stem(path: string): string {
  return basename(path).replace(/\.md$/, '');
}

function isUsableServer(name: string): boolean {
  return name !== '' && name.length <= 200 && !/[*\u0000-\u001f\u007f-\u009f]/.test(name);
}
