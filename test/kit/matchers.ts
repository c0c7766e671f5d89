import type { SeenRequest } from './run.ts';
import { runningVitest } from './test-runner.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /** Passes when a request to the model holds a tool result whose text contains the string, or matches the pattern. */
    toContainToolResult(expected: string | RegExp): void;
  }
}

/** True when a request holds a tool result whose text contains the string, or matches the pattern. */
export function containsToolResult(request: Pick<SeenRequest, 'toolResults'>, expected: string | RegExp): boolean {
  return request.toolResults.some(({ text }) =>
    typeof expected === 'string' ? text.includes(expected) : new RegExp(expected.source, expected.flags).test(text),
  );
}

/** Teaches vitest's `expect` the kit's matchers. `createHarness` does it; without vitest it does nothing. */
export async function registerMatchers(): Promise<void> {
  const vitest = await runningVitest();
  vitest?.expect.extend({
    toContainToolResult(received: unknown, expected: string | RegExp) {
      const request = received as SeenRequest | undefined;
      if (!Array.isArray(request?.toolResults)) {
        return {
          pass: false,
          message: () =>
            'toContainToolResult: expected a request, such as `run.requests[1]`; was there no such request?',
        };
      }
      const texts = request.toolResults.map(({ tool, text }) => `  ${tool}: ${text.slice(0, 400)}`).join('\n');
      return {
        pass: containsToolResult(request, expected),
        message: () =>
          `expected the request ${this.isNot ? 'not ' : ''}to hold a tool result that fits ${String(expected)}; it holds ${texts === '' ? 'none' : `\n${texts}`}`,
      };
    },
  });
}
