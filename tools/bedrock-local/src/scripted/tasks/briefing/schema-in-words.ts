import { isObject, type JsonObject } from '../../../messages/json.ts';

const INTRODUCTION = /json[ _-]?schema|\bschema\b|スキーマ/gi;
const SCHEMA_WORDS = ['type', 'properties', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'];
/** An introduction further from its schema than this speaks of something else. */
const LONGEST_GAP = 400;

/** The JSON schema that a prompt writes out for models that cannot be held to one. */
export function schemaInWords(prompt: string): JsonObject | undefined {
  for (const introduction of prompt.matchAll(INTRODUCTION)) {
    const start = prompt.indexOf('{', introduction.index);
    if (start < 0) return undefined;
    if (start - introduction.index > LONGEST_GAP) continue;
    const found = objectAt(prompt, start);
    if (found && SCHEMA_WORDS.some((word) => word in found)) return found;
  }
  return undefined;
}

/** The JSON object that begins there. */
export function objectAt(text: string, start: number): JsonObject | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (isQuoted) {
      if (character === '\\') index += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return parsed(text.slice(start, index + 1));
  }
  return undefined;
}

function parsed(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
