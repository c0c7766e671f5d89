/** Characters of HTML that are converted. The worst that fits takes some seconds, in which nothing else happens. */
const MOST_HTML = 400_000;
/** Open elements; the converter is slow with more, and at some depth gives up. */
const DEEPEST = 200;
/** Elements without an end, or whose end may be left out. */
const SHALLOW = new Set(
  'area base br col hr img input link meta source track wbr p li dt dd tr td th thead tbody tfoot option optgroup colgroup rt rp html head body'.split(
    ' ',
  ),
);
const DROPPED = ['title', 'script', 'style', 'noscript', 'template', 'iframe', 'canvas', 'object', 'embed'] as const;

/** HTML as Markdown, without what is not for reading. `cut`: there was more. */
export async function markdown(html: string): Promise<{ readonly text: string; readonly cut: boolean }> {
  const whole = withoutParts(html);
  const readable = whole.slice(0, MOST_HTML);
  const title = decodeEntities(/<title\b[^<>]*>([^<]*)/i.exec(readable)?.[1] ?? '').trim();
  const converted = isDeep(readable) ? plain(readable) : await converter(readable);
  const body = converted.replace(/\n{3,}/g, '\n\n').trim();
  const text = title === '' || body.startsWith(`# ${title}`) ? body : `# ${title}\n\n${body}`;
  return { text, cut: whole.length > MOST_HTML };
}

async function converter(html: string): Promise<string> {
  const { default: Turndown } = await import('turndown');
  const service = new Turndown({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  service.remove([...DROPPED]);
  service.addRule('images', {
    filter: 'img',
    replacement: (_content, node) => {
      const [alt, source] = [attribute(node, 'alt'), attribute(node, 'src')];
      return source === '' || source.startsWith('data:') ? alt : `![${alt}](${source})`;
    },
  });
  return service.turndown(html);
}

function isDeep(html: string): boolean {
  let depth = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)/gi)) {
    if (SHALLOW.has(name.toLowerCase())) continue;
    depth = Math.max(0, depth + (slash === '' ? 1 : -1));
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** The text between the tags. */
function plain(html: string): string {
  return decodeEntities(html.replace(/<[^<>]*>/g, ' ').replace(/[ \t]+/g, ' '));
}

function attribute(node: unknown, name: string): string {
  return (node as { getAttribute(name: string): string | null }).getAttribute(name)?.replace(/\s+/g, ' ') ?? '';
}

/** Leaves out scripts, styles and comments before anything is parsed: most of a page is often that. */
function withoutParts(html: string): string {
  const kept: string[] = [];
  const opening = /<(script|style|svg)\b|<!--/gi;
  let from = 0;
  for (let found = opening.exec(html); found !== null; found = opening.exec(html)) {
    kept.push(html.slice(from, found.index));
    const end = found[1] === undefined ? '-->' : `</${found[1]}`;
    const at = indexOf(html, end, opening.lastIndex);
    // what is not closed hides the rest in a browser too
    if (at < 0) return kept.join('');
    const close = found[1] === undefined ? at + end.length - 1 : html.indexOf('>', at);
    from = close < 0 ? html.length : close + 1;
    opening.lastIndex = from;
  }
  kept.push(html.slice(from));
  return kept.join('');
}

function indexOf(html: string, tag: string, from: number): number {
  const pattern = new RegExp(tag, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? -1;
}

function decodeEntities(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return names[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}
