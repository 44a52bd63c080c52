import { AppError } from '@manga-assist/foundation';
import type { TextItem } from '@manga-assist/schemas/jobs';

export interface EachItem<Answer extends { id: string }> {
  items: readonly TextItem[];
  partsOf(items: readonly TextItem[]): readonly (readonly TextItem[])[];
  /** The answers to one part, in any order; ids that are not in it are ignored. */
  ask(part: readonly TextItem[]): Promise<readonly Answer[]>;
  /** How many of the items have been asked for. */
  onProgress(done: number): Promise<void>;
}

const PARTS_AT_ONCE = 4;

/**
 * One answer for each item, found by its id. What the model leaves out is asked for once more; what is
 * still missing then is not in the result. Throws `unavailable` `jobs.unfit-answer` when nothing is.
 */
export async function answerEach<Answer extends { id: string }>({ items, partsOf, ask, onProgress }: EachItem<Answer>): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  let done = 0;
  const take = async (part: readonly TextItem[]): Promise<void> => {
    const wanted = new Set(part.map(({ id }) => id));
    for (const answer of await ask(part)) {
      if (wanted.delete(answer.id)) answers.set(answer.id, answer);
    }
    await onProgress(Math.min(items.length, (done += part.length)));
  };
  await someAtOnce(partsOf(items), take);
  await someAtOnce(partsOf(items.filter(({ id }) => !answers.has(id))), take);
  if (answers.size === 0) throw new AppError('unavailable', 'jobs.unfit-answer', 'The model gave no answer to any of the texts.');
  return answers;
}

async function someAtOnce(parts: readonly (readonly TextItem[])[], take: (part: readonly TextItem[]) => Promise<void>): Promise<void> {
  const waiting = [...parts];
  const next = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) await take(part);
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, next));
}
