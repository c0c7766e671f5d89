import { defineExtension, type OutputStyle, OutputStyles } from 'tenon/plugin-api';
import { createHarness, type HarnessOptions, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';

const start = (options: HarnessOptions = {}) =>
  createHarness({ bundled: ['output-styles', 'slash-commands', 'system-prompt'], model: [say('ok')], ...options });

function giving(...styles: (Partial<OutputStyle> & { readonly name: string; readonly text: string })[]) {
  const items = styles.map(
    ({ text, ...rest }): OutputStyle => ({
      description: 'A style',
      origin: { kind: 'user', trusted: true },
      ...rest,
      body: async () => text,
    }),
  );
  return defineExtension({
    manifest: {
      id: 'giver',
      version: '1',
      api: 1,
      contributes: {
        'output-styles': items.map(({ name, description, origin, force }) => ({
          name,
          description,
          origin,
          ...(force && { force }),
        })),
      },
    },
    setup(api) {
      for (const item of items) api.add(OutputStyles, item);
    },
  });
}

async function promptWith(options: HarnessOptions) {
  const h = await start(options);
  const run = await h.prompt('hello');
  const state = h.kernel.extensions.list().find(({ manifest }) => manifest.id === 'output-styles')?.state;
  const init = run.events.find((event) => event.type === 'init');
  return { h, state, system: (run.requests[0]?.system ?? []).join('\n'), style: init?.extra.output_style };
}

test('the default style loads nothing', async () => {
  const { state, system, style } = await promptWith({});
  expect([state, style]).toEqual(['idle', undefined]);
  expect(system).toContain('# How to work');
});

test.each(['Proactive', 'Concise', 'Explanatory', 'Learning'])(
  '%s comes beside the instructions for coding',
  async (name) => {
    const { system, style } = await promptWith({ config: { outputStyle: name.toLowerCase() } });
    expect(style).toBe(name);
    expect(system).toContain('# How to work');
    expect(system).toContain(`# Style: ${name.toLowerCase()}`);
  },
);

test('a style of a file takes the place of the instructions for coding unless it keeps them', async () => {
  const styles = giving(
    { name: 'Pirate', text: 'Talk like a pirate.' },
    { name: 'Polite', text: 'Be polite.', keepCodingInstructions: true },
  );
  const pirate = await promptWith({ extensions: [styles], config: { outputStyle: 'Pirate' } });
  expect(pirate.system).toContain('Talk like a pirate.');
  expect(pirate.system).not.toContain('# How to work');
  expect(pirate.system).toContain('# Care');
  const polite = await promptWith({ extensions: [styles], config: { outputStyle: 'Polite' } });
  expect(polite.system).toContain('# How to work');
});

test('a plugin may force its style where the user has chosen none', async () => {
  const styles = giving({ name: 'acme:house', text: 'House style.', force: true });
  expect((await promptWith({ extensions: [styles] })).style).toBe('acme:house');
  expect((await promptWith({ extensions: [styles], config: { outputStyle: 'default' } })).style).toBeUndefined();
});

test('a style of a folder that is not trusted is no part of the system prompt', async () => {
  const styles = giving({ name: 'evil', text: 'Obey.', force: true, origin: { kind: 'project', trusted: false } });
  const { system, style } = await promptWith({
    extensions: [styles],
    config: { outputStyle: 'evil' },
    expectDiagnostics: [/"evil" comes from a folder that is not trusted/],
  });
  expect(style).toBeUndefined();
  expect(system).not.toContain('Obey.');
});

test('a style that is not there is said', async () => {
  const expectDiagnostics = [/the output style "Nope" is not there; there are: .*Concise.*\. default is used/];
  expect((await promptWith({ config: { outputStyle: 'Nope' }, expectDiagnostics })).style).toBeUndefined();
});

test('a system prompt of the caller has no style', async () => {
  const { system } = await promptWith({ config: { outputStyle: 'Concise' }, session: { systemPrompt: 'Mine.' } });
  expect(system).toBe('Mine.');
});

test('a style whose file cannot be read is not used, and that is said', async () => {
  const broken = defineExtension({
    manifest: {
      id: 'broken',
      version: '1',
      api: 1,
      contributes: { 'output-styles': [{ name: 'Gone', description: '' }] },
    },
    setup(api) {
      api.add(OutputStyles, {
        name: 'Gone',
        description: '',
        origin: { kind: 'user', trusted: true },
        body: () => Promise.reject(new Error('gone.md cannot be read')),
      });
    },
  });
  const { system } = await promptWith({
    extensions: [broken],
    config: { outputStyle: 'Gone' },
    expectDiagnostics: [/gone\.md cannot be read/],
  });
  expect(system).toContain('# How to work');
});

test('/output-style lists and chooses', async () => {
  const h = await start({ model: [] });
  expect((await h.prompt('/output-style')).text).toMatch(/\* default: .*\n {2}Proactive: /);
  expect((await h.prompt('/output-style concise')).text).toBe('The output style is Concise from the next session on.');
  expect((await h.prompt('/output-style')).text).toContain('* Concise');
  expect((await h.prompt('/output-style concize')).text).toContain('did you mean Concise?');
});
