import { existsSync, readFileSync } from 'node:fs';

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly tool_use_id?: string;
  readonly text?: string;
  readonly is_error?: boolean;
}
export interface TranscriptLine {
  readonly uuid?: string;
  readonly type: string;
  readonly isMeta?: boolean;
  readonly message?: { readonly role: string; readonly content: string | readonly Block[] };
}

/** A transcript that is looked at again and again while its writers are killed. */
export class WatchedTranscript {
  readonly path: string;
  /** The lines that were complete at the last look, torn ones of earlier kills among them. */
  #lines: readonly string[] = [];
  /** Numbers of lines that a kill left without their end. */
  readonly #torn = new Set<number>();

  constructor(path: string) {
    this.path = path;
  }

  get torn(): number {
    return this.#torn.size;
  }

  /** Looks at the file after a kill. Gives what is wrong with it. */
  look(): string[] {
    const problems: string[] = [];
    const lines = existsSync(this.path) ? readFileSync(this.path, 'utf8').split('\n') : [''];
    const last = lines.pop()!;
    for (const [index, line] of this.#lines.entries()) {
      if (lines[index] !== line) problems.push(`line ${index + 1} was changed or lost: ${line.slice(0, 200)}`);
    }
    for (const [index, line] of lines.entries()) {
      if (this.#torn.has(index) || parsed(line) !== undefined) continue;
      problems.push(`line ${index + 1} of ${lines.length} is torn, and it is not the last: ${line.slice(0, 200)}`);
    }
    // the next writer ends a torn line before it writes its own
    if (last !== '') this.#torn.add(lines.length);
    this.#lines = lines;
    return problems;
  }

  /** What can be read of it. */
  read(): readonly TranscriptLine[] {
    return this.#lines.map(parsed).filter((line) => line !== undefined);
  }

  /** The blocks of all messages. */
  blocks(): readonly Block[] {
    return this.read().flatMap(({ message }) => {
      if (message === undefined) return [];
      return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    });
  }
}

function parsed(line: string): TranscriptLine | undefined {
  try {
    return JSON.parse(line) as TranscriptLine;
  } catch {
    return undefined; // torn
  }
}
