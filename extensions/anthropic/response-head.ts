import type { IncomingMessage } from 'node:http';
import { type Attempt, contentTypeFailure, statusFailure } from './failure.ts';

const MAX_ERROR_BYTES = 64 * 1024;
const ERROR_BODY_MS = 10_000;

/** @throws FailedAttempt unless the answer is an event stream. */
export async function checkHead(response: IncomingMessage, about: Attempt, signal: AbortSignal): Promise<void> {
  const { statusCode = 0, headers } = response;
  const type = headers['content-type'];
  const encoded = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';
  if (statusCode === 200 && !encoded && (type === undefined || /^text\/event-stream\b/i.test(type))) return;
  const text = await readText(response, signal);
  if (statusCode !== 200) throw await statusFailure(about, statusCode, headers, text);
  throw contentTypeFailure(about, headers, encoded ? '' : text);
}

/**
 * The beginning of a body: at most 64 KB, for at most ten seconds; whatever came when the
 * connection breaks or `signal` aborts.
 */
export function readText(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      response.destroy();
      resolve(Buffer.concat(chunks).subarray(0, MAX_ERROR_BYTES).toString('utf8'));
    };
    const timer = setTimeout(end, ERROR_BODY_MS);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ERROR_BYTES) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
}

/** The id that the server gave the request. */
export function requestIdOf(response: IncomingMessage): string | undefined {
  const id = response.headers['request-id'] ?? response.headers['x-request-id'];
  return typeof id === 'string' ? id : undefined;
}
