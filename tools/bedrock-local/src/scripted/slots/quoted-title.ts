const QUOTES = [/『([^』]{1,60})』/, /「([^」]{1,60})」/, /"([^"]{1,80})"/];

/** A title between quotation marks. */
export function readQuotedTitle(text: string): string | undefined {
  for (const pattern of QUOTES) {
    const title = pattern.exec(text)?.[1]?.trim();
    if (title) return title;
  }
  return undefined;
}
