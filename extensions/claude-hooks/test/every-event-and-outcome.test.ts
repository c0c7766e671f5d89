import type { HookHandler } from 'tenon/plugin-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_TABLE } from '../event-table.ts';
import { EVENT_SPEC, type EventSpec, type Refusal } from './event-spec.ts';
import { prints, sh, specific } from './hook-setup.ts';
import { type Seen, type TableProgram, tableProgram } from './table-program.ts';

type Handler = HookHandler['handler'];
type Type = Handler['type'];

const TYPES: Readonly<Record<EventSpec['types'], readonly Type[]>> = {
  all: ['command', 'http', 'mcp_tool', 'prompt', 'agent', 'callback'],
  'no model': ['command', 'http', 'mcp_tool', 'callback'],
  'no session': ['command', 'http', 'callback'],
  'at start': ['command', 'mcp_tool', 'callback'],
};
const ALL: readonly Type[] = TYPES.all;

const LONG = { timeout: 60_000 };

let program: TableProgram;
let rows = 0;
beforeAll(async () => {
  program = await tableProgram();
});
afterAll(async () => {
  console.log(`${rows} rows of event, type of handler and outcome`);
  await program.close();
});

test('the table and the format name the same events', () => {
  expect(EVENT_TABLE.map(({ event }) => event).sort()).toEqual(Object.keys(EVENT_SPEC).sort());
});

/** An outcome that any handler with an answer may have: what it answers, and what that comes to. */
interface Answered {
  readonly name: string;
  readonly answer: object;
  readonly expect: (seen: Seen, spec: EventSpec) => void;
}

const SILENT: Partial<Seen> = { refused: undefined, goesOn: undefined, context: '', later: '', ends: undefined };

function nothing(seen: Seen): void {
  expect(seen).toMatchObject(SILENT);
}

/** What a refusal with the reason `why` comes to. */
function refusal(seen: Seen, effect: Refusal | 'user', why: string): void {
  expect(seen.refused === undefined).toBe(!effect.startsWith('deny'));
  if (effect.startsWith('deny') && seen.refused !== 'declined') expect(seen.refused).toContain(why);
  expect(seen.goesOn === undefined).toBe(effect !== 'go-on');
  if (effect === 'go-on') expect(seen.goesOn).toContain(why);
  if (effect.startsWith('model')) expect(seen.context).toContain(why);
  else expect(seen.context).toBe('');
  if (effect === 'user') expect(seen.told).toContain(why);
  expect(seen.ends === undefined).toBe(!effect.endsWith('+end'));
}

function answered(event: string): readonly Answered[] {
  return [
    { name: 'an empty object', answer: {}, expect: nothing },
    {
      name: 'decision: block',
      answer: { decision: 'block', reason: 'not today' },
      expect: (seen, { block }) => refusal(seen, block as Refusal, 'not today'),
    },
    {
      name: 'continue: false',
      answer: { continue: false, stopReason: 'enough' },
      expect(seen, { stop }) {
        expect(seen.refused === undefined).toBe(!stop.startsWith('deny'));
        expect(seen.ends === undefined).toBe(!stop.endsWith('end'));
        expect(seen.goesOn).toBeUndefined();
        if (stop.endsWith('end')) expect(seen.ends).toContain('enough');
      },
    },
    {
      name: 'continue: false beats decision: block',
      answer: { continue: false, stopReason: 'enough', decision: 'block', reason: 'not today' },
      expect: (seen) => expect(seen.goesOn).toBeUndefined(),
    },
    {
      name: 'systemMessage',
      answer: { systemMessage: 'mind the gap' },
      expect(seen) {
        nothing(seen);
        expect(seen.told).toContain('mind the gap');
      },
    },
    {
      name: 'additionalContext',
      answer: specific(event, { additionalContext: 'it rains' }),
      expect(seen, { context }) {
        expect(seen.context.includes('it rains')).toBe(context === 'now');
        expect(seen.later.includes('it rains')).toBe(context === 'next turn');
        expect(seen.goesOn?.includes('it rains') ?? false).toBe(context === 'go-on');
        expect(seen.refused).toBeUndefined();
      },
    },
    { name: 'suppressOutput', answer: { suppressOutput: true }, expect: nothing },
    {
      name: 'a field of the wrong type',
      answer: { continue: 'maybe' },
      expect(seen) {
        unlessWorktree(event, seen);
        expect(seen.told).toContain('continue: expected a boolean');
      },
    },
    {
      name: 'the fields of another event',
      answer: specific('Elsewhere', { additionalContext: 'it rains' }),
      expect(seen) {
        unlessWorktree(event, seen);
        expect(seen.told).toContain('hookEventName');
      },
    },
    ...rewrites(event),
  ];
}

