/** A signal that fires with the first of its parents, and can be let go of. */
export interface CombinedSignal {
  readonly signal: AbortSignal;
  /** Fires the signal from here; the first reason wins. */
  abort(reason: unknown): void;
  /** Takes the listeners off the parents. Always call it, or a long-lived parent keeps every short-lived child. */
  clear(): void;
}

/** `AbortSignal.any` with a clean end: nothing is left on the parents after `clear()`. */
export function combineSignals(...parents: readonly AbortSignal[]): CombinedSignal {
  const controller = new AbortController();
  const onAbort = (event: Event) => abort((event.target as AbortSignal).reason);
  const clear = () => {
    for (const parent of parents) parent.removeEventListener('abort', onAbort);
  };
  const abort = (reason: unknown) => {
    clear();
    controller.abort(reason);
  };

  const fired = parents.find((parent) => parent.aborted);
  if (fired) controller.abort(fired.reason);
  else for (const parent of parents) parent.addEventListener('abort', onAbort, { once: true });
  return { signal: controller.signal, abort, clear };
}
