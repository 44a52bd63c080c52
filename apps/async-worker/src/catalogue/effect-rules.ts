import type { Json } from '@manga-assist/foundation';
import type { CatalogueEffect, JobOrder, JobOwner } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import type { CatalogueProposal } from './catalogue-proposal.ts';

/** What may be added without a person. Content flags are not among them: they decide who may buy. */
const FREE_FIELDS: ReadonlySet<string> = new Set(['genres', 'themes', 'themesJa']);

/** Decides on what an enrichment would change: sure and harmless additions at once, everything else by a person. */
@Injectable()
export class EffectRules {
  constructor(private readonly config: AsyncWorkerConfig) {}

  /** Everybody reads the one catalogue; these tenants' jobs may change it. */
  mayChange({ tenantId }: JobOwner): boolean {
    return this.config.catalogueTenants.includes(tenantId);
  }

  /** Undefined: the catalogue is not the tenant's, whose enrichment is a result and nothing else. */
  judge(proposal: CatalogueProposal, { owner, input }: Pick<JobOrder, 'owner' | 'input'>): CatalogueEffect | undefined {
    if (!this.mayChange(owner)) return undefined;
    const isSure = proposal.confidence >= this.config.enrichmentConfidence;
    const isFree = isSure && isHarmless(proposal) && !hasContext(input);
    return isFree ? { ...proposal, state: 'approved', decidedBy: 'rules' } : { ...proposal, state: 'awaiting-approval' };
  }
}

/** The caller's own words stood in the prompt that the confidence comes from. */
function hasContext(input: JobOrder['input']): boolean {
  return 'additional_context' in input && input.additional_context !== undefined;
}

function isHarmless({ changes, expected }: CatalogueProposal): boolean {
  return Object.entries(changes).every(([field, value]) => FREE_FIELDS.has(field) && keepsAll(value, expected[field]));
}

function keepsAll(after: Json, before: Json | undefined): boolean {
  return Array.isArray(after) && Array.isArray(before) && before.every((entry) => after.includes(entry));
}
