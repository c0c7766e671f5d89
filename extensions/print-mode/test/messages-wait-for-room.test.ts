import type { UserInput } from 'tenon/plugin-api';
import { expect, test } from 'vitest';
import { MessageFeed } from '../message-feed.ts';

const message = (content: string): UserInput => ({ content });

/** A feed whose messages are answered when the test says so. */
function feed() {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const made = new MessageFeed((input) => {
    sent.push(String(input.content));
    return new Promise((resolve) => answers.push(resolve));
  });
  return { feed: made, sent, answer: () => answers.shift()?.() };
}
const later = () => new Promise((resolve) => setImmediate(resolve));
const isOpen = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => 'done'), later().then(() => 'open')])) === 'open';

test('as many as a session takes are sent at once, the others in order when there is room', async () => {
  const { feed: made, sent, answer } = feed();
  for (let n = 0; n < 102; n++) made.push(message(`${n}`));
  expect(sent).toHaveLength(100);
  answer();
  await later();
  expect(sent).toEqual(Array.from({ length: 101 }, (_, n) => `${n}`));
  const drained = made.drained();
  for (let n = 0; n < 101; n++) {
    expect(await isOpen(drained)).toBe(true);
    answer();
    await later();
  }
  await drained;
});

test('what changes the answers holds back the messages after it, and none before', async () => {
  const { feed: made, sent } = feed();
  let change = () => {};
  made.push(message('before'));
  made.after(new Promise((resolve) => (change = resolve)));
  made.push(message('after'));
  await later();
  expect(sent).toEqual(['before']);
  change();
  await later();
  expect(sent).toEqual(['before', 'after']);
});

test('the input waits when a thousand messages wait, and goes on when some are sent', async () => {
  const { feed: made, answer } = feed();
  for (let n = 0; n < 1_099; n++) made.push(message(`${n}`));
  await made.room(() => false);
  made.push(message('one more'));
  const room = made.room(() => false);
  expect(await isOpen(room)).toBe(true);
  answer();
  await room;
});

test('it does not wait while an answer is needed that comes behind the messages; that has a limit too', async () => {
  const { feed: made } = feed();
  let busy = false;
  for (let n = 0; n < 1_100; n++) made.push(message(`${n}`));
  const room = made.room(() => busy);
  expect(await isOpen(room)).toBe(true);
  busy = true;
  await room;
  for (let n = 0; n < 20_000; n++) made.push(message(`${n}`));
  await expect(made.room(() => true)).rejects.toThrow(/20000 messages wait while an answer/);
});

test('the first failure is told, and nothing is sent after it', async () => {
  const sent: unknown[] = [];
  const made = new MessageFeed(async ({ content }) => {
    sent.push(content);
    if (content === 'bad') throw new Error('it broke');
  });
  made.push(message('bad'));
  await later();
  made.push(message('never'));
  expect(sent).toEqual(['bad']);
  await expect(made.drained()).rejects.toThrow('it broke');
  await expect(made.room(() => false)).rejects.toThrow('it broke');
});
