import type { EndpointRecord } from './endpoint-records.ts';

/**
 * What a request keeps of its callback: the id of the endpoint, and after a `#`, which no callback may
 * hold, where at its host, when that is not the endpoint's own address.
 */
export function callbackReference({ endpointId, url }: EndpointRecord, callbackUrl: string): string {
  const { href, pathname, search } = new URL(callbackUrl);
  return href === new URL(url).href ? endpointId : `${endpointId}#${pathname}${search}`;
}

export function readReference(reference: string): { endpointId: string; path?: string } {
  const [endpointId = '', ...path] = reference.split('#');
  return { endpointId, ...(path.length > 0 && { path: path.join('#') }) };
}

/** The endpoint behind a reference, or behind its own id. */
export function endpointIdOf(reference: string): string {
  return readReference(reference).endpointId;
}

/** Where something for this endpoint goes. Never to another host, whatever the path is. */
export function addressOf({ url }: Pick<EndpointRecord, 'url'>, path: string | undefined): string {
  return path === undefined ? url : new URL(url).origin + path;
}
