import { AppError } from '@manga-assist/foundation';
import type { TextItem } from '@manga-assist/schemas/jobs';
import { inLanes } from './in-lanes.ts';

export interface EachItem<Answer extends { id: string }> {
  items: readonly TextItem[];
  partsOf(items: readonly TextItem[]): readonly (readonly TextItem[])[];
  /** The answers to one part, in any order; ids that are not in it are ignored. */
  ask(part: readonly TextItem[], signal: AbortSignal): Promise<readonly Answer[]>;
  /** For how many of the items it is known what becomes of them. */
  onProgress(done: number): Promise<void>;
  signal: AbortSignal;
}

/** Why a text has no answer of its own: a filter stopped it, its answer was too long, or it fitted nothing. */
export type Refusal = 'blocked' | 'cut' | 'unfit';

export interface EachAnswer<Answer> {
  answers: ReadonlyMap<string, Answer>;
  refusals: ReadonlyMap<string, Refusal>;
}

const PARTS_AT_ONCE = 4;
/** A model that has refused this many parts and answered none is not refusing texts, it is not up to the work. */
const MOST_FRUITLESS = 24;

/** What a text can do to the answer of all that are asked with it. */
const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  ['bedrock.blocked-answer', 'blocked'],
  ['bedrock.cut-answer', 'cut'],
  ['bedrock.unfit-answer', 'unfit'],
  ['bedrock.empty-answer', 'unfit'],
]);

/**
 * One answer for each item, found by its id. A part that is refused is halved, until a single item is
 * refused by itself: less than two parts for each item, whatever they hold. What the model leaves out is
 * asked for once more; what is still missing then is in neither map. Throws when nothing was answered
 * and nothing blocked: what the model was refused for, or `unavailable` `jobs.unfit-answer`.
 */
export async function answerEach<Answer extends { id: string }>({ items, partsOf, ask, onProgress, signal }: EachItem<Answer>): Promise<EachAnswer<Answer>> {
  const answers = new Map<string, Answer>();
  const refusals = new Map<string, Refusal>();
  let fruitless = 0;
  let lastRefusal: unknown;
  let done = 0;

  const isWithoutAnswer = (): boolean => answers.size === 0 && ![...refusals.values()].includes('blocked');
  const take = async (part: readonly TextItem[], toHalve: (readonly TextItem[])[], partSignal: AbortSignal): Promise<void> => {
    const wanted = new Set(part.map(({ id }) => id));
    try {
      for (const answer of await ask(part, partSignal)) {
        if (wanted.delete(answer.id)) answers.set(answer.id, answer);
      }
    } catch (error) {
      const refusal = REFUSALS.get((error as { code?: string }).code ?? '');
      if (refusal === undefined) throw error;
      if (refusal !== 'blocked' && isWithoutAnswer() && ++fruitless >= MOST_FRUITLESS) throw error;
      lastRefusal = error;
      if (part.length > 1) return void toHalve.push(part);
      for (const id of wanted) refusals.set(id, refusal);
    }
    await onProgress(Math.min(items.length, (done += part.length)));
  };
  const takeAll = async (all: readonly (readonly TextItem[])[]): Promise<void> => {
    for (let parts = all; parts.length > 0; ) {
      const toHalve: (readonly TextItem[])[] = [];
      await inLanes(parts, (part, partSignal) => take(part, toHalve, partSignal), { atOnce: PARTS_AT_ONCE, signal });
      parts = toHalve.flatMap(halves);
    }
  };

  await takeAll(partsOf(items));
  await takeAll(partsOf(items.filter(({ id }) => !answers.has(id) && !refusals.has(id))));
  if (isWithoutAnswer()) throw lastRefusal ?? new AppError('unavailable', 'jobs.unfit-answer', 'The model gave no answer to any of the texts.');
  return { answers, refusals };
}

function halves(part: readonly TextItem[]): (readonly TextItem[])[] {
  const middle = Math.ceil(part.length / 2);
  return [part.slice(0, middle), part.slice(middle)];
}
