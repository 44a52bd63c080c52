import type { CatalogueEffect } from '@manga-assist/jobs';

/** What a result would change in the catalogue, before anybody has decided on it. */
export type CatalogueProposal = Pick<CatalogueEffect, 'mangaId' | 'changes' | 'expected' | 'confidence'>;
