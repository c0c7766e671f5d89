import { join } from 'node:path';
import {
  Cli,
  type Diagnostic,
  type Entry,
  type Extension,
  type FireOf,
  type HookName,
  Host,
  type Invocation,
  type JsonObject,
  Loop,
  type OpenOptions,
  type PermissionQuestion,
  Permissions,
  type Session,
  type SessionEvent,
  Tools,
  type UserInput,
  type ValueOf,
} from 'tenon/plugin-api';
import { nearest } from 'tenon/plugin-api/lib/nearest';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { manifestProblems } from '../../kernel/distro.ts';
import { loadEngine } from '../../kernel/hook.ts';
import { createKernel, type Distro, infoOf, type Kernel } from '../../kernel/index.ts';
import { fileData } from '../../kernel/process/plugin-data.ts';
import { type BundledId, bundled } from './bundled.ts';
import { entryOf } from './entry-of.ts';
import { kitExtension } from './kit-extension.ts';
import { type Watch, watch } from './leftovers.ts';
import { registerMatchers } from './matchers.ts';
import { type Run, runOf, type SeenRequest, seenRequest } from './run.ts';
import type { Script } from './script.ts';
import { SCRIPTED, type ScriptedModel, scriptedModel } from './scripted-model.ts';
import { type Answers, type ScriptedSurface, scriptedSurface } from './scripted-surface.ts';
import { diagnosticProblems, type ExpectedDiagnostic, leftoverProblems, StrictError } from './strictness.ts';
import { type TempProject, tempProject } from './temp-project.ts';
import { type TestHost, testHost } from './test-host.ts';
import { atTestEnd } from './test-runner.ts';

/** What a harness is made of. Everything is optional. */
export interface HarnessOptions {
  /** The extensions under test. */
  readonly extensions?: readonly (Extension<never> | Entry)[];
  /** More of Tenon's own: `bundled: ['builtin-tools']`. Always there: config, agent-loop, and permissions or allow-all. */
  readonly bundled?: readonly BundledId[];
  /** A whole distribution, in the place of Tenon's own extensions. */
  readonly distro?: Distro;
  /** What the model answers, line by line; see `say`, `callTool` and the others. */
  readonly model?: Script;
  /** What the user answers. */
  readonly answers?: Answers;
  /** Files of the project, which is a temporary folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files of the home folder, which is another one. */
  readonly homeFiles?: Readonly<Record<string, string>>;
  /** The user's settings. */
  readonly config?: JsonObject;
  /** Flags of the command line, by long name without dashes: `{ 'max-turns': '3' }`. */
  readonly flags?: Invocation['flags'];
  /** `rules` (default): the real permission rules. `allow-all`: every call may run. */
  readonly permissions?: 'rules' | 'allow-all';
  /** How the session is opened, besides its folder, model and surface. */
  readonly session?: Partial<OpenOptions>;
  /** What ProjectTrust is answered. Default: nobody answers, which means no. */
  readonly trusted?: boolean;
  /** The environment of the program besides `PATH` and `HOME`. Default: empty. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the program reads: a text, or lines as they come. Default: nothing. */
  readonly stdin?: string | AsyncIterable<string>;
  /** Milliseconds for import and setup of one extension. Default: the kernel's. */
  readonly setupLimit?: number;
  /** Default: true. What the test leaves behind makes `dispose` throw: see `StrictError`. */
  readonly strict?: boolean;
  /** Warnings and errors that the test is about. One that does not come is a fault too. */
  readonly expectDiagnostics?: readonly ExpectedDiagnostic[];
}

/** A program under test: a real kernel and loop, a scripted model and a scripted user. */
export interface Harness {
  readonly kernel: Kernel;
  readonly project: TempProject;
  readonly home: TempProject;
  readonly host: TestHost;
  /** Sends a prompt to the session, which the first call opens, and waits for the end of the answer. */
  prompt(input: string | UserInput): Promise<Run>;
  /** The session that `prompt` uses. */
  session(): Promise<Session>;
  /** Opens another session with the same model and user. */
  open(options?: Partial<OpenOptions>): Promise<Session>;
  /** Fires any hook, whatever the manifests say, and gives its result. */
  fire<N extends HookName>(hook: N, value: ValueOf<N>): FireOf<N>;
  /** Runs a command line, where the distribution or `bundled` has one; gives the exit code. Pass `--model scripted`. */
  run(...argv: string[]): Promise<number>;
  /** Everything the model was sent. */
  readonly requests: readonly SeenRequest[];
  /** All session events so far. */
  readonly events: readonly SessionEvent[];
  /** What the user was asked. */
  readonly questions: readonly PermissionQuestion[];
  readonly diagnostics: readonly Diagnostic[];
  readonly stdout: string;
  readonly stderr: string;
  /**
   * Closes the sessions, releases the extensions and removes the folders. Under vitest this happens by itself when the
   * test ends. Calling it again gives the same outcome.
   * @throws StrictError
   */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Milliseconds that what was released gets to close. */
const CLOSING = 1_000;

/**
 * Starts a program under test.
 *
 * ```ts
 * const h = await createHarness({ extensions: [deploy], model: [callTool('Deploy'), say('done')], answers: { permission: 'deny' } });
 * const run = await h.prompt('ship it');
 * expect(run.requests[1]).toContainToolResult(/denied/);
 * ```
 */
export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  await registerMatchers();
  const harness = new TestProgram(options, await tempProject(filesOf(options.files)), await homeOf(options));
  await atTestEnd((failed) => harness.atTestEnd(failed));
  await harness.start();
  return harness;
}

