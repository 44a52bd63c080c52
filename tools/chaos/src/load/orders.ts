import type { JobOrder, JobOwner } from '@manga-assist/jobs';
import type { AnalysisType, JobPriority } from '@manga-assist/schemas/jobs';
import type { SeededRandom } from '../random.ts';

const ANALYSES: readonly AnalysisType[] = ['genre_classification', 'content_summary', 'reading_level', 'similar_series'];
const PRIORITIES: readonly JobPriority[] = ['high', 'high', 'normal', 'normal', 'normal', 'normal', 'normal', 'low', 'low', 'low'];
const DAY_MS = 86_400_000;

/** Whom jobs are ordered for, of what, and by which dice. */
export interface Shop {
  random: SeededRandom;
  owners: readonly JobOwner[];
  mangaIds: readonly string[];
}

/** An analysis of some series for some tenant. */
export function anAnalysis({ random, owners, mangaIds }: Shop, about: Partial<JobOrder> = {}): JobOrder {
  const createdAtMs = Date.now();
  return {
    jobId: random.uuid(),
    owner: random.pick(owners),
    type: random.pick(ANALYSES),
    input: { manga_id: random.pick(mangaIds) },
    priority: random.pick(PRIORITIES),
    createdAtMs,
    expiresAtMs: createdAtMs + DAY_MS,
    requestId: `req_${random.uuid()}`,
    ...about,
  };
}

/** One whose answers never fit, because its model is spoilt: three counted failures. */
export function aHopelessJob(shop: Shop): JobOrder {
  return anAnalysis(shop, { type: 'genre_classification', model: 'sonnet' });
}
