import { lookup, Resolver } from 'node:dns/promises';
import { Obstacle } from './obstacle.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Every address of a name, IPv4 first. Rejects when there is none. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Every address of a name, never none. Errors: an Obstacle; the signal's reason, also when the resolver goes on. */
export async function resolved(host: string, resolve: ResolveHost, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const addresses = await unlessAborted(resolve(host, signal), signal);
    if (addresses.length === 0) throw new Error('no address');
    return addresses;
  } catch (error) {
    throw signal.aborted ? signal.reason : new Obstacle('name', error);
  }
}

const QUERY_TIMEOUT_MS = 3_000;
const TRIES = 2;

/**
 * By DNS alone, not by the host's own names, and not through `dns.lookup`: that has four threads for
 * the whole process, and names of dead domains would hold them.
 */
export function dnsResolver(servers?: readonly string[]): ResolveHost {
  return async (host, signal) => {
    const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: TRIES });
    if (servers) resolver.setServers(servers);
    const onAbort = (): void => resolver.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const results = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      signal.throwIfAborted();
      const addresses = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      const [failed] = results.filter((result) => result.status === 'rejected');
      if (addresses.length === 0) throw failed?.reason;
      return addresses;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
}

export const resolveByDns = dnsResolver();

/** By the machine's own names too (`localhost`): only for targets that must lie in the policy's own networks. */
export const resolveLocally: ResolveHost = async (host) => (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
