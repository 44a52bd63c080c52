import { asArray, asNumber, asString, isObject, type JsonObject } from '../../messages/json.ts';
import { enrichment } from './enrichment.ts';
import { moderation } from './moderation.ts';
import { summary } from './summary.ts';

/** A value that follows a JSON Schema, with what the text gives and nothing made up. */
export function fillSchema(schema: JsonObject, text: string): unknown {
  return valueFor(schema, '', text, { ...enrichment(text, undefined), ...moderation(text) });
}

function valueFor(schema: JsonObject, name: string, text: string, known: Record<string, unknown>): unknown {
  const choices = asArray(schema['enum']);
  if (choices.includes(known[name])) return known[name];
  if (choices.length > 0) return choices.find((choice) => text.toLowerCase().includes(String(choice).toLowerCase())) ?? choices[0];
  if ('const' in schema) return schema['const'];
  const type = Array.isArray(schema['type']) ? asString(schema['type'][0]) : asString(schema['type']);
  if (type === 'object' || isObject(schema['properties'])) {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, valueFor(isObject(value) ? value : {}, key, text, known)]));
  }
  const found = known[name];
  if (type === 'array') {
    const items = Array.isArray(found) ? found : [];
    const least = asNumber(schema['minItems']) ?? 0;
    const itemSchema = isObject(schema['items']) ? schema['items'] : { type: 'string' };
    while (items.length < least) items.push(valueFor(itemSchema, '', text, {}));
    return items.slice(0, asNumber(schema['maxItems']) ?? items.length);
  }
  if (type === 'integer' || type === 'number') return asNumber(schema['minimum']) ?? Number(/\d+/.exec(text)?.[0] ?? 0);
  if (type === 'boolean') return found === true;
  if (type === 'null') return null;
  return typeof found === 'string' ? found : summary(text);
}
