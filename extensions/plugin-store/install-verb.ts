import { type ExtensionApi, type Invocation, Plugins } from 'tenon/plugin-api';
import { shownClaims } from './claims.ts';
import { commitPlugins, stageAll } from './install.ts';
import { marketplaceSourceOf } from './marketplace-words.ts';
import { addMarketplace } from './marketplaces.ts';
import { change, type Outcome } from './outcome.ts';
import { findPlugin } from './plugin-id.ts';
import { setOptions } from './plugin-options.ts';
import { oneWord, type Store, scopeOf } from './store.ts';

/** `plugin install`. */
export function runInstall(api: ExtensionApi, args: readonly string[], flags: Invocation['flags']): Promise<number> {
  const word = oneWord('install', args, 'plugin');
  return change(api, 'install', flags, async (store) => {
    if (typeof flags.marketplace === 'string') {
      const source = await marketplaceSourceOf(flags.marketplace, store);
      const { name } = await addMarketplace(store, source, scopeOf(store) ?? 'user');
      return install(store, word.includes('@') ? word : `${word}@${name}`);
    }
    const { extensionSourceOf, installExtension } = await import('./install-extension.ts');
    if (extensionSourceOf(word, store) !== undefined) return installExtension(store, word, 'install');
    return install(store, word);
  });
}

async function install(store: Store, word: string): Promise<Outcome> {
  const scope = scopeOf(store) ?? 'user';
  const { name, from } = await findPlugin(store, word);
  const staged = await stageAll(store, from, name);
  const asked = staged.at(-1)!;
  await commitPlugins(store, staged, scope, asked.id);
  if (Array.isArray(store.flags.config)) await setOptions(store, asked.id, store.flags.config as readonly string[]);
  const others = staged.slice(0, -1);
  const problems = await loadProblems(store, asked.id);
  return {
    message: `Installed ${asked.id} ${asked.version} (scope: ${scope})`,
    plugin: asked.name,
    pluginId: asked.id,
    scope,
    lines: [
      ...(others.length === 0
        ? []
        : [`  with what it needs: ${others.map(({ id, version }) => `${id} ${version}`).join(', ')}`]),
      ...staged.flatMap((one) => (one === asked ? [] : shownClaims(one.claims).map((line) => `  ${one.id}${line}`))),
      ...shownClaims(asked.claims),
      ...staged.flatMap(({ id, notes }) => notes.map((note) => `  ${id}: ${note}`)),
      ...problems.map((problem) => `  problem: ${problem}`),
      `Sessions that run take it up with /reload-plugins.`,
    ],
    fields: {
      version: asked.version,
      claims: asked.claims,
      dependencies: others.map(({ id, version }) => ({ id, version })),
      problems,
    },
  };
}

/** What the loader does not like about a plugin. */
export async function loadProblems({ api }: Store, id: string): Promise<readonly string[]> {
  if (!api.has(Plugins)) return [];
  const found = (await (await api.use(Plugins)).installed()).find((one) => one.id === id);
  return (found?.problems ?? []).map(({ file, message }) => (file === undefined ? message : `${file}: ${message}`));
}
