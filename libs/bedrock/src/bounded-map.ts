/**
 * `work` on every item, at most `concurrency` at a time; results in the order of the items. After a
 * failure no further item is begun; when those under way have ended, the first failure is thrown.
 */
export async function boundedMap<T, R>(items: readonly T[], concurrency: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  if (!(concurrency >= 1)) throw new RangeError('concurrency is at least 1');
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
