import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { specialAddress } from './special-address.ts';

const LOOKUP_MS = 10_000;

/** A host that must not be reached, or cannot be. */
export class HostRefused extends Error {
  override readonly name = 'HostRefused';
}

/**
 * The addresses of a host, each of them checked. Whoever connects uses these and asks for no others: a name that leads
 * elsewhere a moment later gains nothing.
 * @param named the user named this very host, so that it may be a private one
 * @throws HostRefused
 */
export async function checkedAddresses(
  host: string,
  named: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const addresses = await lookup(host, signal);
  for (const { address } of addresses) {
    const what = specialAddress(address);
    if (what === undefined) continue;
    if (await named()) break;
    const where = host === address ? `the address ${address} is ${what}` : `${host} is ${address}, which is ${what}`;
    throw new HostRefused(
      `Not fetched: ${where}. Such hosts are fetched only when a permission rule names them: WebFetch(domain:${host})`,
    );
  }
  return addresses;
}

async function lookup(host: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const dns = process.getBuiltinModule?.('node:dns') ?? (await import('node:dns'));
  try {
    return await bounded(dns.promises.lookup(host, { all: true }), LOOKUP_MS, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { code = (error as Error).message } = error as NodeJS.ErrnoException;
    throw new HostRefused(`There is no host ${host}, or its name cannot be looked up (${code}).`);
  }
}
