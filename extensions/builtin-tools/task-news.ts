/** Characters of one message to the model. */
const MOST = 8_000;
/** Characters of one line in it. */
const WIDEST = 1_000;
/** Characters of a report. */
const REPORT = 60_000;

/** What the model has not heard yet, up to a limit. */
export class TaskNews {
  private readonly items: {
    readonly task: string;
    readonly from: string;
    readonly text: string;
    readonly counts: number;
  }[] = [];
  private length = 0;
  private readonly missed = new Map<string, number>();

  /**
   * @param from the id of the session that began the task
   * @param must also when there is too much already
   */
  add(task: string, from: string, text: string, must = false): void {
    const line = text.length > WIDEST ? `${text.slice(0, WIDEST)} [... cut]` : text;
    if (!must && this.length + line.length > MOST) {
      this.missed.set(task, (this.missed.get(task) ?? 0) + 1);
      return;
    }
    this.length += line.length + 1;
    this.items.push({ task, from, text: line, counts: line.length + 1 });
  }

  /** Adds what came of a task: all of it, up to a limit of its own. */
  report(task: string, from: string, text: string): void {
    const half = REPORT / 2;
    const cut =
      text.length > REPORT
        ? `${text.slice(0, half)}\n[... ${text.length - REPORT} characters left out ...]\n${text.slice(-half)}`
        : text;
    this.items.push({ task, from, text: cut, counts: 0 });
  }

  /** True when there is something about a task. */
  has(task: string): boolean {
    return this.items.some((item) => item.task === task);
  }

  /** Forgets what there is about a task. */
  drop(task: string): void {
    this.missed.delete(task);
    for (let at = this.items.length - 1; at >= 0; at--) {
      if (this.items[at]!.task === task) this.length -= this.items.splice(at, 1)[0]!.counts;
    }
  }

  /** Gives what there is for a session and forgets it. The root session gets what nobody fetched. */
  take(session: string, isRoot: boolean): readonly string[] {
    const mine = this.items.filter(({ from }) => isRoot || from === session);
    if (mine.length === 0) return [];
    const texts = mine.map(({ text }) => text);
    for (const task of new Set(mine.map((one) => one.task))) {
      const missed = this.missed.get(task);
      if (missed !== undefined) texts.push(`[${missed} more lines of ${task} came too fast and are left out]`);
      this.drop(task);
    }
    return texts;
  }
}
