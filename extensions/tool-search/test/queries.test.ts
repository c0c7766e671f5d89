import { expect, test } from 'vitest';
import { matchTools } from '../match-tools.ts';
import { switchedOff } from '../switched-off.ts';

const tools = [
  ['WebFetch', 'Fetches a page and answers a question about it.'],
  ['WebSearch', 'Searches the web.'],
  ['NotebookEdit', 'Replaces a cell.'],
  ['mcp__slack__send_message', 'Sends a message to a channel.'],
  ['mcp__mail__send', 'Sends a letter.'],
].map(([name, description]) => ({ name: name!, description: description!, inputSchema: {} }));
const found = (query: string, limit = 5) => matchTools(tools, query, limit).map(({ name }) => name);

test('select takes exactly the names, in their order', () => {
  expect(found('select:WebSearch,WebFetch', 1)).toEqual(['WebSearch', 'WebFetch']);
  expect(found(' select: webfetch , Nope')).toEqual(['WebFetch']);
});

test('words are looked for in names first, then in descriptions', () => {
  expect(found('web')).toEqual(['WebFetch', 'WebSearch']);
  expect(found('notebook cell')).toEqual(['NotebookEdit']);
  expect(found('question')).toEqual(['WebFetch']);
  expect(found('send')).toEqual(['mcp__slack__send_message', 'mcp__mail__send']);
  expect(found('send', 1)).toHaveLength(1);
  expect(found('zebra')).toEqual([]);
});

test('a word with a plus must be in the name', () => {
  expect(found('+slack send')).toEqual(['mcp__slack__send_message']);
  expect(found('+zebra send')).toEqual([]);
});

test('only a plain no switches it off', () => {
  expect(['0', 'false', 'OFF', 'no '].map((value) => switchedOff({ ENABLE_TOOL_SEARCH: value }))).not.toContain(false);
  expect(
    [undefined, '', 'true', 'auto', 'auto:5'].map((value) => switchedOff({ ENABLE_TOOL_SEARCH: value })),
  ).not.toContain(true);
});
