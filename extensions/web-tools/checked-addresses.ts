import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { bounded } from 'tenon/plugin-api/lib/bounded';
import { specialAddress } from './special-address.ts';

const LOOKUP_MS = 10_000;
const PROXIED_LOOKUP_MS = 2_000;

/** A host that must not be reached, or cannot be. */
export class HostRefused extends Error {
  override readonly name: string = 'HostRefused';
}

/** A name that cannot be looked up. */
class UnknownHost extends HostRefused {}

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
  limit = LOOKUP_MS,
): Promise<readonly LookupAddress[]> {
  const addresses = await lookup(host, signal, limit);
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

/**
 * Refuses a host that is reached through a proxy, which looks its name up by itself, when this machine knows an address
 * of it that must not be reached.
 * @throws HostRefused
 */
export async function checkProxied(host: string, named: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  try {
    await checkedAddresses(host, named, signal, PROXIED_LOOKUP_MS);
  } catch (error) {
    if (signal.aborted || !(error instanceof UnknownHost)) throw error;
    // names that only the proxy knows are usual behind one
  }
}

async function lookup(host: string, signal: AbortSignal, limit: number): Promise<readonly LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const dns = process.getBuiltinModule?.('node:dns') ?? (await import('node:dns'));
  try {
    return await bounded(dns.promises.lookup(host, { all: true }), limit, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { code = (error as Error).message } = error as NodeJS.ErrnoException;
    throw new UnknownHost(`There is no host ${host}, or its name cannot be looked up (${code}).`);
  }
}
