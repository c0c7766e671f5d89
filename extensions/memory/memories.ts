import {
  Cli,
  Config,
  type ExtensionApi,
  type Host,
  type InstructionsLoaded,
  Permissions,
  type SessionRef,
  type SessionStart,
  Trust,
} from 'tenon/plugin-api';
import { gitHead } from 'tenon/plugin-api/lib/git-head';
import { managedFolder } from 'tenon/plugin-api/lib/managed-folder';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { isInside, realOf } from './folders.ts';
import { InstructionReader } from './instruction-reader.ts';
import { fitsPattern } from './path-patterns.ts';
import { SessionMemory } from './session-memory.ts';

/** The instruction files of all sessions. */
export class Memories {
  readonly #api: ExtensionApi;
  readonly #host: Host;
  readonly #managed: string;
  readonly #said = new Set<string>();

  /** @param managed the administrator's folder */
  constructor(api: ExtensionApi, host: Host, managed = managedFolder()) {
    this.#api = api;
    this.#host = host;
    this.#managed = managed;
  }

  /** The user wants none at all. */
  get disabled(): boolean {
    const { bare, 'safe-mode': safe } = this.#api.maybe(Cli)?.invocation.flags ?? {};
    const switches = ['CLAUDE_CODE_DISABLE_CLAUDE_MDS', 'CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'];
    return (
      bare === true ||
      safe === true ||
      switches.some((name) => !['', '0', 'false'].includes(this.#host.env[name] ?? ''))
    );
  }

  async opening(session: SessionRef, source: SessionStart['source']): Promise<string[]> {
    const memory = await this.#of(session);
    if (source === 'compact' || source === 'clear') memory.forget();
    return [...(await memory.opening(source === 'compact' ? 'compact' : 'session_start'))];
  }

  /** What a subagent is told of the instructions of its session. */
  async handedOn(session: SessionRef): Promise<string[]> {
    return [...(await (await this.#of(rootOf(session))).opening())];
  }

  /** A subagent is told nothing of the instructions, whatever it touches. */
  omit(session: SessionRef): undefined {
    session.state('memory.omitted', () => true);
  }

  async touched(session: SessionRef, path: string): Promise<string[]> {
    if (session.parent !== undefined && session.state('memory.omitted', () => false)) return [];
    return [...(await (await this.#of(session)).touched(session, path))];
  }

  #of(session: SessionRef): Promise<SessionMemory> {
    return session.state('memory.files', async () => {
      const heard = (loaded: Omit<InstructionsLoaded, 'session'>) => this.#fire({ session, ...loaded });
      if (session.parent !== undefined) return (await this.#of(rootOf(session))).forSubagent(heard);
      const { home, distro } = this.#host;
      const { root } = session;
      const git = gitHead(root)?.root;
      // a repository that is the home folder, or holds it, would make everything one project
      const project = git === undefined || isInside(home, git) ? root : git;
      const flags = this.#api.has(Cli) ? (await this.#api.use(Cli)).invocation.flags : {};
      const sources = flags['setting-sources'];
      const places = {
        managed: this.#managed,
        user: userFolder(this.#host),
        folder: distro.folders.project,
        root,
        project: realOf(project),
        sources: new Set(
          (typeof sources === 'string' ? sources : 'user,project,local').split(',').map((one) => one.trim()),
        ),
      };
      return new SessionMemory(places, this.#reader(session), heard);
    });
  }

  #reader(session: SessionRef): InstructionReader {
    const api = this.#api;
    const excludes = async () => (api.has(Config) ? (await api.use(Config)).get('claudeMdExcludes') : undefined);
    return new InstructionReader({
      home: this.#host.home,
      excluded: async (path, real) => {
        const given = await excludes();
        const patterns = Array.isArray(given) ? given.filter((one) => typeof one === 'string') : [];
        const absolute = patterns.map((one) => (one.startsWith('~/') ? this.#host.home + one.slice(1) : one));
        return (await fitsPattern(path, absolute)) || (await fitsPattern(real, absolute));
      },
      mayLeave: async (path, parent) => {
        const none = { trusted: false, reason: 'this build has no folder trust' };
        const { trusted, reason } = api.has(Trust) ? await (await api.use(Trust)).check(session.root) : none;
        const first = parent === undefined ? `${path} is a link` : `${parent} imports ${path}`;
        if (!trusted)
          this.#say(
            `${session.root}: leaves`,
            `instructions from outside of the project are skipped (${first}): ${reason}`,
          );
        return trusted;
      },
      readable: async (real) => {
        if (!api.has(Permissions)) return true;
        return (await (await api.use(Permissions)).path(session, real, 'read')).verdict !== 'deny';
      },
      say: (message) => this.#say(message, message),
      debug: (message) => api.log.debug(message),
    });
  }

  #say(once: string, message: string): void {
    if (this.#said.has(once)) return;
    this.#said.add(once);
    this.#api.log.warn(message);
  }

  #fire(loaded: InstructionsLoaded): void {
    const { InstructionsLoaded: hook } = this.#api.hooks;
    // nobody's answer matters, so nobody is waited for
    if (!hook.idle) hook.fire(loaded).catch((error) => this.#api.log.error(`InstructionsLoaded: ${error}`));
  }
}

function rootOf(session: SessionRef): SessionRef {
  return session.parent === undefined ? session : rootOf(session.parent);
}
