/** Runs of asterisks that can open or close something: bullets and `3 * 4` stand between spaces and cannot. */
const STARS = /(?<!\\)\*+/g;

/**
 * Closes what is still open in the last block of an unfinished answer: `**bo` shows as bold and not as two
 * asterisks that vanish a moment later; half a link shows as its text.
 */
export function closeOpenMarks(block: string): string {
  if (/^ {0,3}(?:```|~~~)/m.test(block)) return block;
  const text = block.replace(/!?\[([^\]\n]*)(?:\](?:\([^)\n]*)?)?$/, '$1').trimEnd();
  return closeStars(closeCode(text));
}

function closeCode(text: string): string {
  if (text.split('`').length % 2 === 1) return text;
  return text.endsWith('`') ? text.slice(0, -1) : `${text}\``;
}

function closeStars(text: string): string {
  const runs = [...text.matchAll(STARS)].filter(({ 0: stars, index }) => !standsAlone(text, index, index + stars.length)).map(([stars]) => stars.length);
  const single = runs.filter((length) => length === 1).length;
  const double = runs.filter((length) => length === 2).length;
  const last = text.endsWith('*') ? runs.at(-1) : undefined;
  const isOpen = { single: single % 2 === 1, double: double % 2 === 1 };

  // A mark with nothing behind it yet: of an opening one nothing shows, of a closing `**` one half has come.
  if (last === 1 && isOpen.single) return isOpen.double ? `${text}*` : text.slice(0, -1).trimEnd();
  if (last === 2 && isOpen.double) return text.slice(0, -2).trimEnd();
  return `${text}${isOpen.single ? '*' : ''}${isOpen.double ? '**' : ''}`;
}

function standsAlone(text: string, start: number, end: number): boolean {
  return /^$|\s/.test(text.charAt(start - 1)) && /\s/.test(text.charAt(end));
}