/** Who makes the worktree in the place of git and fails at it, fails. */
function unlessWorktree(event: string, seen: Seen): void {
  if (event === 'WorktreeCreate') expect(seen.refused).toBeDefined();
  else nothing(seen);
}

/** Answers that only one event has. */
function rewrites(event: string): readonly Answered[] {
  const result = (name: string, fields: object, wanted: object): Answered => ({
    name,
    answer: specific(event, fields),
    expect: (seen) => expect(seen.result).toMatchObject(wanted),
  });
  const verdict = (said: string, verdict = said): Answered =>
    result(
      `permissionDecision: ${said}`,
      { permissionDecision: said, permissionDecisionReason: `I say ${said}` },
      { verdict, reasons: [{ verdict, reason: `I say ${said}`, by: 'claude-hooks' }] },
    );
  switch (event) {
    case 'PreToolUse': {
      const input = { command: 'git status' };
      return [
        ...['allow', 'deny', 'ask', 'defer'].map((said) => verdict(said)),
        result('updatedInput', { updatedInput: input }, { input, verdict: 'none' }),
        result(
          'updatedInput and allow',
          { updatedInput: input, permissionDecision: 'allow' },
          { input, verdict: 'allow' },
        ),
        {
          name: 'decision: approve, as in old setups',
          answer: { decision: 'approve', reason: 'fine' },
          expect: (seen) => expect(seen.result).toMatchObject({ verdict: 'allow' }),
        },
        {
          name: 'a verdict that there is not',
          answer: specific(event, { permissionDecision: 'perhaps' }),
          expect(seen) {
            nothing(seen);
            expect(seen.told).toContain('permissionDecision');
          },
        },
      ];
    }
    case 'PreModelSwitch':
      return ['allow', 'deny', 'ask'].map((said) => verdict(said));
    case 'PermissionRequest': {
      const rules = [{ type: 'setMode', mode: 'acceptEdits', destination: 'session' }];
      const input = { command: 'git status' };
      return [
        result('allow', { decision: { behavior: 'allow' } }, { verdict: 'allow' }),
        result(
          'allow with input and rules',
          { decision: { behavior: 'allow', updatedInput: input, updatedPermissions: rules } },
          { verdict: 'allow', input, rules },
        ),
        result(
          'deny',
          { decision: { behavior: 'deny', message: 'ask me later', interrupt: true } },
          { verdict: 'deny', message: 'ask me later', interrupt: true },
        ),
      ];
    }
    case 'PermissionDenied':
      return [
        {
          name: 'retry',
          answer: specific(event, { retry: true }),
          expect: (seen) => expect(seen.later).toContain('may be tried again'),
        },
      ];
    case 'PostToolUse': {
      const output = { stdout: 'nothing to see', stderr: '', interrupted: false, isImage: false };
      return [
        result('updatedToolOutput', { updatedToolOutput: output }, { output: { content: 'nothing to see', output } }),
        {
          name: 'updatedToolOutput of another shape',
          answer: specific(event, { updatedToolOutput: { lines: 3 } }),
          expect(seen) {
            expect(seen.result).toMatchObject({ output: { content: 'pushed' } });
            expect(seen.told).toContain('updatedToolOutput is not used: stdout: expected a string');
          },
        },
      ];
    }
    case 'QueryStart':
      return [
        result('updatedPrompt', { updatedPrompt: 'go slowly' }, { prompt: 'go slowly', verdict: 'none' }),
        result('updatedModel', { updatedModel: 'tiny' }, { model: 'tiny' }),
      ];
    case 'PreCommand':
      return [result('updatedArgs', { updatedArgs: 'later' }, { args: 'later', verdict: 'none' })];
    case 'SessionStart':
      return [result('initialUserMessage', { initialUserMessage: 'begin' }, { initialMessage: 'begin' })];
    case 'Elicitation':
    case 'ElicitationResult':
      return ['accept', 'decline', 'cancel'].map((action) =>
        result(action, { action, content: { name: 'y' } }, { action, content: { name: 'y' } }),
      );
    case 'WorktreeCreate':
      return [result('worktreePath', { worktreePath: '/p/w-1' }, { path: '/p/w-1' })];
    default:
      return [];
  }
}

