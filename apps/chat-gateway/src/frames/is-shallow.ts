const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether JSON text opens at most `deepest` brackets at once: whatever walks a deeper value may run out of stack. */
export function isShallow(json: string, deepest: number): boolean {
  let depth = 0;
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === QUOTE) index = endOfString(json, index);
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > deepest) return false;
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
  return true;
}

function endOfString(json: string, start: number): number {
  for (let index = start + 1; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === BACKSLASH) index++;
    else if (character === QUOTE) return index;
  }
  return json.length;
}
