import type { IncomingHttpHeaders } from 'node:http';
import { ModelError, type ModelErrorKind } from 'tenon/plugin-api';
import { TransportError } from 'tenon/plugin-api/lib/transport-error';
import type { Endpoint } from './endpoint.ts';
import { EventStreamError } from './event-stream.ts';

/** A failed attempt: what to tell, and how long the server asked to wait. */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt';
  readonly error: ModelError;
  readonly retryAfterMs: number | undefined;
  /** No server was reached. `refused`: its machine was, and nobody listens there. */
  readonly unreached: 'refused' | 'nowhere' | undefined;
  constructor(error: ModelError, retryAfterMs?: number, unreached?: FailedAttempt['unreached']) {
    super(error.message);
    this.error = error;
    this.retryAfterMs = retryAfterMs;
    this.unreached = unreached;
  }
}

/** What an attempt was about, for messages. */
export interface Attempt {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly bodyBytes: number;
  readonly requestId?: string;
}

/** An answer with a status other than 200. `given` is the beginning of its text. */
export async function statusFailure(
  attempt: Attempt,
  status: number,
  headers: IncomingHttpHeaders,
  given: string,
): Promise<FailedAttempt> {
  const body = withoutSecrets(given, attempt);
  const said = apiError(body);
  const requestId = attempt.requestId ?? said?.requestId;
  const retryable = shouldRetry(headers['x-should-retry'], status);
  const { kind, text } = explain(attempt, status, headers, body, said);
  const wait = retryable ? retryAfterMs(headers, Date.now()) : undefined;
  const error = new ModelError(kind, text, {
    status,
    retryable,
    ...(requestId !== undefined && { requestId }),
    cause: await sdkError(status, body, headers),
  });
  return new FailedAttempt(error, wait);
}

/** An `error` event in the middle of an answer. */
export function eventFailure(attempt: Attempt, event: unknown): FailedAttempt {
  const said = apiErrorOf(event);
  const kind = KINDS[said?.type ?? ''] ?? 'server_error';
  return new FailedAttempt(
    new ModelError(
      kind,
      `${attempt.endpoint.shown} broke off its answer: ${said?.message ?? clean(JSON.stringify(event) ?? '')}${typed(said)}`,
      details(attempt, kind === 'server_error' || kind === 'overloaded' || kind === 'rate_limit'),
    ),
  );
}

/** No answer, or one that stops or cannot be read: anything thrown while sending or reading. */
export function brokenFailure(attempt: Attempt, cause: unknown): FailedAttempt {
  if (cause instanceof FailedAttempt) return cause;
  const { shown } = attempt.endpoint;
  if (cause instanceof EventStreamError) {
    const text = `The answer of ${shown} cannot be read: ${clean(cause.message)}. A proxy or gateway in between may have changed it.`;
    return new FailedAttempt(new ModelError('server_error', text, { ...details(attempt, true), cause }));
  }
  const code = cause instanceof TransportError ? cause.code : ((cause as NodeJS.ErrnoException | null)?.code ?? '');
  const known = explainCode(code, attempt);
  const message = clean(cause instanceof Error ? cause.message : String(cause));
  const text = known?.text ?? `The connection to ${shown} failed: ${message}.`;
  const retryable = known?.retryable ?? !(code.includes('PROXY') || code === 'BAD_CERTIFICATE');
  const unreached = code === 'ECONNREFUSED' ? 'refused' : NOWHERE.has(code) ? 'nowhere' : undefined;
  const error = new ModelError('server_error', text, { ...details(attempt, retryable), cause });
  return new FailedAttempt(error, undefined, unreached);
}

const NOWHERE = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'CONNECT_TIMEOUT']);

/** The answer ended or fell silent before it was complete. */
export function cutFailure(attempt: Attempt, what: 'cut' | 'silent' | 'stalled' | 'empty', ms: number): FailedAttempt {
  const { shown } = attempt.endpoint;
  const text = {
    cut: `The answer of ${shown} was cut off before it was complete.`,
    silent: `${shown} stopped in the middle of its answer: nothing came for ${seconds(ms)} (CLAUDE_STREAM_IDLE_TIMEOUT_MS).`,
    stalled: `${shown} gave signs of life, but nothing of its answer for ${seconds(ms)} (API_TIMEOUT_MS).`,
    empty: `${shown} gave an empty answer.`,
  }[what];
  return new FailedAttempt(new ModelError('server_error', text, details(attempt, true)));
}

