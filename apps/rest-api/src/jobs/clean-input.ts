import { cleanText, type Problem } from '@manga-assist/foundation';

/**
 * The same value with every text in it cleaned: nothing invisible reaches a prompt. Problems name the
 * texts that nothing is left of, or that are no valid Unicode, unless something is wrong with them already.
 */
export function cleanInput<Value>(value: Value, path: string, problems: Problem[]): Value {
  const found: Problem[] = [];
  const cleaned = cleanedValue(value, path, found);
  const known = new Set(problems.map((problem) => problem.path));
  problems.push(...found.filter((problem) => !known.has(problem.path)));
  return cleaned;
}

function cleanedValue<Value>(value: Value, path: string, problems: Problem[]): Value {
  if (typeof value === 'string') return cleanedText(value, path, problems) as Value;
  if (Array.isArray(value)) return value.map((entry, index) => cleanedValue(entry, `${path}.${index}`, problems)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, cleanedValue(entry, path === '' ? key : `${path}.${key}`, problems)] as const);
  return Object.fromEntries(entries) as Value;
}

function cleanedText(text: string, path: string, problems: Problem[]): string {
  const cleaned = cleanText(text);
  if (cleaned === undefined) problems.push({ path, message: 'holds characters that are not valid Unicode' });
  else if (cleaned.codePoints === 0) problems.push({ path, message: 'is empty once invisible characters are removed' });
  return cleaned?.text ?? '';
}
