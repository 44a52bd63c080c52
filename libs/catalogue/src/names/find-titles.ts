import { boundedText } from '../bounds.ts';
import { withoutRequest } from '../query/request-phrases.ts';
import type { UnderstoodQuery } from '../query/understand-query.ts';
import { foldText } from '../text/fold-text.ts';
import { isJapanese } from './name.ts';
import type { NameIndex, NameMatch, NameWithin } from './name-index.ts';

/** From here on the shopper named this series; what else might be meant is noise. */
export const PLAINLY_NAMED = 0.9;
export const PROBABLY_NAMED = 0.7;
const PERHAPS_NAMED = 0.5;
/** Short texts resemble too much. */
const LEAST_MISTYPED = 8;
/** In more letters more is said than a title; a longer one is found without this rule as well. */
const MOST_MISTYPED = 60;
const LONGEST_ARTICLE = 3;
const HAN = /\p{Script=Han}/u;

/** The series that a question names, the surest first; none when it is about something else. */
export function findTitles(names: NameIndex, understood: UnderstoodQuery, wholes = findWholeTitles(names, understood)): NameMatch[] {
  if (wholes.length > 0) return wholes;
  const { titleText, core, quotedTitle } = understood;
  for (const text of new Set([...(quotedTitle === undefined ? [] : [quotedTitle]), core, titleText])) {
    const exact = names.exactly(text);
    if (exact.length > 0) return exact;
  }
  // A quoted title that the shop does not know must not become one that it does.
  if (quotedTitle !== undefined) return names.roughly(quotedTitle).filter(({ score }) => score >= PROBABLY_NAMED);
  const asked = withoutRequest(titleText);
  const matches = [...standing(names, asked, core), ...names.roughly(core), ...(foldText(asked) === foldText(core) ? [] : names.roughly(asked))];
  return bestOfEach(matches).filter(({ score }) => score >= PERHAPS_NAMED);
}

/** Series that the whole question is the name of, whatever its words mean elsewhere: in "Kodomo no Jikan" nobody asks for a children's book. */
export function findWholeTitles(names: NameIndex, { whole, named, like, unwanted }: UnderstoodQuery): NameMatch[] {
  // What was cut off behind a title may leave a particle there: 天使なんかじゃない|の|3巻.
  const forms = new Set([whole, withoutRequest(whole), named, named.replace(/[のはがをも]$/, '')]);
  for (const text of forms) {
    // Who names one series to find others means the others; in "Love Is Like a Cocktail" there is more than a cocktail.
    if (like !== undefined && foldText(text) === foldText(like)) continue;
    const exact = names.exactly(text);
    if (exact.length > 0) return exact;
  }
  const mistaken = takenForWish(names, whole, like, unwanted);
  if (mistaken.length > 0) return mistaken;
  // With a letter wrong it is still the whole question, and "Book" in it no word of a request.
  return like !== undefined || whole.length < LEAST_MISTYPED || whole.length > MOST_MISTYPED ? [] : names.mistyped(whole);
}

/** Titles of which a part was taken for a wish: 天使なんかじゃない, "Love Is Like a Cocktail". "Like House Without Voices" is a wish. */
function takenForWish(names: NameIndex, whole: string, like: string | undefined, unwanted: readonly string[]): NameMatch[] {
  const wishes = (like === undefined ? unwanted : [like]).map(foldText).filter((text) => text !== '');
  if (wishes.length === 0) return [];
  const isPartOf = (wish: string, name: string): boolean => name.length > wish.length + LONGEST_ARTICLE && (like === undefined ? name.includes(wish) : name.lastIndexOf(wish) > 0);
  const titles = names.within(whole).filter(({ folded }) => wishes.some((wish) => isPartOf(wish, folded)));
  return titles.filter(({ letters }) => letters === titles[0]?.letters).map((match) => ({ ...match, score: Math.max(match.score, PLAINLY_NAMED) }));
}

/** The one series that a text names, if it plainly names one. */
export function findOneTitle(names: NameIndex, called: string): NameMatch | undefined {
  const text = boundedText(called);
  for (const form of new Set([text, withoutRequest(text)])) {
    const [exact] = names.exactly(form);
    if (exact !== undefined) return exact;
  }
  const asked = withoutRequest(text) || text;
  const [best, next] = bestOfEach([...standing(names, asked, asked), ...names.roughly(asked)]);
  if (best === undefined || best.score < PROBABLY_NAMED) return undefined;
  return next === undefined || best.score - next.score > 0.015 || best.score >= PLAINLY_NAMED ? best : undefined;
}

/** Series that a text says in so many words, for leaving them out: "Monster Musume" must not lose MONSTER. */
export function findNamedBy(names: NameIndex, text: string): NameMatch[] {
  const exact = names.exactly(text);
  return exact.length > 0 ? exact : names.roughly(text).filter(({ score }) => score >= 0.8);
}

/** Names that stand whole in the text. A long one is meant; a short one among many words may be a common word. */
function standing(names: NameIndex, text: string, core: string): NameMatch[] {
  const found = names.within(text);
  const longest = found[0]?.letters ?? 0;
  const inCore = new Map(names.within(core).map((match) => [match.mangaId, match.share]));
  return found
    .filter(({ letters }) => letters >= longest * 0.6)
    .map((match) => ({ ...match, score: scoreOf({ ...match, share: Math.max(match.share, inCore.get(match.mangaId) ?? 0) }, text) - (match.letters < longest ? 0.1 : 0) }));
}

function scoreOf({ letters, share, score }: NameWithin, text: string): number {
  const isLong = isJapanese(text) ? letters >= (HAN.test(text) ? 4 : 5) : letters >= 8;
  if (share >= 0.6 || (isLong && share >= 0.25)) return Math.max(score, PLAINLY_NAMED + 0.05 * share);
  if (isLong || share >= 0.4) return Math.max(score, PROBABLY_NAMED + 0.1 * share);
  return Math.min(score, 0.6);
}

function bestOfEach(matches: readonly NameMatch[]): NameMatch[] {
  const best = new Map<string, NameMatch>();
  for (const match of matches) if (match.score > (best.get(match.mangaId)?.score ?? 0)) best.set(match.mangaId, match);
  return [...best.values()].sort((a, b) => b.score - a.score);
}
