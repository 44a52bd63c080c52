import type { ToolInputSchema } from '@manga-assist/schemas/tools';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { ToolInput } from '../tools/tool.ts';

export type ArgumentProblems = readonly string[];

const MOST_PROBLEMS = 8;
const PLAIN_NAME = /^[A-Za-z0-9_]{1,40}$/;
const ajv = new Ajv2020({ allErrors: true, strict: true });

/** A check of arguments against a tool's schema. Its words name fields and limits, and repeat no value. */
export function compileArguments(schema: ToolInputSchema): (input: ToolInput) => ArgumentProblems {
  const isValid = ajv.compile(schema);
  return (input) => (isValid(input) ? [] : (isValid.errors ?? []).slice(0, MOST_PROBLEMS).map(inWords));
}

function inWords({ keyword, instancePath, params, message = 'is wrong' }: ErrorObject): string {
  if (keyword === 'additionalProperties') {
    const name = String((params as { additionalProperty: unknown }).additionalProperty);
    return `${PLAIN_NAME.test(name) ? name : 'an argument with an unusual name'} is not an argument of this tool`;
  }
  const field = instancePath.slice(1) || 'the arguments';
  if (keyword === 'enum') return `${field} must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`;
  return `${field} ${message}`;
}
