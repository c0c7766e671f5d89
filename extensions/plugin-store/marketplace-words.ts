import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRepo, type MarketplaceSource } from './source.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';

/**
 * The source that words of the command line name: `owner/repo[@ref]`, an address of git (`…#ref`), the address of a
 * marketplace.json, a folder, a file, or `npm:package[@version]`.
 * @throws StoreError `bad-source`
 */
export async function marketplaceSourceOf(
  text: string,
  { host, flags }: Pick<Store, 'host' | 'flags'>,
): Promise<MarketplaceSource> {
  const sparse =
    Array.isArray(flags.sparse) && flags.sparse.length > 0 ? { sparsePaths: flags.sparse as readonly string[] } : {};
  if (isPath(text)) {
    const path = text === '~' || text.startsWith('~/') ? join(host.home, text.slice(1)) : resolve(host.cwd, text);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return { source: 'directory', path };
    if (found?.isFile()) return { source: 'file', path };
    throw new StoreError('not-found', `${path} is neither a folder nor a file`);
  }
  const npm = /^npm:((?:@[^@/]+\/)?[^@/]+)(?:@(.+))?$/.exec(text);
  if (npm !== null) return { source: 'npm', package: npm[1]!, ...(npm[2] !== undefined && { version: npm[2] }) };
  const [, repo, at] = /^([^@#:]+?)(?:[@#](.+))?$/.exec(text) ?? [];
  if (repo !== undefined && isRepo(repo))
    return { source: 'github', repo, ...(at !== undefined && { ref: at }), ...sparse };
  const [, address = text, ref] = /^(.*?)(?:#(.+))?$/.exec(text) ?? [];
  const page = /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(address);
  if (page !== null && isRepo(page[1]!))
    return { source: 'github', repo: page[1]!, ...(ref !== undefined && { ref }), ...sparse };
  if (/^(?:ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:|\.git$/.test(address))
    return { source: 'git', url: address, ...(ref !== undefined && { ref }), ...sparse };
  if (/^https?:\/\/.*\.json(?:\?|$)/.test(address)) return { source: 'url', url: text };
  if (/^https?:\/\//.test(address))
    return { source: 'git', url: address, ...(ref !== undefined && { ref }), ...sparse };
  throw new StoreError(
    'bad-source',
    `${JSON.stringify(text)} is no source of a marketplace; write owner/repo, an address of git, the https address of a marketplace.json, npm:PACKAGE, or a path such as ./folder`,
  );
}

function isPath(text: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|~(?:\/|$))/.test(text) || /^[A-Za-z]:[\\/]/.test(text);
}
