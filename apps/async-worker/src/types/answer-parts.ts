import { DEMOGRAPHICS, GENRES } from '@manga-assist/catalogue';
import { MANGA_ID } from '@manga-assist/schemas/jobs';
import type { JsonObject } from '@manga-assist/foundation';

export const READING_LEVELS = ['all ages', 'children', 'teen', 'older teen', 'mature'] as const;

/** Parts of the schemas that answers are held to; the names are the customer's. */
export const text = (maxLength: number): JsonObject => ({ type: 'string', minLength: 1, maxLength });
export const texts = (maxItems: number, maxLength = 100): JsonObject => ({ type: 'array', items: text(maxLength), maxItems });
export const share: JsonObject = { type: 'number', minimum: 0, maximum: 1 };
export const genreTags: JsonObject = { type: 'array', items: { enum: [...GENRES] }, minItems: 1, maxItems: 8, uniqueItems: true };
export const themeKeywords: JsonObject = { ...texts(12, 60), uniqueItems: true };
export const demographic: JsonObject = { enum: [...DEMOGRAPHICS, 'unknown'] };
export const readingLevel: JsonObject = { enum: [...READING_LEVELS] };
export const similarSeries: JsonObject = {
  type: 'array',
  items: object({ manga_id: { type: 'string', pattern: MANGA_ID.source }, reason: text(300) }),
  maxItems: 5,
};

/** All members are there, and no other. */
export function object(properties: Record<string, JsonObject>): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
