import { HOLD_MS } from './endpoint-pace.ts';

/** After that its last moment says nothing any more. */
const REMEMBERED_MS = 60_000;

/**
 * When this process really sends. What comes late, because a table was slow, is not made up for all at
 * once: it keeps the endpoint's distance, or has lost its moment.
 */
export class SendingMoments {
  readonly #last = new Map<string, number>();

  /** When to send what had this slot. Undefined: too late; it needs a new one. */
  of(endpointId: string, slotMs: number, { spacingMs, nowMs }: { spacingMs: number; nowMs: number }): number | undefined {
    const atMs = Math.max(slotMs, nowMs, (this.#last.get(endpointId) ?? 0) + spacingMs);
    if (atMs > slotMs + HOLD_MS) return undefined;
    // To the end of the map: what is not used any more comes to its beginning.
    this.#last.delete(endpointId);
    this.#last.set(endpointId, atMs);
    for (const [oldest, lastMs] of this.#last) {
      if (nowMs - lastMs < REMEMBERED_MS) break;
      this.#last.delete(oldest);
    }
    return atMs;
  }
}
