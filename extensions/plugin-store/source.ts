import type { JsonObject } from 'tenon/plugin-api';
import { PLUGIN_SOURCE_FIELDS } from 'tenon/plugin-api/lib/marketplace-format';
import { isObject, textIn } from './json-file.ts';
import { StoreError } from './store-error.ts';

/** Where a marketplace comes from, as settings and known_marketplaces.json write it. */
export type MarketplaceSource =
  | (GitPlace & { readonly source: 'github'; readonly repo: string; readonly path?: string })
  | (GitPlace & { readonly source: 'git'; readonly url: string; readonly path?: string })
  | { readonly source: 'url'; readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  | (NpmPlace & { readonly source: 'npm' })
  | { readonly source: 'file' | 'directory'; readonly path: string }
  | {
      readonly source: 'settings';
      readonly name: string;
      readonly plugins: readonly unknown[];
      readonly owner?: unknown;
    };

/** Where a plugin comes from, as the entry of a marketplace writes it. */
export type PluginSource =
  | { readonly source: 'path'; readonly path: string }
  | (GitPlace & { readonly source: 'github'; readonly repo: string })
  | (GitPlace & { readonly source: 'url'; readonly url: string })
  | (GitPlace & { readonly source: 'git-subdir'; readonly url: string; readonly path: string })
  | (NpmPlace & { readonly source: 'npm' })
  | { readonly source: 'archive'; readonly url: string; readonly sha256?: string }
  | {
      readonly source: 'command';
      readonly command: string;
      readonly timeout?: number;
      readonly mode?: 'copy' | 'link';
    };

interface GitPlace {
  readonly ref?: string;
  readonly sha?: string;
  readonly sparsePaths?: readonly string[];
  readonly skipLfs?: boolean;
}
interface NpmPlace {
  readonly package: string;
  readonly version?: string;
  readonly registry?: string;
}

const MARKETPLACE_NEEDS: Readonly<Record<string, string>> = {
  github: 'repo',
  git: 'url',
  url: 'url',
  npm: 'package',
  file: 'path',
  directory: 'path',
  settings: 'name',
};

/** @throws StoreError `unsupported` for a kind that is not known, `bad-source` for fields that are missing or wrong */
export function marketplaceSource(value: unknown, what: string): MarketplaceSource {
  if (!isObject(value))
    throw new StoreError(
      'bad-source',
      `${what}: its source must be an object such as {"source": "github", "repo": "owner/name"}`,
    );
  const { source } = value;
  const need =
    typeof source === 'string' && Object.hasOwn(MARKETPLACE_NEEDS, source) ? MARKETPLACE_NEEDS[source]! : undefined;
  if (need === undefined)
    throw new StoreError(
      'unsupported',
      `${what}: marketplaces of the kind ${JSON.stringify(source)} are not supported`,
    );
  demand(value, need, what);
  if (source === 'github') checkRepo(value.repo as string, what);
  if (source === 'settings' && !Array.isArray(value.plugins))
    throw new StoreError('bad-source', `${what}: a source of the kind settings needs "plugins", a list`);
  return value as unknown as MarketplaceSource;
}

/**
 * @param root `metadata.pluginRoot` of the marketplace
 * @throws StoreError as `marketplaceSource`
 */
export function pluginSource(value: unknown, what: string, root: string | undefined): PluginSource {
  if (typeof value === 'string') {
    const bare = !value.startsWith('./') && value !== '.';
    if (bare && root === undefined)
      throw new StoreError('bad-source', `${what}: its source ${JSON.stringify(value)} must begin with ./`);
    return { source: 'path', path: bare ? `${root}/${value}` : value };
  }
  if (!isObject(value))
    throw new StoreError(
      'bad-source',
      `${what}: its source must be a path that begins with ./, or an object with "source"`,
    );
  const { source } = value;
  const needs =
    typeof source === 'string' && Object.hasOwn(PLUGIN_SOURCE_FIELDS, source)
      ? PLUGIN_SOURCE_FIELDS[source]
      : undefined;
  if (needs === undefined)
    throw new StoreError(
      'unsupported',
      `${what}: sources of the kind ${JSON.stringify(source)} are not supported by this version`,
    );
  for (const need of needs) demand(value, need, what);
  if (source === 'github') checkRepo(value.repo as string, what);
  return value as unknown as PluginSource;
}

function demand(value: JsonObject, field: string, what: string): void {
  if (textIn(value[field]) === undefined)
    throw new StoreError(
      'bad-source',
      `${what}: a source of the kind ${String(value.source)} needs ${JSON.stringify(field)}, a text`,
    );
  for (const name of ['ref', 'sha', 'path', 'version', 'registry', 'sha256']) {
    if (value[name] !== undefined && typeof value[name] !== 'string')
      throw new StoreError('bad-source', `${what}: ${JSON.stringify(name)} of its source must be a text`);
  }
}

function checkRepo(repo: string, what: string): void {
  if (!isRepo(repo))
    throw new StoreError(
      'bad-source',
      `${what}: ${JSON.stringify(repo)} is not the name of a repository; write owner/name`,
    );
}

export function isRepo(text: string): boolean {
  return /^[A-Za-z0-9][\w-]*\/[\w.-]+$/.test(text) && !text.endsWith('/..') && !text.endsWith('/.');
}

/** The address that git is given. */
export function gitUrl(source: { readonly repo?: string; readonly url?: string }): string {
  const { repo, url = '' } = source;
  if (repo !== undefined || isRepo(url)) return `https://github.com/${(repo ?? url).replace(/\.git$/, '')}.git`;
  return url;
}

/** A source in a few words. */
export function shownSource(source: MarketplaceSource | PluginSource): string {
  const ref = 'ref' in source && source.ref !== undefined ? ` at ${source.ref}` : '';
  switch (source.source) {
    case 'github':
      return `GitHub repository ${source.repo}${ref}`;
    case 'npm':
      return `npm package ${source.package}${source.version === undefined ? '' : `@${source.version}`}`;
    case 'git':
    case 'url':
    case 'archive':
      return `${withoutSecret(source.url)}${ref}`;
    case 'git-subdir':
      return `${source.path} of ${withoutSecret(source.url)}${ref}`;
    case 'command':
      return `the folder that \`${source.command}\` prints`;
    case 'settings':
      return 'the settings';
    default:
      return source.path;
  }
}

/** An address without the password in it. */
export function withoutSecret(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}
