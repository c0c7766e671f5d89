import { callTool, createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { type GivenSkill, giving } from './giving.ts';

function start(skills: readonly GivenSkill[], options: HarnessOptions = {}) {
  return createHarness({
    bundled: ['skills', 'builtin-tools'],
    model: [say('done')],
    ...options,
    extensions: [giving(...skills), ...(options.extensions ?? [])],
  });
}

const textsOf = (request: { readonly messages: unknown } | undefined) => JSON.stringify(request?.messages ?? '');

test('it is told of the skills once, and loads one', async () => {
  const h = await start(
    [
      { name: 'greeting', description: 'How to greet', whenToUse: 'when somebody comes', body: 'Say ahoy to $0.' },
      { name: 'mine', description: 'For the user', modelInvocable: false },
    ],
    { model: [callTool('Skill', { skill: 'greeting', args: 'Ada' }), say('ahoy'), say('again')] },
  );
  const run = await h.prompt('greet');
  expect(run.calls('Skill')).toEqual([expect.objectContaining({ verdict: 'allow', isError: false })]);
  expect(run.calls('Skill')[0]?.result).toContain('Say ahoy to Ada.');
  expect(textsOf(h.requests[0])).toContain('- greeting: How to greet - when somebody comes');
  expect(textsOf(h.requests[0])).not.toContain('For the user');
  await h.prompt('and now');
  expect(textsOf(h.requests[2]).match(/How to greet/g)).toHaveLength(1);
});

test('what was sent stays as it was: requests only grow', async () => {
  const h = await start([{ name: 'a' }, { name: 'b' }], {
    model: [callTool('Skill', { skill: 'a' }), say('1'), say('2')],
  });
  await h.prompt('one');
  await h.prompt('two');
  const [first, second, third] = h.requests.map(({ messages }) => messages.map((one) => JSON.stringify(one)));
  // the last message of a request may grow, because neighbours of one role are one message
  expect(second?.slice(0, first!.length - 1)).toEqual(first?.slice(0, -1));
  expect(third?.slice(0, second!.length - 1)).toEqual(second?.slice(0, -1));
});

test('without a skill for it the tool is not offered and nothing is loaded', async () => {
  const h = await start([{ name: 'mine', modelInvocable: false }]);
  await h.prompt('hello');
  expect(h.requests[0]?.tools.map(({ name }) => name)).not.toContain('Skill');
  const none = await createHarness({ bundled: ['skills'], model: [say('done')] });
  await none.prompt('hello');
  const state = none.kernel.extensions.list().find(({ manifest }) => manifest.id === 'skills')?.state;
  expect(state).toBe('idle');
});

test('an unknown name is an error that names the nearest', async () => {
  const h = await start([{ name: 'deploy' }, { name: 'secret', modelInvocable: false }], {
    model: [[callTool('Skill', { skill: 'deplyo' }), callTool('Skill', { skill: 'secret' })], say('ok')],
  });
  const run = await h.prompt('go');
  expect(run.calls().map(({ result }) => result)).toEqual([
    expect.stringContaining('did you mean deploy?'),
    expect.stringContaining('there is no skill "secret"'),
  ]);
});

test('the short name of a plugin skill is enough where it is the only one', async () => {
  const h = await start([{ name: 'acme:deploy', body: 'Ship.' }], {
    model: [callTool('Skill', { skill: 'deploy' }), say('ok')],
  });
  const run = await h.prompt('go');
  expect(run.calls()[0]?.result).toContain('Ship.');
});

test('a skill that gives itself permissions is asked about, one that is text is not', async () => {
  const h = await start(
    [
      { name: 'plain', body: 'Plain.', model: 'haiku' },
      { name: 'grants', body: 'Grants.', allowedTools: ['Bash'] },
    ],
    {
      model: [callTool('Skill', { skill: 'plain' }), callTool('Skill', { skill: 'grants' }), say('ok')],
      answers: { permission: 'deny' },
    },
  );
  const run = await h.prompt('go');
  expect(run.calls().map(({ verdict }) => verdict)).toEqual(['allow', 'deny']);
  expect(h.questions).toHaveLength(1);
});

test('rules on skills: denied ones are not listed and not run', async () => {
  const h = await start(
    [
      { name: 'open', body: 'Open.' },
      { name: 'shut', body: 'Shut.' },
      { name: 'barred', body: 'Barred.' },
    ],
    {
      config: { permissions: { deny: ['Skill(shut)', 'Skill(barred *)'] } },
      model: [[callTool('Skill', { skill: 'shut' }), callTool('Skill', { skill: 'barred', args: 'x' })], say('ok')],
    },
  );
  const run = await h.prompt('go');
  expect(run.calls().map(({ verdict }) => verdict)).toEqual(['deny', 'deny']);
  expect(textsOf(run.requests[0])).toContain('- open');
  expect(textsOf(run.requests[0])).not.toMatch(/- (shut|barred)/);
});

test('skillOverrides: name only, user only, off', async () => {
  const h = await start(
    [
      { name: 'named', description: 'About named' },
      { name: 'users', description: 'About users' },
      { name: 'gone', description: 'About gone' },
    ],
    { config: { skillOverrides: { named: 'name-only', users: 'user-invocable-only', gone: 'off' } } },
  );
  const run = await h.prompt('go');
  expect(textsOf(run.requests[0])).toContain('- named\\n');
  expect(textsOf(run.requests[0])).not.toMatch(/About|users|gone/);
  const init = run.events.find((event) => event.type === 'init');
  expect(init?.extra.skills).toEqual(['named', 'users']);
});

test('a skill for some files is told of once one of them is touched', async () => {
  const h = await start([{ name: 'sql', description: 'How we write SQL', paths: ['db/**/*.sql', '*.psql'] }], {
    files: { 'db/x/a.sql': 'select 1', 'b.txt': '' },
    model: [
      (request) =>
        callTool('Read', { file_path: String(/"(\/[^"]*)b\.txt/.exec(JSON.stringify(request))?.[1] ?? 'b.txt') }),
      callTool('Read', { file_path: 'db/x/a.sql' }),
      say('ok'),
    ],
  });
  await h.prompt(`read`);
  expect(h.requests.map((request) => textsOf(request).includes('How we write SQL'))).toEqual([false, false, true]);
});

test('2,000 skills stay within 1 % of the context window, and the rest is counted', async () => {
  const many = Array.from({ length: 2_000 }, (_, n) => ({
    name: `skill-number-${n}`,
    description: `What ${n} is for: ${'words '.repeat(400)}`,
  }));
  const h = await start(many, { env: { SLASH_COMMAND_TOOL_CHAR_BUDGET: '8000' } });
  await h.prompt('go');
  const list =
    /<system-reminder>\\n(Skills[\s\S]*?)<\/system-reminder>/
      .exec(textsOf(h.requests[0]))?.[1]
      ?.replaceAll('\\n', '\n') ?? '';
  expect(list).toContain('- skill-number-0');
  expect(list.length).toBeLessThan(8_200);
  expect(list).toMatch(/\(1\d\d\d more are not listed/);
});

test('a session that goes on is not told again what its history says', async () => {
  const given = [{ name: 'greeting', description: 'How to greet' }];
  const h = await start(given, {
    bundled: ['skills', 'builtin-tools', 'sessions'],
    model: [say('1'), say('2')],
    session: { persist: true },
  });
  await h.prompt('one');
  const first = await h.session();
  await first.close('other');
  const second = await h.open({ persist: true, resume: first.id });
  await second.send({ content: 'two' });
  expect(textsOf(h.requests[1]).match(/How to greet/g)).toHaveLength(1);
});
