/**
 * Pictures of covers. Errors: `not-found` `catalogue.no-cover`; `invalid` `catalogue.cover-too-large`;
 * `unavailable` `catalogue.covers-unavailable`; `timed-out` and `cancelled` by the signal.
 */
export abstract class Covers {
  /** The picture as it was uploaded. One of more than `mostBytes` is refused before it is read. */
  abstract get(key: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  abstract isReachable(signal: AbortSignal): Promise<boolean>;
  abstract close(): Promise<void>;
}

/** Where a series' own cover lies. */
export function coverKeyOf(mangaId: string): string {
  return `covers/${mangaId}.png`;
}
