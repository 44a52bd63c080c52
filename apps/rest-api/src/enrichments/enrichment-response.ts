import type { EffectState, Job } from '@manga-assist/jobs';
import { seconds } from '../jobs/job-status.ts';

export interface EnrichmentResponse {
  request_id: string;
  state: EffectState;
  manga_id: string;
  changes: object;
  /** What the catalogue said when the model was asked. */
  expected: object;
  confidence: number;
  model?: string;
  prompt_version?: string;
  proposed_at: number;
  decided_by?: string;
  undone_by?: string;
}

/** Of a job with an effect, as a person needs it to decide; of any other none. */
export function enrichmentsOf({ jobId, outcome, endedAtMs, createdAtMs }: Job): EnrichmentResponse[] {
  const effect = outcome?.catalogueEffect;
  if (effect === undefined) return [];
  return [
    {
      request_id: jobId,
      state: effect.state,
      manga_id: effect.mangaId,
      changes: effect.changes,
      expected: effect.expected,
      confidence: effect.confidence,
      ...(outcome?.model !== undefined && { model: outcome.model }),
      ...(outcome?.promptVersion !== undefined && { prompt_version: outcome.promptVersion }),
      proposed_at: seconds(endedAtMs ?? createdAtMs),
      ...(effect.decidedBy !== undefined && { decided_by: effect.decidedBy }),
      ...(effect.undoneBy !== undefined && { undone_by: effect.undoneBy }),
    },
  ];
}
