import { isPairToken, storyTerms } from './story-terms.ts';
import { anyOf, type Query } from './find-queries.ts';

/** As the embedded search weighs them. */
const BOOSTS = { titleTokens: 1.5, themeTokens: 3, genreTokens: 1.2, synopsisTokens: 1, glossaryTokens: 1.5 };
const FIELDS = Object.entries(BOOSTS);
const PAIR = 0.5;
const PREFIX = 0.5;
const FUZZY = 0.3;
/** What Japanese and English analysis finds beyond our own words. */
const ANALYSED = 0.3;

/** Stories in which at least a share of the words stands, 0 to 1. */
export function aboutAtLeast(text: string, share: number): Query {
  const { units } = storyTerms(text);
  return units.length === 0 ? { match_none: {} } : { bool: { should: units.map(clauseOf), minimum_should_match: Math.max(1, Math.ceil(units.length * share)) } };
}

/** The same, ranked by everything that the text says. */
export function about(text: string, share: number, filter: readonly Query[]): Query {
  const { units, terms } = storyTerms(text);
  const rest = terms.filter((term) => !units.includes(term));
  return {
    bool: {
      must: [aboutAtLeast(text, share)],
      should: [...rest.map(clauseOf), { multi_match: { query: text, fields: ['text', 'text.reading', 'text.english'], boost: ANALYSED } }],
      filter,
    },
  };
}

/** Stories of which the words are a theme or a genre. */
export function themed(text: string): Query {
  const words = storyTerms(text).terms.filter((term) => !isPairToken(term));
  if (words.length === 0) return { match_none: {} };
  return { bool: { filter: words.map((word) => anyOf([{ term: { themeTokens: word } }, { term: { genreTokens: word } }])) } };
}

function clauseOf(term: string): Query {
  const weight = isPairToken(term) ? PAIR : 1;
  const exact = FIELDS.map(([field, boost]) => ({ term: { [field]: { value: term, boost: boost * weight } } }));
  if (isPairToken(term)) return anyOf(exact);
  const begun = term.length < 5 ? [] : FIELDS.map(([field, boost]) => ({ prefix: { [field]: { value: term, boost: boost * PREFIX } } }));
  const misspelled = /^[a-z]{6,}$/.test(term) ? FIELDS.map(([field, boost]) => ({ fuzzy: { [field]: { value: term, fuzziness: 1, max_expansions: 10, boost: boost * FUZZY } } })) : [];
  return { dis_max: { queries: [anyOf(exact), ...begun, ...misspelled] } };
}
