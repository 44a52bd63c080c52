const ASK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 2_000;

const LONGEST_ANSWER = 300;

/**
 * Asks the URL until it answers 2xx; false when the signal ends the wait first. What it answers
 * instead is told as it changes: a service that is not ready says there what it waits for.
 */
export async function waitUntilUp(url: string, signal: AbortSignal, onRefusal: (answer: string) => void): Promise<boolean> {
  let refusal: string | undefined;
  while (!signal.aborted) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
      const text = await answer.text();
      if (answer.ok) return true;
      if (text !== refusal) onRefusal((refusal = text).slice(0, LONGEST_ANSWER));
    } catch {
      // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return false;
}
