import { asArray, asNumber, asString, type JsonObject } from '../../messages/json.ts';
import type { ToolDefinition } from '../../messages/messages-request.ts';
import { propertiesOf } from './tool-roles.ts';

/** A value for the properties whose name matches; tried in order, used only when the schema allows it. */
export interface Offer {
  property: RegExp;
  values: readonly unknown[];
}

/** Arguments by schema from what is on offer; nothing when a required one is missing. */
export function fillArguments(tool: ToolDefinition, offers: readonly Offer[]): Record<string, unknown> | undefined {
  const input: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(propertiesOf(tool))) {
    for (const offer of offers) {
      if (!offer.property.test(name)) continue;
      const value = offer.values.map((candidate) => fitted(candidate, schema)).find((candidate) => candidate !== undefined);
      if (value === undefined) continue;
      input[name] = value;
      break;
    }
  }
  const missing = asArray(tool.inputSchema['required']).some((name) => typeof name === 'string' && !(name in input));
  return missing ? undefined : input;
}

/** The value as the schema wants it, or nothing. */
export function fitted(value: unknown, schema: JsonObject): unknown {
  if (value === undefined || value === '') return undefined;
  const choices = asArray(schema['enum']);
  if (choices.length > 0) return choices.find((choice) => String(choice).toLowerCase() === String(value).toLowerCase());
  const type = asString(schema['type']);
  if (type === 'integer' || type === 'number') {
    const number = asNumber(value) ?? Number.NaN;
    if (Number.isNaN(number)) return undefined;
    const least = asNumber(schema['minimum']) ?? -Infinity;
    const most = asNumber(schema['maximum']) ?? Infinity;
    return Math.min(most, Math.max(least, type === 'integer' ? Math.round(number) : number));
  }
  if (type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (type === 'array') return Array.isArray(value) ? value : [value];
  if (type === 'object') return undefined;
  const text = String(value);
  const pattern = asString(schema['pattern']);
  if (pattern !== undefined && !matches(pattern, text)) return undefined;
  return text.slice(0, asNumber(schema['maxLength']) ?? text.length);
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // A pattern we cannot read is the tool's to check.
    return true;
  }
}
