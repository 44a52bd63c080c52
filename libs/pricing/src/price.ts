import { AppError } from '@manga-assist/foundation';

/** What a model costs from a day on, in USD per million tokens. Null: the model has no such tokens. */
export interface Price {
  /** The base id, without an inference profile's prefix. */
  modelId: string;
  /** yyyy-mm-dd, UTC; the price holds until the next entry of the same model. */
  from: string;
  inputPerMillionUsd: number;
  outputPerMillionUsd: number;
  cacheReadPerMillionUsd: number | null;
  /** Written to the prompt cache for five minutes. */
  cacheWritePerMillionUsd: number | null;
  /** Written for an hour. Absent: twice the input price, as it is for every Claude model. */
  cacheWrite1hPerMillionUsd?: number;
  /** Where the figures were read. */
  source: string;
}

const FIELDS = ['modelId', 'from', 'inputPerMillionUsd', 'outputPerMillionUsd', 'cacheReadPerMillionUsd', 'cacheWritePerMillionUsd', 'cacheWrite1hPerMillionUsd', 'source'];

/** Reads a price list (parsed JSON) strictly: a mistyped field name must not become a price of 0. Throws `pricing.invalid-prices`. */
export function readPrices(entries: unknown): readonly Price[] {
  if (!Array.isArray(entries)) throw invalid('the file is not a list');
  const seen = new Set<string>();
  return entries.map((entry: Partial<Price> | null, index) => {
    const at = `entry ${index}`;
    if (typeof entry !== 'object' || entry === null) throw invalid(`${at} is not an object`);
    const unknown = Object.keys(entry).filter((name) => !FIELDS.includes(name));
    if (unknown.length > 0) throw invalid(`${at} has unknown fields: ${unknown.join(', ')}`);
    if (!isText(entry.modelId) || !isText(entry.source)) throw invalid(`${at} needs modelId and source`);
    if (!isDay(entry.from)) throw invalid(`${at} needs from as yyyy-mm-dd`);
    if (!isUsd(entry.inputPerMillionUsd) || !isUsd(entry.outputPerMillionUsd)) throw invalid(`${at} needs prices that are not below 0`);
    if (!isUsdOrNull(entry.cacheReadPerMillionUsd) || !isUsdOrNull(entry.cacheWritePerMillionUsd)) throw invalid(`${at} needs cache prices, or null`);
    if (entry.cacheWrite1hPerMillionUsd !== undefined && !isUsd(entry.cacheWrite1hPerMillionUsd)) throw invalid(`${at} needs a price of an hour in the cache that is not below 0, or none`);
    const key = `${entry.modelId} ${entry.from}`;
    if (seen.has(key)) throw invalid(`${at} repeats ${key}`);
    seen.add(key);
    return entry as Price;
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
}

function isUsd(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isUsdOrNull(value: unknown): boolean {
  return value === null || isUsd(value);
}

function invalid(what: string): AppError {
  return new AppError('bug', 'pricing.invalid-prices', `The price list is wrong: ${what}.`);
}
