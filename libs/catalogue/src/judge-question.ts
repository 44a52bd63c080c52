import type { AuthorIndex } from './names/author-index.ts';
import { findOneTitle, findTitles, findWholeTitles, PLAINLY_NAMED, PROBABLY_NAMED } from './names/find-titles.ts';
import type { NameIndex, NameMatch } from './names/name-index.ts';
import type { Product } from './product.ts';
import type { UnderstoodQuery } from './query/understand-query.ts';

/** All of an author's name, or all but a letter of it. */
const AUTHOR_NAMED = 0.75;
const FAMILY_NAMED = 0.6;

/** Who and what a shop knows, or as much of it as a question may mean. */
export interface Known {
  names: NameIndex;
  authors: AuthorIndex;
  get(mangaId: string): Product | undefined;
  /** Whether the words are what several stories are about. */
  isCommon: boolean;
}

/** What a question asks for, now that it is known which of its words are names. The same for every way to search. */
export interface JudgedQuestion {
  /** With the words put back that were to name a series and name none. */
  understood: UnderstoodQuery;
  /** The whole question is a title: its words demand nothing. */
  isTitle: boolean;
  /** The surest first; of two that are called the same the longer one, which more people mean. */
  titles: readonly NameMatch[];
  /** Of them, those that are named surely enough to be an answer. */
  named: readonly NameMatch[];
  /** The series that others are to resemble. */
  like: NameMatch | undefined;
  /** The series whose author is meant. */
  sameAuthor: NameMatch | undefined;
}

export function judgeQuestion(asked: UnderstoodQuery, known: Known): JudgedQuestion {
  const { names, authors, get } = known;
  const wholes = findWholeTitles(names, asked);
  const isTitle = wholes.length > 0;
  const titles = bySureness(findTitles(names, asked, wholes), get);
  const like = asked.like === undefined || isTitle ? undefined : findOneTitle(names, asked.like);
  const sameAuthor = asked.sameAuthor === undefined || isTitle ? undefined : findOneTitle(names, asked.sameAuthor.title);
  // 暁月あきら is an author, though AKIRA stands in the name.
  const isAuthor = !isTitle && authors.exactly(asked.core).size > 0;
  const isSure = ({ score }: NameMatch): boolean => score >= PLAINLY_NAMED || (score >= PROBABLY_NAMED && !known.isCommon);
  return { understood: understoodAs(asked, like ?? sameAuthor), isTitle, titles, named: isAuthor ? [] : titles.filter(isSure), like, sameAuthor };
}

/** Whether there is nothing to look for beside what is named. */
export function isSettled(named: readonly NameMatch[], { quotedTitle, isAboutService }: UnderstoodQuery): boolean {
  return (named[0]?.score ?? 0) >= PLAINLY_NAMED || quotedTitle !== undefined || isAboutService;
}

/** Series by whom the words name; the family name alone counts when nothing else is asked. */
export function findAuthor(authors: AuthorIndex, { core, traits, isAboutService }: UnderstoodQuery): ReadonlyMap<string, number> | undefined {
  const found = authors.find(core);
  const best = Math.max(0, ...found.values());
  if (isAboutService || best < (traits.genres.length > 0 ? AUTHOR_NAMED : FAMILY_NAMED)) return undefined;
  return new Map([...found].filter(([, score]) => score >= Math.min(best, AUTHOR_NAMED)));
}

/** An author's series: those that the rest of the question fits first, then the longest. */
export function worksInOrder(author: ReadonlyMap<string, number>, stories: ReadonlyMap<string, number>, get: Known['get']): string[] {
  const volumesOf = (mangaId: string): number => get(mangaId)?.volumes ?? 0;
  return [...author.keys()].sort((a, b) => (author.get(b) ?? 0) - (author.get(a) ?? 0) || (stories.get(b) ?? 0) - (stories.get(a) ?? 0) || volumesOf(b) - volumesOf(a));
}

/** "Something like a treasure hunt" names no series: then it is what the story is about. */
function understoodAs(asked: UnderstoodQuery, found: NameMatch | undefined): UnderstoodQuery {
  const { like, sameAuthor, ...rest } = asked;
  const words = like ?? sameAuthor?.title;
  if (words === undefined || found !== undefined) return asked;
  return { ...rest, core: `${rest.core} ${words}`.trim() };
}

function bySureness(matches: readonly NameMatch[], get: Known['get']): NameMatch[] {
  const volumesOf = ({ mangaId }: NameMatch): number => get(mangaId)?.volumes ?? 0;
  return matches.toSorted((a, b) => b.score - a.score || volumesOf(b) - volumesOf(a));
}
