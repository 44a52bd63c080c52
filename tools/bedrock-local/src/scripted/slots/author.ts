const PATTERNS = [
  /(?:作者|作家|漫画家)(?:は|が|の)?[「『]?([^\s、。「」『』のはが?]{2,12})[」』]?(?:先生|さん)?(?:の|で|が|作品|$)/,
  /(?:^|[、。\s])([^\s、。「」『』]{2,10}?)先生/,
  /\b(?:works?|manga|series|anything|something|everything|titles|books|written|drawn|created)\s+(?:by|from|of)\s+((?:[A-Z][\p{L}.'-]*)(?:\s+[A-Z][\p{L}.'-]*){0,2})/u,
  /\bauthor(?: is| named| called)?:?\s+((?:[A-Z][\p{L}.'-]*)(?:\s+[A-Z][\p{L}.'-]*){0,2})/u,
];

/** An author named as such: 荒川弘先生, anything by Osamu Tezuka. */
export function readAuthor(text: string): { name?: string; rest: string } {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(text);
    const name = found?.[1]?.trim();
    if (found && name && !/^(?:誰|だれ|どなた|何|The|This|That|It)/.test(name)) return { name, rest: text.replace(found[0], ' ') };
  }
  return { rest: text };
}
