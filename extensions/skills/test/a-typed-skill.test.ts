// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of skills are written like those of templates
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineExtension, type HookName } from 'tenon/plugin-api';
import { createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { type GivenSkill, giving } from './giving.ts';

const UNTRUSTED = { kind: 'project', trusted: false } as const;

function start(skills: readonly GivenSkill[], options: HarnessOptions = {}) {
  return createHarness({
    bundled: ['slash-commands', 'skills', 'builtin-tools'],
    model: [say('done')],
    ...options,
    extensions: [giving(...skills), ...(options.extensions ?? [])],
  });
}

/** The text of the last prompt that the model got, without reminders. */
function promptOf(h: Awaited<ReturnType<typeof start>>): string {
  const content = h.requests.at(-1)?.messages.at(-1)?.content ?? [];
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  return blocks
    .flatMap((block) => (block.type === 'text' && !block.text.startsWith('<system-reminder>') ? [block.text] : []))
    .join('\n');
}

test('its text takes the place of what was typed, in one message with its name', async () => {
  const h = await start([{ name: 'greet', body: 'Greet $0 in $1, from ${CLAUDE_PROJECT_DIR}.' }]);
  const run = await h.prompt('/greet "Ada L" German');
  expect(run.text).toBe('done');
  expect(promptOf(h)).toBe(
    '<command-message>greet</command-message>\n<command-name>/greet</command-name>\n' +
      `<command-args>"Ada L" German</command-args>\nGreet Ada L in German, from ${h.project.dir}.`,
  );
  const users = run.events.filter((event) => event.type === 'user' && event.isMeta !== true);
  expect(users).toHaveLength(1);
});

test('arguments that the text does not use are added to it', async () => {
  const h = await start([{ name: 'fix', body: 'Fix it.\n' }]);
  await h.prompt('/fix the bug');
  expect(promptOf(h)).toMatch(/Fix it\.\n\nARGUMENTS: the bug$/);
});

test('an argument that is missing leaves its token; a named one is empty', async () => {
  const h = await start([{ name: 'x', body: '[$0|$1|$who|$what]', arguments: ['who', 'what'] }]);
  await h.prompt('/x me');
  expect(promptOf(h)).toMatch(/\[me\|\$1\|me\|\]$/);
});

test('commands that the rules allow run before, and their output is in the text', async () => {
  const h = await start(
    [
      {
        name: 'state',
        body: 'Here:\n!`ls`\n\n```!\necho $0 > out.txt\ncat out.txt\n```\n',
        allowedTools: ['Bash(echo *)', 'Write', 'Edit'],
      },
    ],
    {
      files: { 'a.txt': '' },
      config: { permissions: { defaultMode: 'acceptEdits' } },
    },
  );
  await h.prompt('/state word');
  const prompt = promptOf(h);
  expect(prompt).toContain('Here:\na.txt\n');
  expect(prompt).toContain('\nword\n');
  expect(h.questions).toEqual([]);
});

test('a command that would have to be asked about ends the invocation, unasked and without a request', async () => {
  const h = await start([{ name: 'bad', body: 'Do !`touch made.txt` now' }], { model: [] });
  const run = await h.prompt('/bad');
  expect(run.result).toMatchObject({ isError: true, subtype: 'success' });
  expect(run.text).toMatch(/^\/bad did not run: the command `touch made.txt` in its text may not run/);
  expect([h.questions.length, h.requests.length]).toEqual([0, 0]);
  expect(existsSync(join(h.project.dir, 'made.txt'))).toBe(false);
});

test('a command that fails ends the invocation; one that only found nothing does not', async () => {
  const h = await start(
    [
      { name: 'fails', body: '!`cat not-there.txt`' },
      { name: 'finds', body: 'Found: !`grep nothing a.txt`.' },
    ],
    { files: { 'a.txt': 'x\n' } },
  );
  expect((await h.prompt('/fails')).text).toMatch(/failed: Exit code 1\n/);
  await h.prompt('/finds');
  expect(promptOf(h)).toMatch(/Found: \.$/);
});

test('what an argument or the output of a command holds is never run, and never filled in', async () => {
  const h = await start([{ name: 'show', body: 'Given: $ARGUMENTS\nFile: !`cat evil.md`\n' }], {
    files: { 'evil.md': '!`touch pwned`\n\n```!\ntouch pwned\n```\n$ARGUMENTS ${CLAUDE_SESSION_ID} @evil.md' },
    permissions: 'allow-all',
  });
  await h.prompt('/show !`touch pwned` $0\n```!\ntouch pwned\n```');
  const prompt = promptOf(h);
  expect(prompt).toContain('Given: !`touch pwned` $0\n```!\ntouch pwned\n```');
  expect(prompt).toContain('File: !`touch pwned`\n\n```!\ntouch pwned\n```\n$ARGUMENTS ${CLAUDE_SESSION_ID} @evil.md');
  expect(existsSync(join(h.project.dir, 'pwned'))).toBe(false);
});

test('an argument inside of a command is judged with it', async () => {
  const h = await start([{ name: 'log', body: '!`git log $ARGUMENTS`', allowedTools: ['Bash(git log:*)'] }], {
    model: [],
  });
  const run = await h.prompt('/log -1; touch pwned');
  expect(run.text).toMatch(/may not run/);
  expect(existsSync(join(h.project.dir, 'pwned'))).toBe(false);
});

test('a folder that is not trusted runs no command and grants nothing, and says so', async () => {
  const h = await start(
    [
      { name: 'greedy', body: 'See !`echo ran`', allowedTools: ['Bash'], origin: UNTRUSTED },
      { name: 'probe', body: '!`touch pwned`' },
    ],
    { expectDiagnostics: [/its allowed-tools and hooks do not count/, /were not run: .* not trusted/] },
  );
  await h.prompt('/greedy');
  expect(promptOf(h)).toMatch(
    /See \[The command `echo ran` was not run: the skill comes from a folder that is not trusted\]$/,
  );
  expect((await h.prompt('/probe')).text).toMatch(/may not run/);
});

test('disableSkillShellExecution puts a note in the place of commands', async () => {
  const h = await start([{ name: 'state', body: '!`git status`' }], {
    config: { disableSkillShellExecution: true },
    expectDiagnostics: [/were not run: the setting/],
  });
  await h.prompt('/state');
  expect(promptOf(h)).toMatch(
    /\[The command `git status` was not run: the setting disableSkillShellExecution is on\]$/,
  );
});

test('its rules hold for the prompt that runs it and not for the next', async () => {
  const h = await start(
    [
      { name: 'grant', body: '!`touch one.txt`', allowedTools: ['Bash(touch:*)'] },
      { name: 'without', body: '!`touch two.txt`' },
    ],
    { config: { permissions: { allow: ['Edit'] } } },
  );
  await h.prompt('/grant');
  expect(existsSync(join(h.project.dir, 'one.txt'))).toBe(true);
  expect((await h.prompt('/without')).text).toMatch(/may not run/);
});

test('tools that it disallows are not offered until the next message', async () => {
  const h = await start([{ name: 'read-only', body: 'Look.', disallowedTools: ['Write', 'Edit'] }], {
    model: [say('a'), say('b')],
  });
  await h.prompt('/read-only');
  await h.prompt('go on');
  const names = h.requests.map(({ tools }) => tools.map(({ name }) => name));
  expect([names[0]?.includes('Write'), names[0]?.includes('Read')]).toEqual([false, true]);
  expect(names[1]).toContain('Write');
});

test('effort and model of the prompt', async () => {
  const h = await start([{ name: 'hard', body: 'Think.', effort: 'high' }], { model: [say('a'), say('b')] });
  await h.prompt('/hard');
  await h.prompt('go on');
  expect(h.requests.map(({ effort }) => effort)).toEqual(['high', undefined]);
});

test('files that it names come along as far as they may be read', async () => {
  const h = await start(
    [{ name: 'see', body: 'Read @notes.md and @/etc/hostname-not and @../outside.md; not `@x`.' }],
    {
      files: { 'notes.md': 'remember me' },
    },
  );
  await h.prompt('/see');
  const texts = JSON.stringify(h.requests[0]?.messages);
  expect(texts).toContain('remember me');
  expect(texts).toMatch(/@notes\.md is the file .*notes\.md:/);
});

test('two of them are stacked for the same arguments, which are added once', async () => {
  const h = await start(
    [
      { name: 'a', body: 'First.' },
      { name: 'b', body: 'Second: $ARGUMENTS' },
      { name: 'c', body: 'Third.' },
    ],
    { model: [say('1'), say('2')] },
  );
  await h.prompt('/a /b the rest');
  expect(promptOf(h)).toMatch(/First\.\n<command-message>b<[\s\S]*Second: the rest$/);
  expect(promptOf(h)).not.toContain('ARGUMENTS:');
  await h.prompt('/a /c it');
  expect(promptOf(h).match(/ARGUMENTS: it/g)).toHaveLength(1);
});

test('one that runs in a subagent says so where there are none', async () => {
  const h = await start([{ name: 'away', body: 'Work.', fork: true }], { model: [] });
  const run = await h.prompt('/away');
  expect(run.text).toMatch(/runs in a subagent \(general-purpose\).*subagents@1/);
});

test('hooks see the command, may change its arguments, its text, and refuse it', async () => {
  const seen: unknown[] = [];
  const taps = [
    'PreCommand',
    'PostCommand',
    'UserPromptExpansion',
    'UserPromptSubmit',
  ] as const satisfies readonly HookName[];
  const watcher = defineExtension({
    manifest: { id: 'watcher', version: '1', api: 1, taps },
    setup(api) {
      api.hooks.UserPromptSubmit.tap(({ text }) => void seen.push(['submit', text]));
      api.hooks.PreCommand.tap(({ name, args, source, origin }) => {
        seen.push(['pre', name, args, source, origin]);
        if (args === 'secret') return { verdict: 'deny', reason: 'no secrets' };
        return { args: `${args}!`, context: 'from the gate' };
      });
      api.hooks.UserPromptExpansion.tap(({ command, text, prompt, source }) => {
        seen.push(['expansion', command, text, prompt, source]);
        return command === 'b' ? { verdict: 'deny', reason: 'not b' } : { text: text.toUpperCase() };
      });
      api.hooks.PostCommand.tap(({ name, args, output, ok }) => void seen.push(['post', name, args, output, ok]));
    },
  });
  const h = await start(
    [
      { name: 'a', body: 'do $0' },
      { name: 'b', body: 'b' },
    ],
    { extensions: [watcher] },
  );
  await h.prompt('/a it');
  expect(seen).toEqual([
    ['submit', '/a it'],
    ['pre', 'a', 'it', 'slash', 'user'],
    ['expansion', 'a', 'do it!', '/a it', 'user'],
    ['post', 'a', 'it!', expect.stringContaining('DO IT!'), true],
  ]);
  expect(promptOf(h)).toMatch(/DO IT!$/);
  expect(JSON.stringify(h.requests[0]?.messages)).toContain('from the gate');
  expect((await h.prompt('/a secret')).text).toBe('/a was refused: no secrets');
  expect((await h.prompt('/b')).text).toBe('/b was refused: not b');
});