/** An answer with status 200 that is no event stream. */
export function contentTypeFailure(attempt: Attempt, headers: IncomingHttpHeaders, body: string): FailedAttempt {
  const encoding = headers['content-encoding'];
  const type = clean(headers['content-type'] ?? 'no content type');
  const text =
    encoding && encoding !== 'identity'
      ? `${attempt.endpoint.shown} sent a compressed answer (${clean(encoding)}), which was not asked for. A proxy in between may do that.`
      : `${attempt.endpoint.shown} answered with ${type} instead of an event stream: ${pageText(withoutSecrets(body, attempt)) || 'no text'}. ` +
        'Check ANTHROPIC_BASE_URL, and whether a proxy or a sign-in page of the network answers instead of the API.';
  return new FailedAttempt(new ModelError('server_error', text, { ...details(attempt, false), status: 200 }));
}

/**
 * How long the server asks to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as a date
 * (RFC 9110 section 10.2.3).
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  const ms = Number.parseFloat(String(headers['retry-after-ms'] ?? ''));
  if (ms >= 0) return ms;
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `90 s`, `12 min`. */
export function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 60_000)} min`;
}

interface ApiError {
  readonly type: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

const KINDS: Readonly<Record<string, ModelErrorKind>> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'authentication_failed',
  permission_error: 'authentication_failed',
  billing_error: 'billing_error',
  not_found_error: 'model_not_found',
  request_too_large: 'invalid_request',
  rate_limit_error: 'rate_limit',
  overloaded_error: 'overloaded',
  timeout_error: 'server_error',
  api_error: 'server_error',
};

function explain(
  attempt: Attempt,
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
  said: ApiError | undefined,
): { readonly kind: ModelErrorKind; readonly text: string } {
  const { shown, keySource } = attempt.endpoint;
  const why = said?.message ?? (pageText(body) || 'no further text');
  const end = `(${status}: ${why})`;
  if (said?.type === 'billing_error' || status === 402 || /credit balance/i.test(why)) {
    return { kind: 'billing_error', text: `The account behind ${keySource} cannot pay for this request ${end}.` };
  }
  if (status === 401 && keySource === 'apiKeyHelper') {
    return {
      kind: 'authentication_failed',
      text: `${shown} refused the key that the command of the setting apiKeyHelper printed ${end}. Run the command to see whether its key is still good.`,
    };
  }
  if (status === 401) {
    return {
      kind: 'authentication_failed',
      text: `${shown} refused the key in ${keySource} ${end}. Check the variable, and that the key belongs to this endpoint.`,
    };
  }
  if (status === 403) {
    return {
      kind: 'authentication_failed',
      text: `The key in ${keySource} may not do this at ${shown} ${end}. Ask whoever manages the key, or use another.`,
    };
  }
  if (status === 404 && said) {
    return {
      kind: 'model_not_found',
      text: `${shown} has no model "${attempt.model}" for this key ${end}. Name another one with --model or ANTHROPIC_MODEL.`,
    };
  }
  if (status === 404) {
    return { kind: 'invalid_request', text: `${shown} does not offer /v1/messages ${end}. Check ANTHROPIC_BASE_URL.` };
  }
  if (status === 413) {
    const size = `${(attempt.bodyBytes / 1_000_000).toFixed(1)} MB`;
    return {
      kind: 'invalid_request',
      text: `The request is too large for ${shown}: ${size} ${end}. Leave out large files or images, or start a new session.`,
    };
  }
  if (status === 429) return { kind: 'rate_limit', text: `The rate limit of ${shown} is reached ${end}.` };
  if (status === 529) return { kind: 'overloaded', text: `${shown} is overloaded ${end}. Try again later.` };
  if (status >= 300 && status < 400) {
    const to = clean(headers.location ?? 'an unnamed place');
    return {
      kind: 'invalid_request',
      text: `${shown} points to ${to} (${status}). Redirects are not followed; set ANTHROPIC_BASE_URL to the final address.`,
    };
  }
  if (status === 400) {
    const hint = /prompt is too long|exceeds? (the )?context/i.test(why)
      ? ' Start a new session, or continue with a shorter conversation.'
      : '';
    return { kind: 'invalid_request', text: `${shown} refused the request ${end}.${hint}` };
  }
  if (status >= 500) return { kind: 'server_error', text: `${shown} failed ${end}.` };
  return { kind: KINDS[said?.type ?? ''] ?? 'unknown', text: `${shown} answered with an error ${end}.` };
}

function shouldRetry(header: string | string[] | undefined, status: number): boolean {
  if (header === 'true') return true;
  if (header === 'false') return false;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function explainCode(
  code: string,
  { endpoint: { messages, shown } }: Attempt,
): { readonly text: string; readonly retryable?: boolean } | undefined {
  const { host } = messages;
  switch (code) {
    case 'ECONNREFUSED':
      return {
        text: `Nothing answers at ${host} (connection refused). Check that the server runs, and ANTHROPIC_BASE_URL.`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { text: `The host ${host} cannot be found (${code}). Check the network, and ANTHROPIC_BASE_URL.` };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'CONNECT_TIMEOUT':
      return {
        text: `${host} cannot be reached (${code}). Check the network, a proxy (HTTPS_PROXY), and ANTHROPIC_BASE_URL.`,
      };
    case 'ANSWER_TIMEOUT':
      return { text: `${shown} did not answer in time (API_TIMEOUT_MS).` };
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return { text: `${host} closed the connection.` };
    default:
      if (/^ERR_SSL_.*(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|ALERT_HANDSHAKE_FAILURE|UNKNOWN_CA)$/.test(code)) {
        return {
          text: `${host} does not accept this client (${code}). If it asks for a certificate, name yours in CLAUDE_CODE_CLIENT_CERT and its key in CLAUDE_CODE_CLIENT_KEY.`,
          retryable: false,
        };
      }
      if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
        return {
          text: `${host} does not speak TLS here (${code}). Check whether ANTHROPIC_BASE_URL should begin with http://.`,
          retryable: false,
        };
      }
      if (/^(CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/.test(code)) {
        return {
          text: `The certificate of ${host} is not trusted (${code}). If a proxy of your network signs it, name its certificate in NODE_EXTRA_CA_CERTS.`,
          retryable: false,
        };
      }
      return undefined;
  }
}

