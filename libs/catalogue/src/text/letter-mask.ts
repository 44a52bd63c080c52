/** Which letters a text has, hashed into 32 bits: a cheap look before two texts are compared letter by letter. */
export function letterMask(text: string): number {
  let mask = 0;
  for (let index = 0; index < text.length; index++) mask |= 1 << (text.charCodeAt(index) & 31);
  return mask;
}

/** At least so many letters of `part` are not in `whole`; each needs an edit of its own. */
export function missingLetters(part: number, whole: number): number {
  let missing = part & ~whole;
  let count = 0;
  for (; missing !== 0; missing &= missing - 1) count++;
  return count;
}
