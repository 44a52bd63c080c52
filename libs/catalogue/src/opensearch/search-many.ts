import { AppError } from '@manga-assist/foundation';
import type { Product } from '../product.ts';
import type { OpenSearchConnection } from './opensearch-connection.ts';

export interface Found {
  total: number;
  hits: { product: Product; score: number; meaning?: number[] }[];
}

/** Several searches in one round trip; their answers in the same order. */
export type SearchMany = (bodies: readonly Record<string, unknown>[], signal: AbortSignal) => Promise<Found[]>;

export interface SearchAnswer {
  error?: { type?: string };
  status?: number;
  hits?: { total?: { value: number }; hits: { _score: number | null; _source: { product: Product; meaning?: number[] } }[] };
  aggregations?: Record<string, { buckets: { key: string | number; doc_count: number }[] }>;
}

export function searchManyOf(connection: OpenSearchConnection, index: string): SearchMany {
  return async (bodies, signal) => {
    const lines = bodies.flatMap((body) => [{ index }, body]);
    const { responses } = await connection.call<{ responses: SearchAnswer[] }>({ method: 'POST', path: '/_msearch', lines }, signal);
    return responses.map(foundIn);
  };
}

export function foundIn({ hits, error, status }: SearchAnswer): Found {
  if (error !== undefined || hits === undefined) {
    throw new AppError('unavailable', 'catalogue.unavailable', 'The catalogue cannot be reached just now; try again.', { retryAfterMs: 1_000, details: { status, type: error?.type } });
  }
  return { total: hits.total?.value ?? 0, hits: hits.hits.map(({ _score, _source }) => ({ score: _score ?? 0, ..._source })) };
}
