export interface PartSize {
  mostTokens: number;
  mostItems: number;
}

/** The items in their order, in parts of bounded size; an item that is longer than a part stands alone. */
export function inParts<Item>(items: readonly Item[], { mostTokens, mostItems }: PartSize, tokensOf: (item: Item) => number): Item[][] {
  const parts: Item[][] = [];
  let tokens = Infinity;
  for (const item of items) {
    const size = tokensOf(item);
    const part = parts.at(-1);
    if (part === undefined || part.length >= mostItems || tokens + size > mostTokens) {
      parts.push([item]);
      tokens = size;
    } else {
      part.push(item);
      tokens += size;
    }
  }
  return parts;
}
