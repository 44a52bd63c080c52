import { foldText } from '../text/fold-text.ts';
import { romajiKey } from '../text/romaji-key.ts';
import { heardOf } from '../names/name.ts';
import { gramsOf, keysWithin } from './asked-keys.ts';

export type Query = Record<string, unknown>;

const SHORT_FORM = { least: 3, most: 6 };
/** Beside the names themselves, and no name: how a Latin one is heard. */
export const heardKey = (consonants: string): string => `~${consonants}`;
/** No name is longer, and OpenSearch refuses to look for the beginnings of much longer ones. */
export const PHRASE_LETTERS = 90;
/** Looking for all that is two letters off costs more with every letter; of longer names enough pairs of letters agree. */
const FUZZY_LETTERS = 14;

/**
 * Every series that a text may name, the likeliest first; the library's own rules judge them afterwards. `phrases` are
 * the parts of the sentence that may be a title and nothing else: those may also be misspelled, begun or shortened.
 */
export function perhapsNamed(texts: readonly string[], phrases: readonly string[]): Query {
  const keys = [...new Set(texts.flatMap(keysWithin))];
  const long = keys.filter((key) => key.length >= 5);
  const short = keys.filter((key) => key.length === 3 || key.length === 4);
  const shortest = keys.filter((key) => key.length === 2);
  const heard = phrases.map((phrase) => heardOf(phrase, 'katakana').consonants).filter((consonants) => consonants !== '').map(heardKey);
  return anyOf([
    exactly(long, 60),
    exactly([...new Set(heard)], 30),
    exactly(short, 40),
    exactly(shortest, 20),
    ...phraseKeys(phrases).flatMap((key) => [constant({ prefix: { nameKeys: key } }, 15), ...misspelled('nameKeys', key, 25), resembling(key), ...shortened(key)]),
  ]);
}

/** Every series that is perhaps by whom a text names. */
export function perhapsBy(text: string): Query {
  const keys = keysWithin(text);
  return anyOf([
    constant({ terms: { authorKeys: keys } }, 10),
    ...phraseKeys([text]).flatMap((key) => [constant({ prefix: { authorKeys: key } }, 5), ...misspelled('authorKeys', key, 5)]),
  ]);
}

function phraseKeys(phrases: readonly string[]): string[] {
  const keys = phrases.flatMap((phrase) => [foldText(phrase), romajiKey(phrase)]);
  return [...new Set(keys)].filter((key) => key.length >= 2 && key.length <= PHRASE_LETTERS);
}

function exactly(keys: readonly string[], boost: number): Query {
  return constant({ terms: { nameKeys: keys } }, boost);
}

function misspelled(field: string, key: string, boost: number): Query[] {
  if (key.length < 4 || key.length > FUZZY_LETTERS) return [];
  return [{ fuzzy: { [field]: { value: key, fuzziness: key.length >= 6 && key.length <= 8 ? 2 : 1, max_expansions: 60, boost, rewrite: 'constant_score' } } }];
}

function resembling(key: string): Query {
  return { match: { nameGrams: { query: gramsOf(key).join(' '), minimum_should_match: '2<2' } } };
}

/** 転スラ of 転生したらスライムだった件: its first letters begin a name or, when they are two, stand in it; its last ones follow somewhere. */
function shortened(key: string): Query[] {
  if (key.length < SHORT_FORM.least || key.length > SHORT_FORM.most) return [];
  return Array.from({ length: key.length - 1 }, (_, index) => {
    const [head, tail] = [key.slice(0, index + 1), key.slice(index + 1)];
    const follows = tail.length < 2 ? [] : [{ match: { nameGrams: { query: gramsOf(tail).join(' '), operator: 'and' } } }];
    const begun = head.length < 2 || follows.length === 0 ? { prefix: { nameKeys: head } } : { match: { nameGrams: { query: gramsOf(head).join(' '), operator: 'and' } } };
    return head.length < 2 && follows.length === 0 ? { match_none: {} } : constant({ bool: { filter: [begun, ...follows] } }, 10);
  });
}

function constant(filter: Query, boost: number): Query {
  return { constant_score: { filter, boost } };
}

export function anyOf(should: readonly Query[]): Query {
  return { bool: { should, minimum_should_match: 1 } };
}
