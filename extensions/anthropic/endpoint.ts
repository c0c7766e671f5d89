import { ModelError } from 'tenon/plugin-api';
import type { ApiKeyHelper } from './api-key-helper.ts';
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
export type KeySource =
  | 'ANTHROPIC_API_KEY'
  | 'ANTHROPIC_AUTH_TOKEN'
  | 'ANTHROPIC_CUSTOM_HEADERS'
  | 'apiKeyHelper'
  | 'none';

/** Variables that choose an endpoint that speaks another protocol, and its name. */
const CLOUDS = {
  CLAUDE_CODE_USE_BEDROCK: 'Amazon Bedrock',
  CLAUDE_CODE_USE_VERTEX: 'Google Vertex AI',
  CLAUDE_CODE_USE_FOUNDRY: 'Microsoft Foundry',
} as const;

/**
 * Reads the endpoint from the environment. The variables that settings put over it come from no project.
 * With both ANTHROPIC_AUTH_TOKEN and ANTHROPIC_API_KEY set, the token is sent: it is what a gateway hands out. The
 * command of `apiKeyHelper` is asked when neither is set.
 * @throws ModelError naming the variable that is missing or wrong. No message holds a value of a secret.
 */
export async function readEndpoint(env: Env, helper: ApiKeyHelper): Promise<Endpoint> {
  const { base, custom, source } = readParts(env, helper);
  const secretHeaders: Record<string, string> = {};
  if (source === 'ANTHROPIC_AUTH_TOKEN') secretHeaders.authorization = `Bearer ${credential(env, source)}`;
  else if (source === 'ANTHROPIC_API_KEY') secretHeaders['x-api-key'] = credential(env, source);
  else if (source === 'apiKeyHelper') {
    const key = await helper.key(helper.command ?? '');
    secretHeaders['x-api-key'] = key;
    // gateways look at either; the API itself takes no key as a bearer token
    if (base.origin !== DEFAULT_BASE) secretHeaders.authorization = `Bearer ${key}`;
  }
  return {
    messages: new URL(`${base.pathname.replace(/\/+$/, '')}/v1/messages`, base),
    shown: shown(base),
    secretHeaders: { ...secretHeaders, ...custom },
    keySource: source,
  };
}

/** All but the key of a helper. @throws ModelError */
function readParts(env: Env, helper: ApiKeyHelper) {
  for (const [variable, name] of Object.entries(CLOUDS)) {
    if (!isOn(env[variable])) continue;
    throw new ModelError(
      'invalid_request',
      `${variable} is set, but requests to ${name} are not built in. Run a gateway in front of it that speaks the Anthropic API, ` +
        `set ANTHROPIC_BASE_URL to its address and ANTHROPIC_AUTH_TOKEN to its token, and unset ${variable}.`,
    );
  }
  const base = readBase(env.ANTHROPIC_BASE_URL?.trim() || DEFAULT_BASE);
  const custom = readCustomHeaders(env.ANTHROPIC_CUSTOM_HEADERS);
  const source = keySource(env, helper);
  if (source === 'ANTHROPIC_AUTH_TOKEN' || source === 'ANTHROPIC_API_KEY') credential(env, source);
  if (source === 'none') {
    throw new ModelError(
      'authentication_failed',
      `No API key for ${shown(base)}. Set ANTHROPIC_API_KEY, or ANTHROPIC_AUTH_TOKEN where a gateway wants a bearer token` +
        (base.origin === DEFAULT_BASE ? ', in the environment' : ' (any value will do where it asks for none)') +
        '; or put a command that prints the key into apiKeyHelper of your settings.',
    );
  }
  return { base, custom, source };
}

/** True for what people write to switch something on: `1`, `true`, `yes`, `on`. */
export function isOn(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value?.trim() ?? '');
}

/** Where requests go, or what keeps them from being sent. Runs no helper. */
export function endpointStatus(
  env: Env,
  helper: ApiKeyHelper,
): { readonly endpoint?: string; readonly problem?: string } {
  try {
    return { endpoint: shown(readParts(env, helper).base) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Which variable or setting holds the credential. */
export function keySource(env: Env, helper: ApiKeyHelper): KeySource {
  if (env.ANTHROPIC_AUTH_TOKEN?.trim()) return 'ANTHROPIC_AUTH_TOKEN';
  if (env.ANTHROPIC_API_KEY?.trim()) return 'ANTHROPIC_API_KEY';
  if (/^\s*(authorization|x-api-key)\s*:/im.test(env.ANTHROPIC_CUSTOM_HEADERS ?? '')) return 'ANTHROPIC_CUSTOM_HEADERS';
  return helper.command === undefined ? 'none' : 'apiKeyHelper';
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
