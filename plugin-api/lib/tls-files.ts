import type { SecureContext } from 'node:tls';
import { TransportError } from './transport-error.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Files that connections over TLS need, by their paths. */
export interface TlsFiles {
  /** The certificate of this client, CLAUDE_CODE_CLIENT_CERT. */
  readonly cert?: string;
  /** Its key, CLAUDE_CODE_CLIENT_KEY. */
  readonly key?: string;
  /** CLAUDE_CODE_CLIENT_KEY_PASSPHRASE. */
  readonly passphrase?: string;
  /** More authorities to trust. Node itself reads what NODE_EXTRA_CA_CERTS of the process names. */
  readonly authorities?: string;
}

/**
 * What the environment says of certificates; `undefined` when it says nothing.
 * @param settings the variables of the settings: Node has not seen those
 */
export function tlsFiles(env: Env, settings: unknown): TlsFiles | undefined {
  const authorities = (settings as Env | undefined)?.NODE_EXTRA_CA_CERTS?.trim();
  const cert = env.CLAUDE_CODE_CLIENT_CERT?.trim();
  const key = env.CLAUDE_CODE_CLIENT_KEY?.trim();
  const passphrase = env.CLAUDE_CODE_CLIENT_KEY_PASSPHRASE;
  if (!authorities && !cert && !key) return undefined;
  return {
    ...(authorities && { authorities }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
  };
}

/**
 * Reads the files.
 * @throws TransportError BAD_CERTIFICATE naming the variable and the file that cannot be used
 */
export async function secureContext(files: TlsFiles): Promise<SecureContext> {
  const tls = process.getBuiltinModule?.('node:tls') ?? (await import('node:tls'));
  if ((files.cert === undefined) !== (files.key === undefined)) {
    const [has, lacks] = files.cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    throw bad(`CLAUDE_CODE_CLIENT_${has} is set without CLAUDE_CODE_CLIENT_${lacks}. Set both or neither.`);
  }
  const [authorities, cert, key] = await Promise.all([
    read('NODE_EXTRA_CA_CERTS', files.authorities),
    read('CLAUDE_CODE_CLIENT_CERT', files.cert),
    read('CLAUDE_CODE_CLIENT_KEY', files.key),
  ]);
  // since Node 22.15 also those that the process was told of
  const { getCACertificates } = tls as { readonly getCACertificates?: (kind: 'default') => readonly string[] };
  const known = () => getCACertificates?.('default') ?? tls.rootCertificates;
  try {
    return tls.createSecureContext({
      ...(authorities !== undefined && { ca: [...known(), authorities] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(files.passphrase !== undefined && { passphrase: files.passphrase }),
    });
  } catch (cause) {
    const names = [
      ...(files.authorities === undefined ? [] : ['NODE_EXTRA_CA_CERTS']),
      ...(files.cert === undefined ? [] : ['CLAUDE_CODE_CLIENT_CERT', 'CLAUDE_CODE_CLIENT_KEY']),
    ];
    const why = (cause as Error).message.replace(/^error:[0-9A-F]+:/i, '');
    const hint = files.key === undefined ? '' : ' An encrypted key needs CLAUDE_CODE_CLIENT_KEY_PASSPHRASE.';
    throw bad(`The files of ${names.join(', ')} cannot be used (${why}): they must be PEM.${hint}`, cause);
  }
}

async function read(variable: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = (cause as Error).message } = cause as NodeJS.ErrnoException;
    throw bad(`${variable} names ${path}, which cannot be read (${code}).`, cause);
  }
}

function bad(message: string, cause?: unknown): TransportError {
  return new TransportError('BAD_CERTIFICATE', message, cause);
}
