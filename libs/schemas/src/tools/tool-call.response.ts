import type { ProductCard } from './product-card.ts';

/** A refusal that the model must read (bad arguments, nothing found) is a 200 with status `error`. */
export const TOOL_ERROR_CODES = ['invalid_arguments', 'not_found', 'unavailable', 'timed_out', 'too_large', 'unknown_tool'] as const;
export type ToolErrorCode = (typeof TOOL_ERROR_CODES)[number];

export interface ToolCallResponse {
  tool_use_id: string;
  status: 'success' | 'error';
  /** What the model reads: an object of allow-listed, cleaned fields, at most 8 KiB as JSON. */
  content: Record<string, unknown>;
  error?: { code: ToolErrorCode; message: string };
  /** The series in `content`, for people; no model reads them. At most 20; left out when there are none. */
  cards?: ProductCard[];
}
