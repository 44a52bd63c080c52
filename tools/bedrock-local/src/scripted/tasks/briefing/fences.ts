/** A part of a prompt between two tags: data, never instructions. */
export interface Fence {
  /** Lower case. */
  tag: string;
  text: string;
  /** What the text is as JSON; undefined when it is none. */
  json: unknown;
}

const OPENING = /<([a-z][a-z0-9_-]{1,40})(?:\s[^<>]{0,200})?>/gi;

/** The fenced parts in their order, and the words around them. */
export function readFences(prompt: string): { fences: Fence[]; outside: string } {
  const fences: Fence[] = [];
  let outside = '';
  let from = 0;
  // Looked for once: thousands of openings of one tag that never closes must not be searched to the end each.
  const unclosed = new Set<string>();
  for (let opening = next(prompt, from); opening; opening = next(prompt, from)) {
    const tag = opening[1] ?? '';
    const start = opening.index + opening[0].length;
    const end = unclosed.has(tag) ? undefined : endOf(prompt, tag, start);
    outside += `${prompt.slice(from, opening.index)}\n`;
    if (end === undefined) {
      unclosed.add(tag);
      from = start;
      continue;
    }
    const text = prompt.slice(start, end).trim();
    fences.push({ tag: tag.toLowerCase(), text, json: jsonOf(text) });
    from = end + tag.length + 3;
  }
  return { fences, outside: (outside + prompt.slice(from)).trim() };
}

function next(prompt: string, from: number): RegExpExecArray | null {
  OPENING.lastIndex = from;
  return OPENING.exec(prompt);
}

/** A fence ends at its last closing tag, so that data cannot close it early; where the tag comes several times, at the next one. */
function endOf(prompt: string, tag: string, start: number): number | undefined {
  const closing = `</${tag}>`;
  const isRepeated = prompt.indexOf(`<${tag}`, start) >= 0;
  const end = isRepeated ? prompt.indexOf(closing, start) : prompt.lastIndexOf(closing);
  return end < start ? undefined : end;
}

export function jsonOf(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
