import { canonicalSha256, type JsonObject } from '@manga-assist/foundation';

/** Changes when the stored form of a value changes, so that old values are never read as new ones. */
const NAMESPACE = 'manga:fm:query:v1';

/**
 * The key of an answer: the whole SHA-256 of everything that changes it. Two requests share a key
 * only when every part is equal, whatever the order the parts are named in.
 */
export function cacheKey(parts: JsonObject): string {
  return `${NAMESPACE}:${canonicalSha256(parts)}`;
}
