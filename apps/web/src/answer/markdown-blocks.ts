const FENCE = /^ {0,3}(```+|~~~+)/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])\s/;

/**
 * Cuts Markdown into blocks that can be rendered on their own, so that only the last one changes while an
 * answer streams. Lists and code fences stay whole, blank lines inside them included.
 */
export function markdownBlocks(markdown: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  let isAfterBlank = false;

  for (const line of markdown.split('\n')) {
    const isBlank = line.trim() === '';
    if (fence === null && isAfterBlank && !isBlank && lines.length > 0 && !continuesList(lines, line)) {
      blocks.push(lines.join('\n'));
      lines = [];
    }
    const mark: string | undefined = FENCE.exec(line)?.[1];
    if (fence === null) fence = mark ?? null;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    if (!isBlank || lines.length > 0) lines.push(line);
    isAfterBlank = isBlank;
  }
  if (lines.length > 0) blocks.push(lines.join('\n'));
  return blocks;
}

function continuesList(block: readonly string[], line: string): boolean {
  return LIST_ITEM.test(block[0] ?? '') && (LIST_ITEM.test(line) || /^\s/.test(line));
}
