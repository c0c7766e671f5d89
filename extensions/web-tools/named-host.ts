import { type ExtensionApi, Permissions, type SessionRef } from 'tenon/plugin-api';
import type { WebToolsConfig } from './manifest.ts';
import { hostOf } from './web-address.ts';

/**
 * True when a permission rule allows to fetch from exactly this host. Rules with a wildcard do not name it: whoever owns
 * the domain decides where its names lead.
 */
export async function isNamedByRule(
  api: ExtensionApi<WebToolsConfig>,
  session: SessionRef,
  callId: string,
  url: URL,
): Promise<boolean> {
  if (!api.has(Permissions)) return false;
  // the mode must not answer in place of the rules
  const asked: SessionRef = Object.create(session, { permissionMode: { value: 'default' } });
  const input = { url: url.href, prompt: 'read it' };
  const call = { id: callId, tool: 'WebFetch', input, readOnly: true, access: { url: url.href } };
  const { verdict, rule } = await (await api.use(Permissions)).decide(asked, call);
  if (verdict !== 'allow' || rule === undefined) return false;
  const named = /^\s*WebFetch\s*\(\s*domain:\s*(.*?)\s*\)\s*$/.exec(rule)?.[1]?.toLowerCase() ?? '';
  // the rule was found to cover the port
  const [, bracketed, plain = bracketed] = /^(?:\[(.*)\]|([^:]*))(?::\d+)?$/.exec(named) ?? [];
  return plain !== undefined && canonical(plain) === canonical(hostOf(url));
}

/** A host as URLs spell it: of an IPv6 address there are many ways to write it. */
function canonical(host: string): string {
  if (!host.includes(':')) return host.replace(/\.$/, '');
  try {
    return new URL(`http://[${host}]/`).hostname;
  } catch {
    return host; // no address: it names nothing
  }
}
