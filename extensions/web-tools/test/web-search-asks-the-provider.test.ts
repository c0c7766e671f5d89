import { defineExtension, type Extension, type ModelEvent, type ModelRequest, Models } from 'tenon/plugin-api';
import { callTool, createHarness, say } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import webTools from '../index.ts';

const config = { permissions: { allow: ['WebSearch'] } };

/** A provider with a search of its own, beside the scripted model that talks. */
function searching(blocks: readonly object[]): { readonly extension: Extension; readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const extension = defineExtension({
    manifest: {
      id: 'searching',
      version: '1.0.0',
      api: 1,
      contributes: { models: ['talks-and-searches'] },
    },
    setup(api) {
      api.add(Models, {
        name: 'talks-and-searches',
        serverTools: ['web_search'],
        info: (id) => ({ id, contextWindow: 1, maxOutputTokens: 1 }),
        keySource: () => 'none',
        async *stream(request, context) {
          if (request.serverTools !== undefined) {
            requests.push(request);
            yield blocks.map(
              (block, index) => ({ type: 'content_block_start', index, content_block: block }) as ModelEvent,
            );
            return;
          }
          const scripted = await api.item(Models, 'scripted');
          yield* scripted!.stream(request, context);
        },
      });
    },
  });
  return { extension, requests };
}

test('the search is one request with the tool of the provider', async () => {
  const { extension, requests } = searching([
    { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
    {
      type: 'web_search_tool_result',
      tool_use_id: 's1',
      content: [{ type: 'web_search_result', title: 'Tea', url: 'https://tea.example/', encrypted_content: 'zz' }],
    },
    { type: 'text', text: 'Tea is ' },
    { type: 'text', text: 'green.' },
  ]);
  const h = await createHarness({
    extensions: [webTools, extension],
    config,
    session: { model: 'talks-and-searches' },
    model: [callTool('WebSearch', { query: 'tea', allowed_domains: ['tea.example'] }), say('done')],
  });
  const run = await h.prompt('search');
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    tools: [],
    serverTools: [{ type: 'web_search', allowedDomains: ['tea.example'] }],
    messages: [{ role: 'user', content: 'Search the web for: tea' }],
  });
  const [call] = run.calls('WebSearch');
  expect(call!.result).toContain('- Tea: https://tea.example/\n\nTea is green.\n</results>');
  const event = run.events.find((one) => one.type === 'user' && one.source === 'tool');
  expect(event).toMatchObject({
    toolUseResult: {
      query: 'tea',
      results: [{ tool_use_id: 's1', content: [{ title: 'Tea', url: 'https://tea.example/' }] }, 'Tea is green.'],
      durationSeconds: expect.any(Number),
    },
  });
});

test('a search that fails, a provider without one, and lists that exclude each other are told', async () => {
  const { extension } = searching([
    {
      type: 'web_search_tool_result',
      tool_use_id: 's',
      content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
    },
  ]);
  const broken = await createHarness({
    extensions: [webTools, extension],
    config,
    session: { model: 'talks-and-searches' },
    model: [
      callTool('WebSearch', { query: 'tea' }),
      callTool('WebSearch', { query: 'tea', allowed_domains: ['a'], blocked_domains: ['b'] }),
      say('done'),
    ],
  });
  const results = (await broken.prompt('search')).calls('WebSearch').map(({ result }) => result);
  expect(results[0]).toMatch(/found nothing: max_uses_exceeded/);
  expect(results[1]).toMatch(/cannot be used together/);

  const without = await createHarness({
    extensions: [webTools],
    config,
    model: [callTool('WebSearch', { query: 'tea' }), say('done')],
  });
  const [call] = (await without.prompt('search')).calls('WebSearch');
  expect(call).toMatchObject({
    isError: true,
    result: expect.stringMatching(/provider of the model scripted has none/),
  });
});
