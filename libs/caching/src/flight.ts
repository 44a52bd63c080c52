/** One load on its way, and everyone who waits for it. */
export class Flight<T, P> {
  readonly #controller = new AbortController();
  readonly #pieces: P[] = [];
  readonly #listeners = new Set<(piece: P) => void>();
  readonly #outcome: Promise<T>;
  readonly #abandoned: () => void;
  #waiters = 0;
  #hasLanded = false;

  /** `abandoned` is called when the last waiter has left: nobody may board after that. */
  constructor(load: (signal: AbortSignal, emit: (piece: P) => void) => Promise<T>, abandoned: () => void) {
    this.#abandoned = abandoned;
    this.#outcome = load(this.#controller.signal, (piece) => this.#emit(piece));
    const landed = (): void => {
      this.#hasLanded = true;
    };
    // Handles the failure too: when every waiter has left nobody else does.
    this.#outcome.then(landed, landed);
  }

  get landed(): Promise<T> {
    return this.#outcome;
  }

  /** Waits with a signal of one's own: leaving disturbs no other waiter. Pieces from before boarding come first. */
  board(signal: AbortSignal, onPiece?: (piece: P) => void): Promise<T> {
    this.#waiters++;
    if (onPiece !== undefined) {
      for (const piece of this.#pieces) onPiece(piece);
      this.#listeners.add(onPiece);
    }
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', onAbort);
        if (onPiece !== undefined) this.#listeners.delete(onPiece);
        if (--this.#waiters === 0 && !this.#hasLanded) this.#abandon();
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#outcome.then(
        (value) => {
          leave();
          resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(error as Error);
        },
      );
    });
  }

  #emit(piece: P): void {
    this.#pieces.push(piece);
    for (const listener of this.#listeners) listener(piece);
  }

  #abandon(): void {
    this.#abandoned();
    this.#controller.abort(new DOMException('Nobody waits for this answer any more.', 'AbortError'));
  }
}
