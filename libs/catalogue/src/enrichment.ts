import type { Product } from './product.ts';

/** What an enrichment may change of a series. */
export type EnrichableField = 'genres' | 'themes' | 'themesJa' | 'demographic' | 'contentFlags' | 'synopsisEn' | 'synopsisJa';
export type EnrichableFields = Partial<Pick<Product, EnrichableField>>;

/** A change that a model proposed and somebody accepted. */
export interface Enrichment {
  changes: EnrichableFields;
  /** What each of these fields said when the model was asked: when one says something else by now, the change is off. */
  expected: EnrichableFields;
  provenance: EnrichmentProvenance;
}

/** Kept with the product, together with the values before. */
export interface EnrichmentProvenance {
  jobId: string;
  model: string;
  promptVersion: string;
  /** 0 to 1, the model's own. */
  confidence: number;
  /** `rules`, or the subject of the person who approved. */
  decidedBy: string;
  atMs: number;
}

/** `outdated`: the series says something else by now. `already-applied`: by the same job. */
export type EnrichOutcome = 'applied' | 'already-applied' | 'outdated' | 'not-found';
/** `already-undone`: the same job's. `outdated`: changed again since. `not-applied`: this job changed nothing that the product still knows of. */
export type UndoOutcome = 'undone' | 'already-undone' | 'not-applied' | 'outdated' | 'not-found';

export type StockOutcome = { kind: 'changed'; copies: number } | { kind: 'not-enough'; copies: number } | { kind: 'unknown-volume' };
