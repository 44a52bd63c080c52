import { asNumber, asString, type JsonObject } from '../../../messages/json.ts';
import { samplePattern } from './sample-pattern.ts';

/** Texts of the formats that JSON Schema names; of the data where it has one, else of no meaning. */
const FORMATS: Readonly<Record<string, { pattern: RegExp; fallback: string }>> = {
  date: { pattern: /\b\d{4}-\d{2}-\d{2}\b/, fallback: '2026-01-01' },
  'date-time': { pattern: /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/, fallback: '2026-01-01T00:00:00Z' },
  time: { pattern: /\b\d{2}:\d{2}:\d{2}Z/, fallback: '00:00:00Z' },
  duration: { pattern: /\bP\d+[DWMY]\b/, fallback: 'P1D' },
  email: { pattern: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)+/, fallback: 'someone@example.com' },
  uri: { pattern: /https?:\/\/[^\s"'<>)]+/, fallback: 'https://example.com/' },
  hostname: { pattern: /\b(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,}\b/, fallback: 'example.com' },
  ipv4: { pattern: /\b(?:\d{1,3}\.){3}\d{1,3}\b/, fallback: '192.0.2.1' },
  uuid: { pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i, fallback: '00000000-0000-4000-8000-000000000000' },
};

/** The words as a schema wants them: right form, not too short, not too long. */
export function fitText(schema: JsonObject, words: string, data: string): string {
  const format = FORMATS[asString(schema['format']) ?? ''];
  if (format) return format.pattern.exec(words)?.[0] ?? format.pattern.exec(data)?.[0] ?? format.fallback;
  const least = asNumber(schema['minLength']) ?? 0;
  const most = asNumber(schema['maxLength']) ?? Infinity;
  const pattern = asString(schema['pattern']);
  if (pattern !== undefined) return fitPattern(pattern, words, data, least, most);
  return between(words.trim(), least, most);
}

function fitPattern(pattern: string, words: string, data: string, least: number, most: number): string {
  const expression = compiledPattern(pattern);
  if (!expression) return between(words, least, most);
  const slug = words.toLowerCase().normalize('NFKD').replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, Math.min(most, 40));
  const candidates = [words, shortened(words, most), slug, slug.replaceAll('-', '_'), slug.toUpperCase(), ...(data.match(/[^\s"',:;{}[\]()<>]+/g) ?? []).slice(0, 500)];
  const fits = (text: string): boolean => text.length >= least && text.length <= most && expression.test(text);
  return candidates.find(fits) ?? samplePattern(pattern, least);
}

function between(words: string, least: number, most: number): string {
  const text = lengthened(shortened(words, most), least);
  return text.length <= most ? text : Array.from(text).slice(0, most).join('');
}

/** Characters are counted as JSON Schema counts them, and none is cut in half. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const cut = characters.slice(0, most).join('');
  const end = Math.max(...['。', '. ', '！', '! '].map((mark) => cut.lastIndexOf(mark)));
  return end > most / 2 ? cut.slice(0, end + 1).trim() : most > 20 ? `${characters.slice(0, most - 1).join('').trimEnd()}…` : cut;
}

function lengthened(text: string, least: number): string {
  const filler = text === '' ? 'unknown ' : ` ${text}`;
  let long = text === '' && least > 0 ? 'unknown' : text;
  while (Array.from(long).length < least) long += filler;
  return long;
}

/** Undefined for a pattern that cannot be read. */
export function compiledPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