/** A handler of each type that gives an answer. */
function answering(type: Type, answer: object): Handler | undefined {
  const body = JSON.stringify(answer);
  switch (type) {
    case 'command':
      return prints(answer);
    case 'http':
      return { type, url: `${program.url}?body=${encodeURIComponent(body)}` };
    case 'mcp_tool':
      return { type, server: 'srv', tool: 'say', input: { text: body } };
    case 'callback':
      return { type, call: async () => answer };
    default:
      return undefined;
  }
}

function shown(seen: Seen): string {
  return JSON.stringify(seen, (key, value: unknown) => (key === 'session' ? undefined : value));
}

/** A handler of each type that never ends. */
function hanging(type: Type): Handler {
  switch (type) {
    case 'command':
      return sh('sleep 20', { timeout: 0.05 });
    case 'http':
      return { type, url: `${program.url}?hang`, timeout: 0.05 };
    case 'mcp_tool':
      return { type, server: 'srv', tool: 'hang', timeout: 0.05 };
    case 'callback':
      return { type, call: () => new Promise(() => {}), timeout: 0.05 };
    case 'agent':
      return { type, prompt: 'ANSWER<HANG>', timeout: 0.05 };
    default:
      return { type: 'prompt', prompt: 'ANSWER<HANG>', timeout: 0.05 };
  }
}

/** A handler of each type that fails without an answer. */
function failing(type: Type): readonly (readonly [string, Handler, string])[] {
  switch (type) {
    case 'command':
      return [
        ['exit 1', sh('echo broken >&2; exit 1'), 'exit code 1: broken'],
        ['exit 127', sh('no-such-program-here'), 'exit code 127'],
        ['a signal', sh('kill -9 $$'), 'SIGKILL'],
        ['a program that is not there', sh('/no/such/program', { args: [] }), 'no such program'],
      ];
    case 'http':
      return [
        ['status 500', { type, url: `${program.url}?status=500&body={"decision":"block"}` }, 'status 500'],
        ['text', { type, url: `${program.url}?body=hello` }, 'something else than a JSON object'],
        ['nobody listens', { type, url: 'http://127.0.0.1:9/' }, 'could not be reached'],
        ['no address', { type, url: 'nowhere' }, 'no address'],
      ];
    case 'mcp_tool':
      return [
        ['isError', { type, server: 'srv', tool: 'fail' }, 'the server is sad'],
        ['no such server', { type, server: 'other', tool: 'say' }, 'not connected'],
      ];
    case 'callback':
      return [['an error', { type, call: () => Promise.reject(new Error('oh no')) }, 'oh no']];
    default:
      return [['no judgement', { type, prompt: 'ANSWER<hm>' }, 'the model answered with something else']];
  }
}

