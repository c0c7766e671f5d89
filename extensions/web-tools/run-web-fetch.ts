import type { ToolContext, ToolResult } from 'tenon/plugin-api';
import { type Elsewhere, fetchPage } from './fetch-page.ts';
import { isNamedByRule } from './named-host.ts';
import type { Page } from './page.ts';
import { pageAnswer } from './page-answer.ts';
import type { PageCache } from './page-cache.ts';
import type { PageRoutes } from './page-route.ts';
import { webAddress } from './web-address.ts';
import type { Workbench } from './workbench.ts';

export interface WebFetchInput {
  readonly url: string;
  readonly prompt: string;
  readonly offset?: number;
}
export interface WebFetchOutput {
  readonly bytes: number;
  readonly code: number;
  readonly codeText: string;
  readonly result: string;
  readonly durationMs: number;
  readonly url: string;
}

/** Characters of a page that the small model reads at once. */
const READ = 100_000;
/** Characters of a page that stand in a result when no model reads it. */
const SHOWN = 30_000;

/** @throws Error in words for the model */
export async function runWebFetch(
  bench: Workbench & { readonly cache: PageCache; readonly routes: PageRoutes },
  input: WebFetchInput,
  context: ToolContext,
): Promise<ToolResult<WebFetchOutput>> {
  const began = performance.now();
  const { api, host, cache, routes } = bench;
  const url = webAddress(input.url);
  let page = cache.get(url.href);
  if (page === undefined) {
    const fetched = await fetchPage(url, {
      userAgent: `${host.distro.name.replace(/[^\w.-]+/g, '-')}/${host.distro.version}`,
      signal: context.signal,
      routes,
      named: (one) => isNamedByRule(api, context.session, context.id, one),
    });
    if ('location' in fetched) return elsewhere(url, fetched, began);
    page = fetched;
    if (page.code === 200) cache.set(url.href, page);
  }
  const { offset = 0 } = input;
  if (offset > 0 && offset >= page.text.length) {
    throw new Error(`${url.href} has only ${page.text.length} characters, so nothing is at the offset ${offset}`);
  }
  const failed = page.code >= 400;
  const read = page.text.slice(offset, offset + READ);
  const answered =
    failed || read.trim() === '' ? { why: '' } : await pageAnswer(bench, page, read, input.prompt, context);
  const shown = 'answer' in answered ? answered.answer : page.text.slice(offset, offset + SHOWN);
  const end = offset + ('answer' in answered ? read.length : shown.length);
  const notes = [
    `${page.url} (${page.code} ${page.codeText})${'why' in answered && answered.why !== '' ? `; this is its text, because ${answered.why}` : ''}`,
    ...(offset > 0 || end < page.text.length || page.cut ? [partNote(page, offset, end)] : []),
  ];
  const result = shown === '' ? '(the page has no text)' : shown;
  const output = {
    bytes: page.bytes,
    code: page.code,
    codeText: page.codeText,
    result,
    durationMs: Math.round(performance.now() - began),
    url: url.href,
  };
  const content = `${notes.join('\n')}\n<fetched>\n${result.replaceAll('</fetched', '<\\/fetched')}\n</fetched>`;
  return { content, output, ...(failed && { isError: true }) };
}

function partNote(page: Page, from: number, to: number): string {
  const more = to < page.text.length ? `; to read on, call again with offset ${to}` : '';
  const cut = page.cut ? ' (the page is longer than what is read of one)' : '';
  return `Characters ${from} to ${to} of ${page.text.length}${cut}${more}`;
}

function elsewhere(url: URL, { location, code, codeText }: Elsewhere, began: number): ToolResult<WebFetchOutput> {
  const result = `${url.href} leads to another host (${code} ${codeText}): ${location}\nTo read it, call WebFetch with that address.`;
  const durationMs = Math.round(performance.now() - began);
  return { content: result, output: { bytes: 0, code, codeText, result, durationMs, url: url.href } };
}
