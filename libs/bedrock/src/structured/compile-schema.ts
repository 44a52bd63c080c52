import type { JsonObject } from '@manga-assist/foundation';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

export type SchemaCheck = (value: unknown) => readonly string[];

/** Formats are for people here; a model is held to types, members and ranges. */
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
/** Compiling takes milliseconds, and a service has a handful of schemas. */
const compiled = new WeakMap<JsonObject, ValidateFunction>();
const MOST_PROBLEMS = 10;

/** Gives what does not fit, each as `/where what`, none when all does. Throws what ajv throws for a schema that is none. */
export function compileSchema(schema: JsonObject): SchemaCheck {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
  const check = validate;
  return (value) => {
    if (check(value)) return [];
    return (check.errors ?? []).slice(0, MOST_PROBLEMS).map(inWords);
  };
}

/** ajv says that something is allowed or not, and what it is only in a field beside. */
function inWords({ instancePath, message = 'does not fit', params }: ErrorObject): string {
  const { additionalProperty, allowedValues } = params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  const named = additionalProperty ?? allowedValues?.map((value) => JSON.stringify(value)).join(', ');
  return `${instancePath || '/'} ${message}${named === undefined ? '' : `: ${named}`}`;
}
