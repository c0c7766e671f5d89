import { join } from 'node:path';
import type { Host, Invocation, Log, Trust, TrustDecision } from 'tenon/plugin-api';
import { userFolder } from 'tenon/plugin-api/lib/user-folder';
import { digest, EXTENSIONS, type Findings, findingsOf, SERVERS } from './findings.ts';
import { type Repository, repositoryOf } from './repository.ts';
import { type StoredDecision, TrustStore } from './trust-store.ts';

/** A decision, and whether somebody said no (rather than nothing). */
interface Answer extends TrustDecision {
  readonly declined?: boolean;
}

/** Decides whether a folder is trusted: for this run by a flag, or by a kept decision. It asks nobody. */
export class FolderTrust implements Trust {
  readonly host: Host;
  readonly #flags: () => Invocation['flags'];
  readonly #log: Log;
  readonly store: TrustStore;
  readonly #answers = new Map<string, Promise<Answer>>();
  /** What the kernel found in a folder besides, as it asked. */
  readonly asked = new Map<string, string>();
  readonly #said = new Set<string>();

  constructor(host: Host, flags: () => Invocation['flags'], log: Log) {
    this.host = host;
    this.#flags = flags;
    this.#log = log;
    this.store = new TrustStore(join(userFolder(host), 'tenon', 'trust.json'), (message) => log.warn(message));
  }

  check(dir: string): Promise<TrustDecision> {
    return this.#answer(dir);
  }

  /** The answer to the kernel's question; `undefined` leaves it to others. */
  async answer(dir: string, fingerprint: string): Promise<{ readonly trusted: boolean } | undefined> {
    if (fingerprint !== '' && this.asked.get(dir) !== fingerprint) {
      this.asked.set(dir, fingerprint);
      this.#answers.delete(dir);
    }
    const { trusted, declined } = await this.#answer(dir);
    return trusted || declined === true ? { trusted } : undefined;
  }

  async decide(dir: string, trusted: boolean): Promise<void> {
    const { keep, review } = await import('./decisions.ts');
    await keep(this, await review(this, dir), trusted);
  }

  /** Decisions are others from now on. */
  changed(): void {
    this.#answers.clear();
  }

  get wayOut(): string {
    return `run with --trust, or ${this.host.distro.command} trust to keep it`;
  }

  #answer(dir: string): Promise<Answer> {
    let answer = this.#answers.get(dir);
    if (answer === undefined) {
      answer = this.#find(dir);
      this.#answers.set(dir, answer);
    }
    return answer;
  }

  async #find(dir: string): Promise<Answer> {
    try {
      const repository = await repositoryOf(dir, this.host.home);
      const forRun = await this.#givenForRun(repository);
      if (forRun !== undefined) return { trusted: true, reason: forRun };
      const findings = await this.findings(dir, repository);
      const answer = judge(findings, await this.store.of(repository.key), this.wayOut);
      if (!answer.trusted) this.#report(dir, findings, answer.reason);
      return answer;
    } catch (error) {
      this.#log.warn(`${dir}: trust cannot be checked: ${(error as Error).message}`);
      return { trusted: false, reason: 'folder not trusted, because it cannot be read; run with --trust' };
    }
  }

  /** The flags speak for the repository that the program was started in, and for no other. */
  async #givenForRun({ key }: Repository): Promise<string | undefined> {
    const { trust, 'setting-sources': sources } = this.#flags();
    const named = typeof sources === 'string' && sources.split(',').some((name) => name.trim() === 'project');
    if (trust !== true && !named) return undefined;
    const start = await repositoryOf(this.host.cwd, this.host.home);
    if (start.key !== key) return undefined;
    return trust === true ? 'trusted for this run by --trust' : 'trusted for this run: --setting-sources names project';
  }

  /** What a folder brings along, with what the kernel found in it. */
  async findings(dir: string, { top, dir: real }: Repository): Promise<Findings> {
    const folder = this.host.distro.folders.project;
    // in the home folder the settings are the user's own
    const own = join(real, folder) === userFolder(this.host);
    const findings = own ? { kinds: {}, lines: [] } : await findingsOf({ dir: real, top, folder });
    const asked = this.asked.get(dir);
    if (asked === undefined) return findings;
    return { ...findings, kinds: { ...findings.kinds, [`${EXTENSIONS} found`]: digest(asked) } };
  }

  #report(dir: string, { kinds }: Findings, reason: string): void {
    const { project } = this.host.distro.folders;
    const say = (what: string) => {
      const line = `${what} skipped: ${reason}`;
      if (this.#said.has(dir + line)) return;
      this.#said.add(dir + line);
      this.#log.warn(line);
    };
    if (kinds[SERVERS] !== undefined) say('servers of .mcp.json');
    if (kinds[EXTENSIONS] !== undefined) say(`extensions of ${project}/tenon/extensions`);
  }
}

/** What earlier decisions say about what is in the folder now. */
export function judge({ kinds }: Findings, decisions: readonly StoredDecision[], wayOut: string): Answer {
  const now = Object.entries(kinds);
  for (const { trusted, time, kinds: then } of decisions) {
    const known = now.every(([kind, hash]) => then[kind] === hash);
    if (trusted && known) return { trusted, remembered: true, reason: `trusted on ${time.slice(0, 10)}` };
    if (!trusted && known && Object.keys(then).length === now.length) {
      return { trusted, remembered: true, declined: true, reason: `folder was declined; ${wayOut}` };
    }
  }
  const last = decisions.find((one) => one.trusted);
  if (last === undefined) return { trusted: false, reason: `folder not trusted; ${wayOut}` };
  const changed = now.filter(([kind, hash]) => last.kinds[kind] !== hash).map(([kind]) => kind);
  return {
    trusted: false,
    reason: `folder has changed since it was trusted (${changed.join(', ')}); ${wayOut}`,
  };
}
