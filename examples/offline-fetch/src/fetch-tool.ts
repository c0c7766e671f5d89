import { defineTool } from 'tenon/plugin-api';

interface FetchInput {
  readonly url: string;
  readonly prompt: string;
}

/** Characters of a page that the model gets. */
const LONGEST = 50_000;

/**
 * The tool. It has the name and the input of the built-in one, so that everything that knows `WebFetch` goes on working:
 * permission rules such as `WebFetch(domain:example.com)`, hooks, the habits of models.
 * @param saved the path of a saved page, from its parts
 */
export function fetchTool(saved: (...parts: string[]) => string) {
  return defineTool<FetchInput>({
    name: 'WebFetch',
    description: 'Reads a page from a folder of saved pages; there is no network.',
    input: {
      type: 'object',
      properties: {
        url: { type: 'string', minLength: 1, description: 'The address of the page' },
        prompt: { type: 'string', description: 'What to look for in it' },
      },
      required: ['url', 'prompt'],
      additionalProperties: false,
    },
    readOnly: () => true,
    access: ({ url }) => ({ url }),
    async run({ url }) {
      const parts = partsOf(url);
      if (parts === undefined) return { isError: true, content: `${url} is no address of a page` };
      const { readFile } = await import('node:fs/promises');
      for (const name of namesOf(parts)) {
        const text = await readFile(saved(...name), 'utf8').catch(() => undefined); // not saved under this name
        if (text !== undefined) return text.slice(0, LONGEST);
      }
      return { isError: true, content: `${url} is not among the saved pages, and there is no network.` };
    },
  });
}

/** Host and path, without anything that could lead out of the folder. */
function partsOf(url: string): readonly string[] | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  // the parser has taken `..` out of the path; an encoded separator would bring it back
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  return [host, ...parts].some((part) => /[/\\]|^\.\.?$/.test(part)) ? undefined : [host, ...parts];
}

function namesOf(parts: readonly string[]): readonly (readonly string[])[] {
  const last = parts.at(-1)!;
  const before = parts.slice(0, -1);
  const folder = last === '' ? before : parts;
  const own = last === '' ? [] : [parts, [...before, `${last}.md`], [...before, `${last}.html`]];
  return [...own, [...folder, 'index.md'], [...folder, 'index.html']];
}