class TestProgram implements Harness {
  readonly project: TempProject;
  readonly home: TempProject;
  readonly host: TestHost;
  private readonly options: HarnessOptions;
  private readonly watch: Watch = watch();
  private readonly surface: ScriptedSurface;
  private readonly model: ScriptedModel;
  private readonly seen: { readonly root: string; readonly event: SessionEvent }[] = [];
  private readonly ranWith = new Map<string, JsonObject>();
  private readonly opened: Session[] = [];
  private running: Kernel | undefined;
  private main: Promise<Session> | undefined;
  private ended: Promise<void> | undefined;

  constructor(options: HarnessOptions, project: TempProject, home: TempProject) {
    this.options = options;
    this.project = project;
    this.home = home;
    this.surface = scriptedSurface(options.answers ?? {});
    // a distribution has providers of its own, which must not lose their names
    this.model = scriptedModel(options.model ?? [], options.distro === undefined ? '*' : SCRIPTED);
    this.host = testHost({
      cwd: project.dir,
      home: home.dir,
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.distro === undefined ? {} : { distro: infoOf(options.distro) }),
    });
  }

  async start(): Promise<void> {
    const entries = await this.entries();
    await this.watch.run(async () => {
      const { setupLimit } = this.options;
      this.running = createKernel({
        entries,
        projectDir: this.project.dir,
        dataFor: fileData(join(userFolder(this.host), 'tenon', 'data')),
        ...(setupLimit === undefined ? {} : { setupLimit }),
      });
      await this.kernel.use(Host);
      await this.kernel.start({ mode: 'test', argv: [] });
      // Otherwise the first hook loads it, which a clock that stands still would not wait for.
      await loadEngine();
    });
  }

  get kernel(): Kernel {
    if (this.running === undefined) throw new Error('the harness has not started');
    return this.running;
  }
  get requests() {
    return this.model.requests.map(seenRequest);
  }
  get events() {
    return this.seen.map(({ event }) => event);
  }
  get questions() {
    return this.surface.questions;
  }
  get diagnostics() {
    return this.kernel.extensions.diagnostics();
  }
  get stdout() {
    return this.host.written.stdout;
  }
  get stderr() {
    return this.host.written.stderr;
  }

  session(): Promise<Session> {
    this.main ??= this.open();
    return this.main;
  }

  open(options: Partial<OpenOptions> = {}): Promise<Session> {
    return this.watch.run(async () => {
      const loop = await this.kernel.use(Loop);
      const session = await loop.open({
        cwd: this.project.dir,
        model: SCRIPTED,
        persist: false,
        surfaces: [this.surface],
        ...this.options.session,
        ...options,
      });
      this.opened.push(session);
      return session;
    });
  }

  async prompt(input: string | UserInput): Promise<Run> {
    const session = await this.session();
    const [events, requests] = [this.seen.length, this.model.requests.length];
    const message = typeof input === 'string' ? { content: input } : input;
    const result = await this.watch.run(() => session.send(message));
    const own = this.seen.slice(events).flatMap(({ root, event }) => (root === session.id ? [event] : []));
    return runOf(result, own, this.model.requests.slice(requests), this.ranWith);
  }

  fire<N extends HookName>(hook: N, value: ValueOf<N>): FireOf<N> {
    return this.watch.run(() => this.kernel.fire(hook, value));
  }

  run(...argv: string[]): Promise<number> {
    return this.watch.run(async () => (await this.kernel.use(Cli)).run(argv));
  }

  dispose(): Promise<void> {
    return this.end(this.options.strict !== false);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** What a test that disposes by itself was told, it is not told again. */
  async atTestEnd(failed: boolean): Promise<void> {
    if (this.ended === undefined) await this.end(this.options.strict !== false && !failed);
    else await this.ended.catch(() => undefined); // whoever ended it got the error
  }

  private end(strict: boolean): Promise<void> {
    this.ended ??= this.finish(strict);
    return this.ended;
  }

  private async finish(strict: boolean): Promise<void> {
    const problems: string[] = [];
    try {
      if (this.running === undefined) return;
      if (strict) problems.push(...this.model.problems(), ...(await this.unknownTools()), ...this.surface.problems());
      await this.watch.run(async () => {
        for (const session of this.opened) await session.close('other');
        await this.kernel.exit({ code: 0, reason: 'the test ended' });
      });
      problems.push(...diagnosticProblems(this.diagnostics, this.options.expectDiagnostics ?? []));
      const waits = this.kernel.extensions.pending();
      problems.push(
        ...waits.map(({ extension, what }) => `${extension} still has not ended ${what}. Stop when the signal aborts`),
      );
    } finally {
      problems.push(...leftoverProblems(await this.watch.leftovers(strict ? CLOSING : 0)));
      await this.project.dispose();
      await this.home.dispose();
    }
    if (strict && problems.length > 0) throw new StrictError(problems);
  }

  /** A misspelt tool in the script would make the model's answer an error, and the test pass for a wrong reason. */
  private async unknownTools(): Promise<readonly string[]> {
    const offered = new Set(this.model.requests.flatMap(({ tools }) => tools.map(({ name }) => name)));
    const unknown: string[] = [];
    for (const name of this.model.called) {
      if (offered.has(name) || (await this.kernel.item(Tools, name)) !== undefined) continue;
      const owner = this.kernel.declared(Tools).find((one) => one.name === name)?.owner;
      if (owner !== undefined) {
        unknown.push(
          `the script calls the tool ${name}, which ${owner} declares but has not added (\`api.add(Tools, …)\`)`,
        );
        continue;
      }
      const near = nearest(name, offered);
      const known = [...offered].join(', ') || 'none';
      const hint = near === undefined ? `The tools are: ${known}` : `Did you mean ${near}?`;
      unknown.push(`the script calls the tool ${name}, which no extension offers. ${hint}`);
    }
    return unknown;
  }

  private async entries(): Promise<readonly Entry[]> {
    const { extensions = [], distro, permissions = 'rules', trusted, flags } = this.options;
    const policy: BundledId = permissions === 'rules' ? 'permissions' : 'allow-all';
    const own = [...new Set<BundledId>(['config', 'agent-loop', policy, ...(this.options.bundled ?? [])])];
    let base: readonly Entry[];
    if (distro === undefined) base = await Promise.all(own.map(bundled));
    else {
      const more = this.options.bundled ?? [];
      base = [...distro.extensions, ...(await Promise.all(more.map(bundled)))];
      if (permissions === 'allow-all') {
        base = base.filter(({ manifest }) => manifest.provides?.includes(Permissions.id) !== true);
        base = [...base, await bundled('allow-all')];
      }
    }
    const given = extensions.map(checkedEntryOf);
    const hasCli = [...base, ...given].some(({ manifest }) => manifest.provides?.includes(Cli.id));
    if (hasCli && flags !== undefined) {
      throw new Error(
        'createHarness: this program has a command line of its own; pass flags to `h.run(…)` instead of `flags`',
      );
    }
    const kit = kitExtension({
      host: this.host,
      flags: hasCli ? undefined : (flags ?? {}),
      trusted,
      onEvent: (session, event) => {
        let root = session;
        while (root.parent !== undefined) root = root.parent;
        this.seen.push({ root: root.id, event });
      },
      onToolRun: (id, input) => void this.ranWith.set(id, input),
    });
    return [entryOf(kit), ...base, entryOf(this.model.extension), ...given];
  }
}

