import 'reflect-metadata';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

/** One thing wrong with a message. `path` is dotted (`items.3.manga_id`); `$` is the message itself. */
export interface SchemaProblem {
  path: string;
  message: string;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: SchemaProblem[] };

export interface ParseOptions {
  /** `refuse` for strangers (REST, WebSocket); `drop` between our own services, so that they deploy apart. */
  unknownFields: 'refuse' | 'drop';
}

/**
 * The one door for messages of every transport: the same bad message gets the same answer over HTTP,
 * WebSocket and queue. Reports every problem at once, and never repeats a value in a problem's text.
 */
export function parse<T extends object>(type: ClassConstructor<T>, message: unknown, options: ParseOptions): Parsed<T> {
  if (message === null || typeof message !== 'object' || Array.isArray(message)) {
    return { ok: false, problems: [{ path: '$', message: 'must be an object' }] };
  }
  const value = plainToInstance(type, message, { exposeDefaultValues: true });
  const errors = validateSync(value, {
    whitelist: true,
    forbidNonWhitelisted: options.unknownFields === 'refuse',
    forbidUnknownValues: true,
    stopAtFirstError: false,
  });
  if (errors.length > 0) return { ok: false, problems: errors.flatMap((error) => problemsOf(error, '')) };
  return { ok: true, value };
}

function problemsOf(error: ValidationError, prefix: string): SchemaProblem[] {
  const path = prefix === '' ? error.property : `${prefix}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    path,
    message: rule === 'whitelistValidation' ? 'is not a known field' : withoutProperty(message, error.property),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, path))];
}

/** class-validator begins its messages with the property's name, which `path` already says. */
function withoutProperty(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
