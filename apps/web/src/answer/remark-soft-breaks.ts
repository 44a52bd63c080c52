interface MarkdownNode {
  type: string;
  value?: string;
  children?: MarkdownNode[];
}

/** A remark plugin: a line break in the model's text is one on the page. Markdown would make a space of it, which Japanese has no use for. */
export function remarkSoftBreaks(): (tree: MarkdownNode) => void {
  return withBreaks;
}

function withBreaks(node: MarkdownNode): void {
  if (!node.children) return;
  node.children = node.children.flatMap((child) => {
    withBreaks(child);
    if (child.type !== 'text' || !child.value?.includes('\n')) return [child];
    return child.value.split('\n').flatMap((value, index) => [...(index > 0 ? [{ type: 'break' }] : []), { type: 'text', value }]);
  });
}
