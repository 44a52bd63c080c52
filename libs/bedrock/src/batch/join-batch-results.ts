import type { JsonObject } from '@manga-assist/foundation';
import { isDeepStrictEqual } from 'node:util';

export type BatchResult =
  | { recordId: string; status: 'succeeded'; modelOutput: JsonObject }
  /** Bedrock reported an error for this record, or two lines that do not agree. Not tried again by Bedrock. */
  | { recordId: string; status: 'failed'; errorCode: number | undefined }
  | { recordId: string; status: 'ambiguous' }
  /** No whole line for it: the job stopped early, or the file is cut. */
  | { recordId: string; status: 'missing' };

export interface BatchResults {
  /** One for each id that was asked for, in that order. */
  results: readonly BatchResult[];
  /** Lines that are no JSON object with a record id, such as a cut last one. */
  damagedLines: number;
  /** Lines for ids that nobody asked for. */
  strangeLines: number;
}

/**
 * Joins Bedrock's output lines with the records that were submitted, by record id and by nothing else:
 * the order of the output is not promised, lines may be missing, doubled or cut. What is not certain
 * is never given to anybody.
 */
export function joinBatchResults(recordIds: readonly string[], lines: Iterable<string>): BatchResults {
  const found = new Map<string, BatchResult>();
  const wanted = new Set(recordIds);
  let damagedLines = 0;
  let strangeLines = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const result = readLine(line);
    if (!result) {
      damagedLines++;
    } else if (!wanted.has(result.recordId)) {
      strangeLines++;
    } else {
      const before = found.get(result.recordId);
      found.set(result.recordId, before && !isDeepStrictEqual(before, result) ? { recordId: result.recordId, status: 'ambiguous' } : result);
    }
  }
  return { results: recordIds.map((recordId) => found.get(recordId) ?? { recordId, status: 'missing' }), damagedLines, strangeLines };
}

function readLine(line: string): BatchResult | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(parsed) || typeof parsed['recordId'] !== 'string') return undefined;
  const { recordId, modelOutput, error } = parsed;
  // A line with an error is an error, whatever else it holds.
  if (error !== undefined) {
    const code = isObject(error) ? Number(error['errorCode']) : Number.NaN;
    return { recordId, status: 'failed', errorCode: Number.isNaN(code) ? undefined : code };
  }
  return isObject(modelOutput) ? { recordId, status: 'succeeded', modelOutput } : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
