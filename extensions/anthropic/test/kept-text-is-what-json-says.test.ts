import type { JsonObject } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { requestBody } from '../request-body.ts';
import { requestText } from '../request-text.ts';

const model = { id: 'claude-sonnet-5', longContext: false };
const message = (role: 'user' | 'assistant', text: string) => ({ role, content: [{ type: 'text' as const, text }] });

function body(messages: ReturnType<typeof message>[], env: Record<string, string> = {}): JsonObject {
  return requestBody({ model: 'sonnet', system: ['s'], tools: [], messages }, model, env);
}

test('turn by turn, with every marker where it belongs', () => {
  const messages: ReturnType<typeof message>[] = [];
  for (let turn = 0; turn < 8; turn++) {
    messages.push(message('user', `"q" ${turn} \u2028`), message('assistant', `a ${turn}`));
    const made = body(messages);
    expect(requestText(made)).toBe(JSON.stringify(made));
    // a marker that was sent once must not come back
    expect(requestText(made).match(/cache_control/g)).toHaveLength(Math.min(turn + 1, 2) + 1);
  }
});

test('with fields after the messages, and messages that are none', () => {
  const more = body([message('user', 'x')], { CLAUDE_CODE_EXTRA_BODY: '{"later":1}' });
  const none = { model: 'x', messages: [null, 'text'] };
  for (const one of [more, none, { model: 'x' }]) expect(requestText(one)).toBe(JSON.stringify(one));
});

test('halves of surrogate pairs are replaced, also in a text that was kept', () => {
  const messages = [message('user', 'broken \ud83d'), message('user', 'b'), message('user', 'c')];
  for (let turn = 0; turn < 2; turn++) expect(requestText(body(messages))).toContain('"broken \\ufffd"');
});
