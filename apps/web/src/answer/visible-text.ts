// Marks that reorder text, and the invisible "tag" letters (U+E0000…) in which instructions hide.
const MISLEADING = /[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C\u{E0000}-\u{E007F}]/gu;

/** The model's text without what would make the page show something else than it says. */
export function visibleText(text: string): string {
  return text.replace(MISLEADING, '');
}
