import { ProductStore, type EnrichableFields } from '@manga-assist/catalogue';
import { Clock } from '@manga-assist/foundation';
import { JobStore, type EndedJob } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { EffectRules } from './effect-rules.ts';

/** Brings an accepted enrichment into the catalogue, or takes it out again; tool-service finds either there and indexes it anew. */
@Injectable()
export class ApplyEffect {
  constructor(
    private readonly products: ProductStore,
    private readonly jobs: JobStore,
    private readonly rules: EffectRules,
    private readonly clock: Clock,
  ) {}

  /** Once per job however often it is called, and not over what somebody else has changed since. */
  async run(job: EndedJob, signal: AbortSignal): Promise<void> {
    const { jobId, owner, outcome } = job;
    const effect = outcome?.catalogueEffect;
    if (effect?.state !== 'approved') return;
    // It may have been proposed before the tenant lost its right, and approved by the tenant itself.
    if (!this.rules.mayChange(owner)) return this.jobs.recordEffect(job, 'rejected', signal);
    const { mangaId, changes, expected, confidence, decidedBy = 'rules' } = effect;
    const { model = '', promptVersion = '' } = outcome ?? {};
    const enriched = await this.products.enrich(
      mangaId,
      // As `proposedChanges` made them; in the job's row they are plain JSON.
      { changes: changes as EnrichableFields, expected: expected as EnrichableFields, provenance: { jobId, model, promptVersion, confidence, decidedBy, atMs: this.clock.nowMs() } },
      signal,
    );
    const isApplied = enriched === 'applied' || enriched === 'already-applied';
    await this.jobs.recordEffect(job, isApplied ? 'applied' : 'outdated', signal);
  }

  /** Puts back what was there before, unless somebody has changed it since. */
  async undo(job: EndedJob, signal: AbortSignal): Promise<void> {
    const effect = job.outcome?.catalogueEffect;
    if (effect?.state !== 'undo-requested') return;
    const undone = await this.products.undoEnrichment(effect.mangaId, job.jobId, signal);
    const isUndone = undone === 'undone' || undone === 'already-undone';
    await this.jobs.recordEffect(job, isUndone ? 'undone' : 'superseded', signal);
  }
}
