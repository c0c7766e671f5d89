import { expect, test } from 'vitest';
import { checkPolicy } from '../policy.ts';
import type { MarketplaceSource } from '../source.ts';
import type { Store } from '../store.ts';

function verdict(managed: Record<string, unknown>, source: MarketplaceSource): string {
  const layers = () => [{ source: 'managed', dir: '/', value: managed }];
  try {
    checkPolicy({ config: { layers } } as unknown as Store, source);
    return 'allowed';
  } catch (error) {
    return (error as Error).message;
  }
}

const hub = { source: 'github', repo: 'acme/hub' } as const;

test.each<readonly [string, unknown, MarketplaceSource, boolean]>([
  ['the repository itself', { source: 'github', repo: 'acme/hub' }, hub, true],
  ['another one', { source: 'github', repo: 'acme/other' }, hub, false],
  ['its owner', { source: 'github', repo: 'acme/*' }, hub, true],
  ['an owner with a longer name', { source: 'github', repo: 'acm/*' }, hub, false],
  [
    'the host',
    { source: 'hostPattern', hostPattern: '.*\\.example\\.com' },
    { source: 'git', url: 'git@git.example.com:x.git' },
    true,
  ],
  [
    'a host that only begins so',
    { hostPattern: 'example\\.com' },
    { source: 'url', url: 'https://example.com.evil.org/m.json' },
    false,
  ],
  ['a folder', { pathPattern: '/opt/.*' }, { source: 'directory', path: '/opt/plugins' }, true],
  ['a pattern that makes no sense', { pathPattern: '(' }, { source: 'directory', path: '/opt/plugins' }, false],
  ['a ref that the rule does not name', { source: 'github', repo: 'acme/hub' }, { ...hub, ref: 'v1' }, true],
])('a rule that names %s', (_name, rule, source, fits) => {
  const allowed = verdict({ strictKnownMarketplaces: [rule] }, source);
  expect(allowed).toMatch(fits ? /^allowed$/ : /^your administrator does not allow/);
  const blocked = verdict({ blockedMarketplaces: [rule] }, source);
  expect(blocked).toMatch(fits ? /^your administrator has blocked/ : /^allowed$/);
});

test('an empty list allows none', () => {
  expect(verdict({ strictKnownMarketplaces: [] }, hub)).toMatch(
    /does not allow marketplaces from GitHub repository acme\/hub/,
  );
  expect(verdict({}, hub)).toBe('allowed');
});
