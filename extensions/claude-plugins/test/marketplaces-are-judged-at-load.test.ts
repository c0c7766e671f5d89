import type { ConfigLayer } from 'tenon/plugin-api';
import { tempProject } from 'tenon/test-kit';
import { expect, test } from 'vitest';
import { placesOf } from '../places.ts';
import { installedSources } from '../plugin-sources.ts';
import { setUp, warnings } from './setup.ts';

/** A home with the plugin `tool` of a marketplace that comes from there. */
async function home(name: string, source: object) {
  const folder = await tempProject();
  const root = folder.path('files');
  await folder.write('files/commands/a.md', 'A');
  const id = `tool@${name}`;
  const installed = { version: 2, plugins: { [id]: [{ scope: 'user', installPath: root }] } };
  await folder.write('.claude/plugins/installed_plugins.json', JSON.stringify(installed));
  const known = { [name]: { source, installLocation: folder.path('shop') } };
  await folder.write('.claude/plugins/known_marketplaces.json', JSON.stringify(known));
  await folder.write('.claude/settings.json', JSON.stringify({ enabledPlugins: { [id]: true } }));
  return { id, env: { CLAUDE_CONFIG_DIR: folder.path('.claude') } };
}

const hub = { source: 'github', repo: 'acme/hub' };

test.each<[object, object, string | undefined]>([
  [{}, hub, undefined],
  [{ strictKnownMarketplaces: [hub] }, hub, undefined],
  [{ strictKnownMarketplaces: [] }, hub, 'your administrator does not allow the marketplace shop'],
  [
    { blockedMarketplaces: [{ source: 'github', repo: 'acme/*' }] },
    hub,
    'your administrator has blocked the marketplace shop',
  ],
  [
    { blockedMarketplaces: [{ hostPattern: 'github\\.com' }] },
    { source: 'url', url: 'https://example.com/m.json' },
    undefined,
  ],
])('with the managed settings %j, a plugin from %j', async (value, source, refusal) => {
  const { id, env } = await home('shop', source);
  const { h } = await setUp({ env });
  const layers = [{ source: 'managed', dir: '/', value }] as unknown as readonly ConfigLayer[];
  const enabled = new Map([[id, { on: true, source: 'user' as const }]]);
  const [found] = await installedSources(placesOf(h.host, {}), enabled, layers, false);
  expect(found!.problem?.message).toBe(refusal && `${refusal}; the plugin is skipped`);
  expect(found!.problem?.type).toBe(refusal && 'policy');
});

test('a marketplace with a reserved name that comes from elsewhere brings nothing along, which is said', async () => {
  const name = 'claude-plugins-official';
  const { env } = await home(name, hub);
  const { h, plugins } = await setUp({ env, expectDiagnostics: ['LOG'] });
  expect(plugins.list()).toMatchObject([{ loaded: false, problems: [{ type: 'policy' }] }]);
  expect(warnings(h)).toEqual([expect.stringMatching(/is reserved for its owner, .* the plugin is skipped$/)]);
  const owners = await home(name, { source: 'github', repo: 'anthropics/claude-plugins-official' });
  expect((await setUp({ env: owners.env })).plugins.list()).toMatchObject([{ loaded: true, problems: [] }]);
});
