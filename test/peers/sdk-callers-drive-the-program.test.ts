import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
  type Turn,
} from '../fixtures/model-server/server.mjs';
import { builtCli } from '../gates/built.ts';
import { type Place, place } from '../gates/program.ts';
import { placeOf } from './place.mjs';

/** What of the SDK's public interface is used here. */
type Message = { readonly type: string; readonly subtype?: string; readonly [field: string]: unknown };
interface Query extends AsyncGenerator<Message, void> {
  interrupt(): Promise<unknown>;
  setModel(model?: string): Promise<void>;
  setPermissionMode(mode: string): Promise<void>;
  setMaxThinkingTokens(tokens: number | null): Promise<void>;
  supportedModels(): Promise<readonly { readonly value: string }[]>;
  supportedCommands(): Promise<readonly unknown[]>;
  accountInfo(): Promise<Record<string, unknown>>;
  mcpServerStatus(): Promise<readonly unknown[]>;
}
type Start = (given: { readonly prompt: string | AsyncIterable<unknown>; readonly options: object }) => Query;

const { program: sdk } = placeOf('agent-sdk');
const there = existsSync(sdk);
const missing = `${sdk} is not there; install it with: npm run peers`;
if (!there) process.stderr.write(`SKIPPED agent-sdk: ${missing}\n`);

function withSdk(name: string, run: () => Promise<void>): void {
  test(name, async ({ skip }) => {
    if (!there) skip(missing);
    await run();
  });
}

let program: string;
let start: Start;

beforeAll(async () => {
  program = await builtCli();
  if (there) start = ((await import(sdk)) as { query: Start }).query;
}, 120_000);

interface Stage {
  readonly at: Place;
  readonly server: ModelServer;
  begin(prompt: string | AsyncIterable<unknown>, options?: object): Query;
  readonly stderr: { text: string };
}

async function stage(answers: readonly Turn[] | ModelServerOptions['respond']): Promise<Stage> {
  const at = await place();
  const server = await startModelServer(
    typeof answers === 'function' ? { respond: answers } : { turns: answers ?? [] },
  );
  onTestFinished(async () => {
    await server.close();
    await at[Symbol.asyncDispose]();
  });
  const stderr = { text: '' };
  return {
    at,
    server,
    stderr,
    begin(prompt, options = {}) {
      const env = {
        PATH: process.env.PATH,
        HOME: at.home,
        ANTHROPIC_BASE_URL: server.url,
        ANTHROPIC_API_KEY: 'k',
      };
      const note = (text: string) => {
        stderr.text += text;
      };
      const query = start({
        prompt,
        options: { cwd: at.cwd, pathToClaudeCodeExecutable: program, env, stderr: note, ...options },
      });
      onTestFinished(() => void query.return().catch(() => undefined)); // it may have ended by itself
      return query;
    },
  };
}

const user = (content: string) => ({
  type: 'user',
  session_id: '',
  message: { role: 'user', content },
  parent_tool_use_id: null,
});

