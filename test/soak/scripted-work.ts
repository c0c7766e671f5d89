import { conversationProblems } from '../e2e/conversation-problems.ts';
import type { RequestBody, Turn } from '../fixtures/model-server/server.mjs';
import type { Seeded } from './seeded.ts';

type Messages = NonNullable<RequestBody['messages']>;

/** A model that gives work and goes on according to the conversation that it is sent. Every call appends a line of its own. */
export class ScriptedWork {
  /** What is wrong with the conversations that came; must stay empty. */
  readonly problems: string[] = [];
  /** The conversation of the last request. */
  last: Messages = [];
  requests = 0;
  #given = 0;
  readonly #random: Seeded;
  readonly #stepsPerPrompt: number;

  constructor(random: Seeded, stepsPerPrompt: number) {
    this.#random = random;
    this.#stepsPerPrompt = stepsPerPrompt;
  }

  respond({ body }: { readonly body: RequestBody }): Turn {
    const { messages = [] } = body;
    this.last = messages;
    this.requests++;
    this.problems.push(...conversationProblems(messages));
    const random = this.#random;
    const number = ++this.#given;
    const pace = { chunk: 3 + random.number(6), chunkDelayMs: random.number(3) };
    const text = `answer-${number} ${'word '.repeat(random.number(12))}`;
    const usage = { input_tokens: 10 * messages.length, output_tokens: 20 };
    if (stepsSincePrompt(messages) >= this.#stepsPerPrompt) return { text, usage, ...pace };
    const calls = Array.from({ length: 1 + random.number(3) }, (_, index) => {
      const line = `line-${number}-${index}`;
      const slow = random.number(4) === 0 ? 'sleep 0.05; ' : '';
      return { id: `toolu_${line}`, name: 'Bash', input: { command: `${slow}echo ${line} >> done.txt` } };
    });
    return { ...(random.number(3) > 0 && { text }), calls, usage, ...pace };
  }
}

/** Answers since the last message that a person wrote. */
function stepsSincePrompt(messages: Messages): number {
  const prompt = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content.some(({ type, text }) => type === 'text' && isPrompt(text)),
  );
  return messages.slice(prompt).filter(({ role }) => role === 'assistant').length;
}

function isPrompt(text: string | undefined): boolean {
  return text?.startsWith('prompt-') === true;
}
