/** Waits until `condition` gives a truthy value and returns it; fails after `limitMs` with what was waited for. */
export async function until<T>(what: string, condition: () => T | Promise<T>, limitMs = 10_000): Promise<NonNullable<T>> {
  const givesUpAt = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (performance.now() > givesUpAt) throw new Error(`gave up after ${limitMs} ms waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
