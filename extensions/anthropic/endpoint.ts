import { ModelError } from 'tenon/plugin-api';
import type { Env } from './model-table.ts';

const DEFAULT_BASE = 'https://api.anthropic.com';

/** Where requests go and what proves that we may send them. */
export interface Endpoint {
  /** Of `POST /v1/messages`, without the query. */
  readonly messages: URL;
  /** How messages to the user name it: no query, no user name, no password. */
  readonly shown: string;
  /** Headers that no other extension may see: the credential and what ANTHROPIC_CUSTOM_HEADERS adds. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly keySource: KeySource;
}
export type KeySource = 'ANTHROPIC_API_KEY' | 'ANTHROPIC_AUTH_TOKEN' | 'ANTHROPIC_CUSTOM_HEADERS' | 'none';

/**
 * Reads the endpoint from the process environment (never from settings, which a project could bring along).
 * With both ANTHROPIC_AUTH_TOKEN and ANTHROPIC_API_KEY set, the token is sent: it is what a gateway hands out.
 * @throws ModelError naming the variable that is missing or wrong. No message holds a value of a secret.
 */
export function readEndpoint(env: Env): Endpoint {
  const base = readBase(env.ANTHROPIC_BASE_URL?.trim() || DEFAULT_BASE);
  const custom = readCustomHeaders(env.ANTHROPIC_CUSTOM_HEADERS);
  const source = keySource(env);
  const secretHeaders: Record<string, string> = {};
  if (source === 'ANTHROPIC_AUTH_TOKEN') secretHeaders.authorization = `Bearer ${credential(env, source)}`;
  else if (source === 'ANTHROPIC_API_KEY') secretHeaders['x-api-key'] = credential(env, source);
  else if (source === 'none') {
    throw new ModelError(
      'authentication_failed',
      `No API key for ${shown(base)}. Set ANTHROPIC_API_KEY, or ANTHROPIC_AUTH_TOKEN where a gateway wants a bearer token` +
        (base.origin === DEFAULT_BASE ? ', in the environment.' : ' (any value will do where it asks for none).'),
    );
  }
  return {
    messages: new URL(`${base.pathname.replace(/\/+$/, '')}/v1/messages`, base),
    shown: shown(base),
    secretHeaders: { ...secretHeaders, ...custom },
    keySource: source,
  };
}

/** Where requests go, or what keeps them from being sent. */
export function endpointStatus(env: Env): { readonly endpoint?: string; readonly problem?: string } {
  try {
    return { endpoint: readEndpoint(env).shown };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Which variable holds the credential. */
export function keySource(env: Env): KeySource {
  if (env.ANTHROPIC_AUTH_TOKEN?.trim()) return 'ANTHROPIC_AUTH_TOKEN';
  if (env.ANTHROPIC_API_KEY?.trim()) return 'ANTHROPIC_API_KEY';
  return /^\s*(authorization|x-api-key)\s*:/im.test(env.ANTHROPIC_CUSTOM_HEADERS ?? '')
    ? 'ANTHROPIC_CUSTOM_HEADERS'
    : 'none';
}

/** True when a header may have this name and value: a token, and no control character or character above Latin-1. */
export function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

function credential(env: Env, variable: 'ANTHROPIC_AUTH_TOKEN' | 'ANTHROPIC_API_KEY'): string {
  const value = env[variable]?.trim() ?? '';
  if (isHeader('x', value)) return value;
  throw new ModelError(
    'authentication_failed',
    `${variable} holds a character that no header may contain (a line break or a special character). Set it to the bare key.`,
  );
}

function readBase(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Not a URL: told below, together with URLs of other protocols.
  }
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new ModelError(
    'invalid_request',
    `ANTHROPIC_BASE_URL is not an http or https address. Expected something like ${DEFAULT_BASE}, or leave it out.`,
  );
}

function shown(base: URL): string {
  return base.origin + base.pathname.replace(/\/+$/, '');
}

function readCustomHeaders(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [index, line] of (text ?? '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !isHeader(name, value)) {
      throw new ModelError(
        'invalid_request',
        `Line ${index + 1} of ANTHROPIC_CUSTOM_HEADERS is not a header. Expected "Name: value", one on each line.`,
      );
    }
    headers[name] = value;
  }
  return headers;
}
