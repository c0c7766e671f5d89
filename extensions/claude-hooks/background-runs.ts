import { type CommandHandler, type ExtensionApi, Loop, type SessionRef } from 'tenon/plugin-api';
import type { HandlerRun } from './handler-run.ts';
import { rootOf } from './hook-env.ts';
import { readPrinted } from './hook-output.ts';
import { LeftGroups } from './left-groups.ts';
import { TEXT_LIMIT } from './long-text.ts';
import type { RunningCommand } from './run-command.ts';
import { ranOf } from './run-command-handler.ts';
import { type Shown, showEnd } from './shown-run.ts';

/** Commands that a session may have in the background. */
const MOST = 100;
/** Texts that wait for the next turn of a session. */
const TEXTS = 100;

interface Background {
  readonly root: string;
  readonly command: RunningCommand;
  readonly done: Promise<void>;
}

/** Handlers that go on while the session does, and what is told to the model before its next turn. */
export class BackgroundRuns {
  readonly left = new LeftGroups();
  private readonly api: ExtensionApi<never>;
  private readonly runs = new Set<Background>();

  constructor(api: ExtensionApi<never>) {
    this.api = api;
  }

  /** Follows a command to its end. Its decisions do not count any more; what it adds is told later. */
  add(run: HandlerRun<CommandHandler>, command: RunningCommand, wakes: boolean): void {
    const { session } = run;
    const root = session === undefined ? '' : rootOf(session).id;
    if ([...this.runs].filter((one) => one.root === root).length >= MOST) {
      this.api.log.warn(`${run.name}: more than ${MOST} hooks are in the background; this one is ended`);
      command.stop();
    }
    const background: Background = { root, command, done: this.follow(run, command, wakes) };
    this.runs.add(background);
    void background.done.finally(() => this.runs.delete(background));
  }

  /** Adds a text for the model before the next turn of a session. */
  tell(session: SessionRef | undefined, text: string): void {
    if (session === undefined || text.trim() === '') return;
    const texts = textsOf(session);
    if (texts.length < TEXTS) texts.push(text);
  }

  /** Takes what the model has not been told yet. */
  take(session: SessionRef): readonly string[] {
    return textsOf(session).splice(0);
  }

  /** Ends the commands of a session, or all, and waits for it. */
  async end(root?: string): Promise<void> {
    const those = [...this.runs].filter((one) => root === undefined || one.root === root);
    for (const { command } of those) command.stop();
    await Promise.all(those.map(({ done }) => done));
    this.left.end(root);
  }

  private async follow(run: HandlerRun<CommandHandler>, command: RunningCommand, wakes: boolean): Promise<void> {
    const { session, mapping, name, limit } = run;
    try {
      const ran = ranOf(await command.end, limit);
      const cancelled = ran.cancelled === true;
      this.show(run, { ...ran, outcome: cancelled ? 'cancelled' : ran.failure === undefined ? 'success' : 'error' });
      if (session === undefined || cancelled) return;
      if (ran.failure !== undefined) {
        this.api.log.info(`${name} hook in the background: ${ran.failure.text}`);
        return;
      }
      const said = (ran.stderr.trim() || ran.stdout.trim()).slice(0, TEXT_LIMIT);
      if (wakes && ran.exitCode === 2) {
        await this.wake(session, `${name} hook: ${said || 'it ended with exit code 2'}`);
        return;
      }
      const printed = readPrinted(ran.stdout, mapping.event);
      if (printed.kind !== 'json') return;
      const { specific, systemMessage } = printed.output;
      const added = specific?.additionalContext;
      if (typeof added === 'string') this.tell(session, `${name} hook: ${added.slice(0, TEXT_LIMIT)}`);
      if (systemMessage !== undefined) this.tell(session, `${name} hook: ${systemMessage.slice(0, TEXT_LIMIT)}`);
    } catch (error) {
      this.api.log.warn(`${name} hook in the background: ${(error as Error).message}`);
    }
  }

  /** Asks the model to go on, now or with its next turn. */
  private async wake(session: SessionRef, text: string): Promise<void> {
    const live = this.api.maybe(Loop)?.get(rootOf(session).id);
    if (live === undefined) return;
    const content = `<system-reminder>\n${text.replaceAll('</system-reminder>', '<\\/system-reminder>')}\n</system-reminder>`;
    await live.send({ content, source: 'system', priority: 'next', expand: false });
  }

  private show(run: HandlerRun, shown: Shown): void {
    showEnd(this.api, run, shown);
  }
}

function textsOf(session: SessionRef): string[] {
  return session.state<string[]>('claude-hooks:texts', () => []);
}
