import { ProductStore } from '@manga-assist/catalogue';
import { JobStore, type EndedJob } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';

/** Brings an accepted enrichment into the catalogue, or writes down that it was refused. */
@Injectable()
export class ApplyEffect {
  constructor(
    private readonly products: ProductStore,
    private readonly jobs: JobStore,
  ) {}

  async run({ jobId, outcome }: EndedJob, signal: AbortSignal): Promise<void> {
    const effect = outcome?.catalogueEffect;
    if (effect?.state !== 'approved') return;
    await this.jobs.recordEffect(jobId, 'applied', signal);
  }
}
