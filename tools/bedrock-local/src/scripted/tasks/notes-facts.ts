import { isObject } from '../../messages/json.ts';
import type { Fence } from './briefing/fences.ts';
import type { Facts } from './schema/facts.ts';
import { readPropertyName } from './schema/topic-names.ts';

const MOST = 8;

/** Notes on the parts of something long, put together: lists are joined, texts follow one another. */
export function notesFacts({ json }: Fence): Facts {
  const notes = Array.isArray(json) ? json.filter(isObject) : [];
  const facts: Record<string, unknown> = {};
  for (const note of notes) {
    for (const [name, value] of Object.entries(note)) {
      const { plain } = readPropertyName(name);
      const known = facts[plain];
      if (Array.isArray(value)) facts[plain] = [...new Set([...(Array.isArray(known) ? (known as unknown[]) : []), ...(value as unknown[])])].slice(0, MOST);
      else if (typeof value === 'string') facts[plain] = typeof known === 'string' ? `${known} ${value}` : value;
      else facts[plain] ??= value;
    }
  }
  return facts;
}
