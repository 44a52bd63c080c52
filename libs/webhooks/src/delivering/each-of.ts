/** Runs it for each, `most` at a time. The first failure is thrown once all that had begun have ended; nothing more is begun after it. */
export async function eachOf<T>(items: Iterable<T>, most: number, run: (item: T) => Promise<void>): Promise<void> {
  // One iterator for all: each takes the next that nobody has.
  const rest = [...items].values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failures.length > 0) return;
      await run(item).catch((error: unknown) => void failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  if (failures.length > 0) throw failures[0];
}
