import type { Json } from '@manga-assist/foundation';
import type { CatalogueEffect } from '@manga-assist/jobs';
import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';
import type { CatalogueProposal } from './catalogue-proposal.ts';

/** What may be added without a person. Content flags are not among them: they decide who may buy. */
const FREE_FIELDS: ReadonlySet<string> = new Set(['genres', 'themes', 'themesJa']);

/** Decides on what an enrichment would change: sure and harmless additions at once, everything else by a person. */
@Injectable()
export class EffectRules {
  constructor(private readonly config: AsyncWorkerConfig) {}

  judge(proposal: CatalogueProposal): CatalogueEffect {
    const isSure = proposal.confidence >= this.config.enrichmentConfidence;
    return isSure && isHarmless(proposal) ? { ...proposal, state: 'approved', decidedBy: 'rules' } : { ...proposal, state: 'awaiting-approval' };
  }
}

function isHarmless({ changes, expected }: CatalogueProposal): boolean {
  return Object.entries(changes).every(([field, value]) => FREE_FIELDS.has(field) && keepsAll(value, expected[field]));
}

function keepsAll(after: Json, before: Json | undefined): boolean {
  return Array.isArray(after) && Array.isArray(before) && before.every((entry) => after.includes(entry));
}