/** The text of a server without what we sent as a credential: some repeat the key that they refuse. */
function withoutSecrets(text: string, { endpoint: { secretHeaders } }: Attempt): string {
  let clean = text;
  for (const value of Object.values(secretHeaders)) {
    const secret = value.replace(/^(bearer|basic)\s+/i, '');
    if (secret.length >= 6) clean = clean.replaceAll(secret, '***');
  }
  return clean;
}

function details(attempt: Attempt, retryable: boolean) {
  return { retryable, ...(attempt.requestId !== undefined && { requestId: attempt.requestId }) };
}

function typed(said: ApiError | undefined): string {
  return said?.type ? ` (${clean(said.type)})` : '';
}

function apiError(body: string): ApiError | undefined {
  try {
    return apiErrorOf(JSON.parse(body));
  } catch {
    return undefined; // Not JSON: a page or a bare text, which the caller shows as it is.
  }
}

function apiErrorOf(value: unknown): ApiError | undefined {
  const body = value as { error?: { type?: unknown; message?: unknown }; request_id?: unknown } | null;
  const { type, message } = body?.error ?? {};
  if (typeof message !== 'string') return undefined;
  return {
    type: typeof type === 'string' ? type : undefined,
    message: clean(message),
    requestId: typeof body?.request_id === 'string' ? body.request_id : undefined,
  };
}

/** The words of a page or text, shortened. */
function pageText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim();
  return clean(title ? `"${title}"` : body.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' '));
}

/** One line that is safe to print on a terminal, at most 500 characters. */
function clean(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

/** The SDK's error of the same status, so that a caller who knows the SDK can test the cause. Only failures load it. */
async function sdkError(status: number, body: string, headers: IncomingHttpHeaders): Promise<unknown> {
  const { APIError } = await import('@anthropic-ai/sdk/core/error');
  let parsed: object | undefined;
  try {
    parsed = JSON.parse(body) as object;
  } catch {
    // Not JSON: the message of the status says what there is to say.
  }
  const lookup = { get: (name: string) => headers[name.toLowerCase()] ?? null };
  return APIError.generate(status, parsed, undefined, lookup as unknown as Headers);
}
