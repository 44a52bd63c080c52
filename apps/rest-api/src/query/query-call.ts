import type { Principal } from '@manga-assist/identity';

/** Who asks, and how long they wait. */
export interface QueryCall {
  caller: Principal;
  requestId: string;
  signal: AbortSignal;
  /** Set by those who read the answer while it is made: called with each piece of its text. */
  onPiece?: ((piece: string) => void) | undefined;
}
