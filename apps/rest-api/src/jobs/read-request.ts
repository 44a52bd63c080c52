import { AppError, type Problem } from '@manga-assist/foundation';
import { parse } from '@manga-assist/schemas';

/** A body as it came: what a field holds is not known yet. */
export type UnreadBody = Readonly<Record<string, unknown>>;

/**
 * The body as a request of its class. `check` adds what only this service knows to be wrong; it is
 * asked about a malformed body too, so that every problem is told at once, and has to skip fields that
 * are not what they should be. Throws `invalid` `request.invalid`.
 */
export function readRequest<T extends object>(type: new () => T, body: unknown, check: (fields: UnreadBody, problems: Problem[]) => void): T {
  const parsed = parse(type, body, { unknownFields: 'refuse' });
  const problems: Problem[] = parsed.ok ? [] : [...parsed.problems];
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (parsed.ok || isObject) check((parsed.ok ? parsed.value : body) as UnreadBody, problems);
  if (!parsed.ok || problems.length > 0) throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems: eachOnce(problems) });
  return parsed.value;
}

/** A prompt given in short is looked at twice, as a field and as its type's input. */
function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

/** Text to look at, or nothing: null and other kinds are told of by the request's class. */
export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
