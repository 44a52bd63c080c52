import { ProductStore, type EnrichableFields } from '@manga-assist/catalogue';
import { Clock } from '@manga-assist/foundation';
import { JobStore, type EndedJob } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';

/** Brings an accepted enrichment into the catalogue, where tool-service finds it and indexes it anew. */
@Injectable()
export class ApplyEffect {
  constructor(
    private readonly products: ProductStore,
    private readonly jobs: JobStore,
    private readonly clock: Clock,
  ) {}

  /** Once per job however often it is called, and not over what somebody else has changed since. */
  async run({ jobId, outcome }: EndedJob, signal: AbortSignal): Promise<void> {
    const effect = outcome?.catalogueEffect;
    if (effect?.state !== 'approved') return;
    const { mangaId, changes, expected, confidence, decidedBy = 'rules' } = effect;
    const { model = '', promptVersion = '' } = outcome ?? {};
    const enriched = await this.products.enrich(
      mangaId,
      // As `proposedChanges` made them; in the job's row they are plain JSON.
      { changes: changes as EnrichableFields, expected: expected as EnrichableFields, provenance: { jobId, model, promptVersion, confidence, decidedBy, atMs: this.clock.nowMs() } },
      signal,
    );
    const isApplied = enriched === 'applied' || enriched === 'already-applied';
    await this.jobs.recordEffect(jobId, isApplied ? 'applied' : 'outdated', signal);
  }
}
