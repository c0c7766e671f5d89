import { readFileSync } from 'node:fs';
import { type StartedProgram, startProgram } from '../e2e/started-program.ts';
import type { Place } from '../gates/program.ts';

/** A line of stream-json output. */
export interface Printed {
  readonly type: string;
  readonly subtype?: string;
  readonly is_error?: boolean;
  readonly result?: string;
  readonly message?: { readonly model?: string; readonly content: readonly { readonly type: string }[] };
  readonly [field: string]: unknown;
}

/** A program that reads prompts from its standard input, asked one after the other. */
export class AskedProgram {
  readonly run: StartedProgram;
  #read = 0;
  #gone = false;

  constructor(program: string, at: Place, url: string, env: Readonly<Record<string, string>> = {}, limit = 120_000) {
    const flags = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
    const allowed = ['--no-session-persistence', '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'];
    this.run = startProgram(program, [...flags, ...allowed], {
      cwd: at.cwd,
      limit,
      env: {
        PATH: process.env.PATH,
        HOME: at.home,
        LANG: 'C.UTF-8',
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: 'fuzz',
        CLAUDE_CODE_MAX_RETRIES: '0',
        ...env,
      },
    });
    void this.run.end.then(() => {
      this.#gone = true;
    });
  }

  /**
   * What is printed for a prompt, up to its result.
   * @throws Error when the program ends, prints something else than JSON, or is silent for `limit` milliseconds
   */
  async ask(content: string, limit = 15_000): Promise<readonly Printed[]> {
    const { child, out } = this.run;
    child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`);
    const late = performance.now() + limit;
    const printed: Printed[] = [];
    for (;;) {
      for (let end = out.stdout.indexOf('\n', this.#read); end >= 0; end = out.stdout.indexOf('\n', this.#read)) {
        const message = JSON.parse(out.stdout.slice(this.#read, end)) as Printed;
        this.#read = end + 1;
        printed.push(message);
        if (message.type !== 'result') continue;
        out.stdout = out.stdout.slice(this.#read);
        this.#read = 0;
        return printed;
      }
      if (this.#gone) throw new Error(`the program ended at ${JSON.stringify(content)}: ${out.stderr.slice(-2000)}`);
      if (performance.now() > late) throw new Error(`the program hangs at ${JSON.stringify(content)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** The most memory that it had so far, in MB (Linux's VmHWM); 0 where the system does not say. */
  get peakMb(): number {
    try {
      const status = readFileSync(`/proc/${this.run.child.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      return 0; // it has ended, or there is no /proc
    }
  }

  /** Ends standard input and gives the exit code. */
  async close(): Promise<number | null> {
    this.run.child.stdin.end();
    return (await this.run.end).code;
  }
}