/** Messages that a test hands out one after the other. */
function messages() {
  const waiting: unknown[] = [];
  let wake = () => {};
  let over = false;
  return {
    say(content: string) {
      waiting.push(user(content));
      wake();
    },
    end() {
      over = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (!over || waiting.length > 0) {
        if (waiting.length > 0) yield waiting.shift();
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

async function all(query: AsyncIterable<Message>): Promise<readonly Message[]> {
  const list: Message[] = [];
  for await (const message of query) list.push(message);
  return list;
}

const resultOf = (list: readonly Message[]) => list.find(({ type }) => type === 'result');
const kinds = (list: readonly Message[]) =>
  list.map(({ type, subtype, state }) => [type, subtype, state].filter((one) => one !== undefined).join(' '));
const touch: Turn = { calls: [{ id: 'toolu_touch', name: 'Bash', input: { command: 'touch made.txt' } }] };

describe('the public SDK', () => {
  withSdk('gets an answer, in the order that it expects', async () => {
    const { begin, stderr } = await stage([{ text: 'Hello.' }]);
    const list = await all(begin('hi'));
    expect(kinds(list)).toEqual([
      'system session_state_changed running',
      'system init',
      'assistant',
      'result success',
      'system session_state_changed idle',
    ]);
    expect(resultOf(list)).toMatchObject({ result: 'Hello.', is_error: false, queued_turn_count: 0 });
    expect(stderr.text).toBe('');
  });

  withSdk('asks its caller about a call, who may change it', async () => {
    const { begin, at } = await stage([touch, { text: 'Over.' }]);
    const asked: unknown[] = [];
    const canUseTool = async (tool: string, input: object, { toolUseID }: { toolUseID: string }) => {
      asked.push([tool, input, toolUseID]);
      return { behavior: 'allow', updatedInput: { command: 'echo changed > made.txt' } };
    };
    const list = await all(begin('go', { canUseTool }));
    expect(asked).toEqual([['Bash', { command: 'touch made.txt' }, 'toolu_touch']]);
    expect(await readFile(join(at.cwd, 'made.txt'), 'utf8')).toBe('changed\n');
    expect(kinds(list)).toEqual([
      'system session_state_changed running',
      'system init',
      'assistant',
      'system session_state_changed requires_action',
      'system session_state_changed running',
      'user',
      'assistant',
      'result success',
      'system session_state_changed idle',
    ]);
  });

  withSdk('its caller may say no', async () => {
    const { begin, at, server } = await stage([touch, { text: 'Over.' }]);
    const canUseTool = async () => ({ behavior: 'deny', message: 'not on my machine' });
    const list = await all(begin('go', { canUseTool }));
    expect(existsSync(join(at.cwd, 'made.txt'))).toBe(false);
    expect(server.requests.at(-1)?.text).toContain('not on my machine');
    expect(resultOf(list)).toMatchObject({ permission_denials: [{ tool_name: 'Bash', tool_use_id: 'toolu_touch' }] });
  });

  withSdk('its caller may stop all of it', async () => {
    const { begin } = await stage([touch]);
    const canUseTool = async () => ({ behavior: 'deny', message: 'stop', interrupt: true });
    const seen: Message[] = [];
    const ended = (async () => {
      for await (const message of begin('go', { canUseTool })) seen.push(message);
    })();
    await expect(ended).rejects.toThrow();
    expect(resultOf(seen)).toMatchObject({ subtype: 'error_during_execution', terminal_reason: 'aborted_tools' });
  });

  withSdk('interrupts, and goes on with the next message', async () => {
    const input = messages();
    const { begin, server } = await stage(({ body }) =>
      JSON.stringify(body.messages).includes('second')
        ? { text: 'Two.' }
        : { text: 'One is long', chunk: 1, chunkDelayMs: 500 },
    );
    const query = begin(input, { includePartialMessages: true });
    input.say('first');
    const results: Message[] = [];
    let interrupted = false;
    for await (const message of query) {
      if (message.type === 'stream_event' && !interrupted) {
        interrupted = true;
        expect(await query.interrupt()).toMatchObject({ still_queued: [] });
        input.say('second');
      }
      if (message.type === 'result') results.push(message);
      if (results.length === 2) input.end();
    }
    expect(results).toMatchObject([
      { subtype: 'error_during_execution', terminal_reason: 'aborted_streaming' },
      { subtype: 'success', result: 'Two.' },
    ]);
    expect(server.requests).toHaveLength(2);
  });

  withSdk('changes model, permission mode and thinking between messages', async () => {
    const input = messages();
    const { begin, server, at } = await stage([{ text: 'One.' }, touch, { text: 'Two.' }]);
    const query = begin(input, { model: 'claude-sonnet-4-5' });
    input.say('first');
    let results = 0;
    const modes: unknown[] = [];
    for await (const message of query) {
      if (message.type === 'system' && message.subtype === 'init') modes.push(message.permissionMode);
      if (message.type !== 'result') continue;
      if (++results === 2) input.end();
      else {
        await query.setModel('claude-haiku-4-5');
        await query.setPermissionMode('acceptEdits');
        await query.setMaxThinkingTokens(2048);
        input.say('second');
      }
    }
    expect(server.requests.map(({ body }) => body.model)).toEqual([
      'claude-sonnet-4-5',
      'claude-haiku-4-5',
      'claude-haiku-4-5',
    ]);
    expect(server.requests.at(-1)?.body.thinking).toEqual({ type: 'enabled', budget_tokens: 2048 });
    expect(modes).toEqual(['default', 'acceptEdits']);
    expect(existsSync(join(at.cwd, 'made.txt'))).toBe(true);
  });

  withSdk('resumes a session, as a whole or up to a message', async () => {
    const { begin, server } = await stage([{ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }]);
    const first = await all(begin('first'));
    const { session_id: id } = resultOf(first)!;
    const { uuid } = first.find(({ type }) => type === 'assistant')!;
    const second = await all(begin('second', { resume: id }));
    expect(resultOf(second)).toMatchObject({ session_id: id, result: 'Two.' });
    const fork = { resume: id, resumeSessionAt: uuid, forkSession: true };
    const third = await all(begin('third', fork));
    expect(resultOf(third)).toMatchObject({ result: 'Three.' });
    expect(resultOf(third)?.session_id).not.toBe(id);
    const said = (at: number) => JSON.stringify(server.requests[at]?.body.messages);
    expect(said(1)).toMatch(/first.*One\..*second/s);
    expect(said(2)).toMatch(/first.*One\..*third/s);
    expect(said(2)).not.toContain('second');
  });

  withSdk('learns what there is', async () => {
    const input = messages();
    const { begin } = await stage([]);
    const query = begin(input);
    expect((await query.supportedModels()).map(({ value }) => value)).toEqual(
      expect.arrayContaining(['default', 'sonnet', 'opus', 'haiku']),
    );
    expect(await query.supportedCommands()).toEqual(expect.any(Array));
    expect(await query.accountInfo()).toMatchObject({ apiKeySource: 'ANTHROPIC_API_KEY' });
    expect(await query.mcpServerStatus()).toEqual([]);
    input.end();
    await all(query);
  });

  withSdk('sets the system prompt and the shape of the answer', async () => {
    const output = { id: 'toolu_out', name: 'StructuredOutput', input: { name: 'Ada' } };
    const { begin, server } = await stage([{ calls: [output] }, { text: 'Hi.' }]);
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    const outputFormat = { type: 'json_schema', schema };
    const list = await all(begin('who', { systemPrompt: 'Be terse.', outputFormat }));
    expect(resultOf(list)).toMatchObject({ structured_output: { name: 'Ada' } });
    expect(server.requests[0]?.body.system?.map(({ text }) => text)).toEqual(['Be terse.']);
    const preset = { type: 'preset', preset: 'claude_code', append: 'Rhyme.' };
    await all(begin('hi', { systemPrompt: preset }));
    const system = server.requests.at(-1)?.body.system?.map(({ text }) => text) ?? [];
    expect(system.length).toBeGreaterThan(1);
    expect(system.at(-1)).toBe('Rhyme.');
  });

  withSdk('takes part in hooks with functions', async () => {
    const { begin, server, at } = await stage([touch, { text: 'Over.' }, { text: 'Really over.' }]);
    const called: string[] = [];
    const hook = (answer: (input: Record<string, unknown>) => object) => async (input: Record<string, unknown>) => {
      called.push(`${input.hook_event_name} ${input.tool_name ?? ''}`.trim());
      return answer(input);
    };
    const stop = hook(({ stop_hook_active: active }) => (active ? {} : { decision: 'block', reason: 'look again' }));
    const specific = (hookEventName: string, more: object) => ({ hookSpecificOutput: { hookEventName, ...more } });
    const list = await all(
      begin('go', {
        hooks: {
          UserPromptSubmit: [
            { hooks: [hook(() => specific('UserPromptSubmit', { additionalContext: 'It is raining.' }))] },
          ],
          PreToolUse: [
            {
              matcher: 'Bash',
              hooks: [
                hook(() =>
                  specific('PreToolUse', {
                    permissionDecision: 'allow',
                    updatedInput: { command: 'echo by a hook > made.txt' },
                  }),
                ),
              ],
            },
            { matcher: 'Read', hooks: [hook(() => ({}))] },
          ],
          PostToolUse: [{ hooks: [hook(() => specific('PostToolUse', { additionalContext: 'It is done.' }))] }],
          Stop: [{ hooks: [stop] }],
        },
      }),
    );
    expect(called).toEqual(['UserPromptSubmit', 'PreToolUse Bash', 'PostToolUse Bash', 'Stop', 'Stop']);
    expect(await readFile(join(at.cwd, 'made.txt'), 'utf8')).toBe('by a hook\n');
    expect(server.requests[0]?.text).toContain('It is raining.');
    expect(server.requests[1]?.text).toContain('It is done.');
    expect(server.requests[2]?.text).toContain('look again');
    expect(resultOf(list)).toMatchObject({ result: 'Really over.' });
  });

  withSdk('a hook with a function may say no', async () => {
    const { begin, server, at } = await stage([touch, { text: 'Over.' }]);
    const deny = async () => ({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'hooks do not like it',
      },
    });
    await all(begin('go', { hooks: { PreToolUse: [{ hooks: [deny] }] }, permissionMode: 'acceptEdits' }));
    expect(existsSync(join(at.cwd, 'made.txt'))).toBe(false);
    expect(server.requests.at(-1)?.text).toContain('hooks do not like it');
  });
});
