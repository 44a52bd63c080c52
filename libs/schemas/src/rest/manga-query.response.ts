import type { ModelAlias } from '../models.ts';

/** 200 of POST /v1/manga/query: the customer's four fields, then what the answer cost and how it came about. */
export interface MangaQueryResponse {
  response: string;
  /** The alias that answered, which after a fallback is not the one asked for. */
  model: ModelAlias;
  usage: { input_tokens: number; output_tokens: number };
  stop_reason: string;
  request_id: string;
  latency_ms: number;
  estimated_cost_usd: number;
  cached: boolean;
  /** True when a cheaper model answered, or the catalogue could not be asked. */
  degraded: boolean;
  /** What was missing when `degraded`: `model`, `catalogue`. */
  degraded_reasons?: string[];
}
