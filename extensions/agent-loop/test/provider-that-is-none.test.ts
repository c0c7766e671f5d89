import { expect, test } from 'vitest';
import { event, program, rawModel } from './program.ts';

test.each<[string, () => unknown, string]>([
  ['gives nothing', () => undefined, 'the provider raw gave no stream; write `async *stream(request, context) { … }`'],
  ['gives a promise', async () => [], 'the provider raw gave no stream; write `async *stream(request, context) { … }`'],
  [
    'gives events one by one',
    async function* () {
      yield event.start();
    },
    'the provider raw gave a single event (message_start) in the place of a list of events; `yield [event]`',
  ],
])('a provider that %s: its author reads what to write', async (_what, answer, message) => {
  const h = await program({ extensions: [rawModel(answer as never)], session: { model: 'raw' } });
  const run = await h.prompt('go');
  expect(run.result).toMatchObject({ isError: true, result: expect.stringContaining(message) });
});