/** The types of TypeScript find most of this, but not every author uses them. */
function checkedEntryOf(one: Extension<never> | Entry, index: number): Entry {
  if (typeof one !== 'object' || one === null || typeof one.manifest !== 'object') {
    const expected = 'an extension made with defineExtension({ manifest, setup }), or an entry';
    throw new TypeError(`createHarness: extensions[${index}] must be ${expected}`);
  }
  const wrong = manifestProblems(one.manifest);
  if (wrong !== undefined) throw new TypeError(`createHarness: ${wrong}`);
  const { id, taps = [], provides = [], contributes = {}, activate = [] } = one.manifest;
  if ([taps, provides, activate, Object.keys(contributes)].every((list) => list.length === 0)) {
    const fields = 'taps, provides, contributes or activate';
    throw new TypeError(`createHarness: nothing ever starts ${id}; its manifest must list something in ${fields}`);
  }
  return entryOf(one);
}

function filesOf(files: HarnessOptions['files']): { files?: Readonly<Record<string, string>> } {
  return files === undefined ? {} : { files };
}

async function homeOf({ homeFiles = {}, config, distro }: HarnessOptions): Promise<TempProject> {
  const folder = distro?.folders.user ?? '.claude';
  const settings = config === undefined ? {} : { [join(folder, 'settings.json')]: JSON.stringify(config) };
  return tempProject({ files: { ...settings, ...homeFiles } });
}
