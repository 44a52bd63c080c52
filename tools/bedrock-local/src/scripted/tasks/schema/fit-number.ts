import { asNumber, type JsonObject } from '../../../messages/json.ts';

/** The number nearest to the wanted one that a schema allows; its least one, or 0, where nothing is wanted. */
export function fitNumber(schema: JsonObject, wanted: number | undefined): number {
  const isInteger = schema['type'] === 'integer' || (Array.isArray(schema['type']) && schema['type'].includes('integer') && !schema['type'].includes('number'));
  const step = asNumber(schema['multipleOf']) ?? (isInteger ? 1 : undefined);
  const gap = step ?? 1e-6;
  const least = Math.max(asNumber(schema['minimum']) ?? -Infinity, above(schema['exclusiveMinimum'], gap));
  const most = Math.min(asNumber(schema['maximum']) ?? Infinity, below(schema['exclusiveMaximum'], gap));
  const clamped = Math.min(most, Math.max(least, wanted ?? (Number.isFinite(least) ? least : 0)));
  if (step === undefined) return Number.isInteger(clamped) ? clamped : trimmed(clamped, least, most);
  const down = Math.floor(clamped / step) * step;
  const nearest = Math.round(clamped / step) * step;
  const fitting = [nearest, down, down + step].find((value) => value >= least && value <= most) ?? nearest;
  return Number(fitting.toPrecision(12));
}

function above(bound: unknown, gap: number): number {
  const number = asNumber(bound);
  return number === undefined ? -Infinity : number + gap;
}

function below(bound: unknown, gap: number): number {
  const number = asNumber(bound);
  return number === undefined ? Infinity : number - gap;
}

function trimmed(value: number, least: number, most: number): number {
  const short = Math.round(value * 1_000) / 1_000;
  return short >= least && short <= most ? short : value;
}
