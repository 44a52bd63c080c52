/** Nobody says what they look for in more letters; longer texts cost time and say no more. */
const MOST_LETTERS = 400;

/** The beginning of a text, as far as it is read. */
export function boundedText(text: string): string {
  return text.length <= MOST_LETTERS ? text : text.slice(0, MOST_LETTERS);
}

/** How many are asked for: a whole number, none for less than one. */
export function mostOf(limit: number): number {
  return Math.max(0, Math.floor(limit) || 0);
}
