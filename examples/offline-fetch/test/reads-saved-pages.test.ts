import { defineExtension, defineTool, Tools } from 'tenon/plugin-api';
import { callTool, createHarness, entryOf, say, tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import extension from '../src/index.ts';

const fetch = (url: string) => callTool('WebFetch', { url, prompt: 'what is it?' });

test('pages come from the folder, and what is not saved is an error that the model reads', async () => {
  const pages = await tempProject({
    files: { 'example.com/index.md': '# Example', 'example.com/docs/a.html': '<h1>A</h1>', 'secret.txt': 'no' },
  });
  const h = await createHarness({
    extensions: [extension],
    config: {
      extensions: { 'offline-fetch': { folder: pages.dir } },
      permissions: { allow: ['WebFetch(domain:example.com)'], deny: ['WebFetch(domain:evil.example)'] },
    },
    model: [
      [
        fetch('https://example.com/'),
        fetch('https://example.com/docs/a'),
        fetch('https://example.com/nowhere'),
        fetch('https://example.com/..%2fsecret.txt'),
        fetch('https://evil.example/'),
      ],
      say('done'),
    ],
  });
  const calls = (await h.prompt('read')).calls('WebFetch');
  expect(calls.map(({ result }) => result)).toEqual([
    '# Example',
    '<h1>A</h1>',
    expect.stringMatching(/not among the saved pages/),
    expect.stringMatching(/no address of a page/),
    expect.stringMatching(/./),
  ]);
  // the rules for WebFetch count for it
  expect(calls.map(({ verdict }) => verdict)).toEqual(['allow', 'allow', 'allow', 'allow', 'deny']);
});

test('the tool that it replaces is not offered any more', async () => {
  const manifest = { id: 'web', version: '1.0.0', api: 1, contributes: { tools: ['WebFetch'] } } as const;
  const online = defineExtension({
    manifest,
    setup(api) {
      const tool = { name: 'WebFetch', description: 'From the network', input: { type: 'object' } } as const;
      api.add(Tools, defineTool({ ...tool, run: () => 'from the network' }));
    },
  });
  const h = await createHarness({ extensions: [entryOf(online, { kind: 'bundled' }), extension], model: [say('hi')] });
  const { requests } = await h.prompt('hi');
  const offered = requests[0]?.tools.filter(({ name }) => /fetch/i.test(name));
  expect(offered).toMatchObject([{ name: 'WebFetch', description: expect.stringContaining('saved pages') }]);
});
