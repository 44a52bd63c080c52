import { tokensOf } from '../text/tokens.ts';

/** The first words of a question say what it is about; OpenSearch allows 1,024 clauses in all. */
const MOST_TERMS = 40;

export interface StoryTerms {
  terms: string[];
  /** Those of which a share must be found: words, or pairs of characters when there is no word. */
  units: string[];
}

export function storyTerms(text: string): StoryTerms {
  const terms = [...new Set(tokensOf(text))].slice(0, MOST_TERMS);
  const words = terms.filter((term) => !isPairToken(term));
  return { terms, units: words.length > 0 ? words : terms };
}

export function isPairToken(term: string): boolean {
  return term.startsWith('_');
}
