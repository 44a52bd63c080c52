const FENCE = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/iu;

/**
 * The JSON value that a model's answer is, also inside a code fence or after a friendly word;
 * undefined when there is none, or only the beginning of one.
 */
export function jsonInText(text: string): { value: unknown } | undefined {
  const trimmed = text.trim();
  const fenced = FENCE.exec(trimmed)?.[1];
  return parse(fenced ?? trimmed) ?? parse(between(trimmed, '{', '}')) ?? parse(between(trimmed, '[', ']'));
}

function between(text: string, open: string, close: string): string {
  const start = text.indexOf(open);
  return start === -1 ? '' : text.slice(start, text.lastIndexOf(close) + 1);
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