describe.each(Object.entries(EVENT_SPEC))('%s', (event, spec) => {
  const types = TYPES[spec.types];
  const tell = (seen: Seen, text: string) => expect(seen.told).toContain(text);
  const attempt = async (name: string, handler: Handler, check: (seen: Seen) => void, policy?: 'block') => {
    rows++;
    const given = policy === undefined ? handler : ({ ...handler, onFailure: policy } as Handler);
    const seen = await program.try(event, given);
    try {
      check(seen);
    } catch (error) {
      throw new Error(`${event}, ${handler.type}, ${name}: got ${shown(seen)}`, { cause: error });
    }
  };

  test('answers in JSON', LONG, async () => {
    for (const type of types) {
      for (const { name, answer, expect: check } of answered(event)) {
        const handler = answering(type, answer);
        if (handler === undefined) continue;
        // a command that makes a worktree prints its path: an object without one is none
        if (event === 'WorktreeCreate' && !JSON.stringify(answer).includes('worktreePath')) continue;
        await attempt(name, handler, (seen) => check(seen, spec));
      }
    }
  });

  test('exit codes and plain text', LONG, async () => {
    if (event !== 'WorktreeCreate') await attempt('exit 0', sh('cat >/dev/null'), nothing);
    await attempt('exit 2', sh('echo "not so" >&2; exit 2'), (seen) => {
      refusal(seen, (spec.exit2 === 'nothing' ? 'nothing' : spec.exit2) as Refusal, 'not so');
    });
    await attempt('exit 2 and a reason of its own', prints({ reason: 'because' }, 2), (seen) => {
      refusal(seen, (spec.exit2 === 'nothing' ? 'nothing' : spec.exit2) as Refusal, 'because');
    });
    await attempt('exit 2 and an answer that allows', prints({ decision: 'approve' }, 2), (seen) => {
      expect(seen.refused === undefined).toBe(spec.exit2 !== 'deny');
    });
    if (event === 'WorktreeCreate') return;
    await attempt('exit 1 and an answer', prints({ decision: 'block', reason: 'not today' }, 1), (seen) => {
      refusal(seen, spec.block as Refusal, 'not today');
    });
    for (const text of ['it rains', '{it rains', '["it rains"]', '"it rains"']) {
      await attempt(`text ${text}`, sh(`printf '%s' '${text}'`), (seen) => {
        expect(seen.context.includes('it rains')).toBe(spec.plain === 'now');
        expect(seen.later.includes('it rains')).toBe(spec.plain === 'next turn');
        expect(seen.refused).toBeUndefined();
      });
    }
  });

  test('failures and what comes too late', LONG, async () => {
    for (const type of types) {
      const models = type === 'prompt' || type === 'agent';
      for (const [name, handler, problem] of failing(type)) {
        await attempt(name, handler, (seen) => {
          unlessWorktree(event, seen);
          tell(seen, problem);
        });
        if (models || type === 'callback') continue;
        await attempt(
          `${name}, fails closed`,
          handler,
          (seen) => refusal(seen, spec.failsOpen === true ? 'nothing' : (spec.exit2 as Refusal), problem),
          'block',
        );
      }
      await attempt('too late', hanging(type), (seen) => {
        if (spec.late?.includes(type)) expect(seen.refused).toBeDefined();
        else unlessWorktree(event, seen);
        tell(seen, type === 'command' ? 'did not end within' : 'gave no answer within');
      });
      if (!models && type !== 'callback') {
        await attempt(
          'too late, fails closed',
          hanging(type),
          (seen) => {
            if (spec.failsOpen !== true) refusal(seen, spec.exit2 as Refusal, 'within 0.05 s');
            else nothing(seen);
          },
          'block',
        );
      }
    }
  });

  test('what a model says', LONG, async () => {
    if (spec.no === undefined) return;
    const [prompt, goesOn, agent] = spec.no;
    const ask = (type: 'prompt' | 'agent', answer: string, more: object = {}): Handler => ({
      ...{ type, prompt: `Is it so? ANSWER<${answer}>` },
      ...more,
    });
    const no = '{"ok": false, "reason": "tests fail"}';
    for (const type of ['prompt', 'agent'] as const) {
      await attempt('ok', ask(type, '{"ok": true}'), nothing);
    }
    await attempt('not ok', ask('prompt', no), (seen) => refusal(seen, prompt, 'tests fail'));
    const more = { continueOnBlock: true };
    await attempt('not ok, continues', ask('prompt', no, more), (seen) => refusal(seen, goesOn, 'tests fail'));
    await attempt('not ok', ask('agent', no), (seen) => refusal(seen, agent, 'tests fail'));
  });

  test('handlers of other types do not run', async () => {
    for (const type of ALL.filter(
      (one) => !TYPES[spec.types === 'no session' ? 'no model' : spec.types].includes(one),
    )) {
      const handler = answering(type, { systemMessage: 'I ran' }) ?? { type: type as 'prompt', prompt: 'ANSWER<hm>' };
      await attempt('not for this event', handler, (seen) => expect(seen).toMatchObject({ ...SILENT, told: '' }));
    }
  });
});
