import { startMessagesServer } from './messages-server.mjs';

/** What a run prints at its end when it saw the whole scenario. */
export const endMark = (scenario) => `BENCH-${scenario}-END`;

/** Bytes of one delta of the large answer, and how many of them there are: 2 MB. */
const deltaBytes = 20;
const deltas = 105_000;

/** Scenario name to what the model says, given how many tool results it has seen since the prompt. */
const scenarios = {
  hello: () => [
    {
      type: 'text',
      text: pieces(
        `A short answer of some fifty tokens, for which nothing was read and nothing was run. ${'It has a few more words. '.repeat(6)}${endMark('hello')}`,
      ),
    },
  ],
  loop50: (results) => loop('loop50', 50, results),
  loop200: (results) => loop('loop200', 200, results),
  stream: () => [{ type: 'text', text: large() }],
};

/** How many main requests a complete run of a scenario makes. */
export const requestsOf = { hello: 1, loop50: 51, loop200: 201, stream: 1 };

function loop(name, turns, results) {
  if (results < turns) return [{ type: 'tool_use', name: 'Bash', input: { command: `echo ${results + 1}` } }];
  return [{ type: 'text', text: pieces(`Ran ${turns} commands. ${endMark(name)}`) }];
}

function pieces(text) {
  return text.match(new RegExp(`.{1,${deltaBytes}}`, 'gs'));
}

let made;
function large() {
  made ??= [
    ...Array.from({ length: deltas }, (_, i) =>
      `${String(i).padStart(9, '0')} some text${i % 4 ? ' ' : '\n'}`.slice(-deltaBytes),
    ),
    ` ${endMark('stream')}`,
  ];
  return made;
}

/** Serves the scenario named in the prompt as `SCENARIO=name`. A main request offers tools; others are side requests. */
export function startModel() {
  return startMessagesServer((body) => {
    const { scenario, results } = place(body.messages ?? []);
    const isMain = body.tools?.length > 0 && scenarios[scenario];
    return isMain ? scenarios[scenario](results) : [{ type: 'text', text: 'Bench' }];
  });
}

function place(messages) {
  let scenario = '';
  let results = 0;
  for (const { role, content } of messages) {
    if (role !== 'user') continue;
    for (const part of typeof content === 'string' ? [{ type: 'text', text: content }] : content) {
      if (part.type === 'tool_result') results++;
      const named = part.type === 'text' && /SCENARIO=(\w+)/.exec(part.text)?.[1];
      if (!named) continue;
      scenario = named;
      results = 0;
    }
  }
  return { scenario, results };
}
