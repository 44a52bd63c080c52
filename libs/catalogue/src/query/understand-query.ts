import { boundedText } from '../bounds.ts';
import type { Demographic, Genre } from '../product.ts';
import { takeVolumes, type VolumeRange } from '../text/volumes.ts';
import { flagsIn, genresIn, takeTraits, hasOnlyGenreWords, type WishedTraits } from './filter-words.ts';
import { takeNegations } from './negations.ts';
import { wantsFreeCopies } from './free-copies.ts';
import { withoutRequest } from './request-phrases.ts';
import { takeSameAuthor } from './same-author-phrases.ts';
import { isAboutService } from './service-questions.ts';
import { takeSimilarity } from './similarity-phrases.ts';

/** A shopper's sentence, taken apart. Nothing here knows the catalogue. */
export interface UnderstoodQuery {
  /** As it came, one width. */
  whole: string;
  /** Whole, but without volume numbers and what is not wanted: where a title is looked for. */
  titleText: string;
  /** Whole, but without volume numbers and the request around it: a title may have words in it that are demands elsewhere (天使なんかじゃない). */
  named: string;
  /** What is looked for, without the request around it. May be empty. */
  core: string;
  /** The words in 『』, 「」 or quotation marks, when the shopper quotes a title. */
  quotedTitle?: string;
  /** What the shopper names to say what it should be like. */
  like?: string;
  /** Who is meant by naming one of their series. */
  sameAuthor?: { title: string; isForOthers: boolean };
  volumes?: VolumeRange;
  /** Names or traits that the shopper does not want. */
  unwanted: string[];
  unwantedFlags: string[];
  unwantedGenres: Genre[];
  unwantedDemographics: Demographic[];
  /** What stories must not be about. */
  unwantedThemes: string[];
  traits: WishedTraits;
  /** True when the words are demands only ("completed josei romance"), so that genres filter as well. */
  isOnlyTraits: boolean;
  /** The shopper wants what the shop does not sell: scans and downloads for nothing. */
  isForFreeCopies: boolean;
  /** About an order, a payment or the shop: no story is looked for, though a title may be named. */
  isAboutService: boolean;
}

const QUOTED = /『([^』]{1,80})』|「([^」]{1,80})」|[“"]([^”"]{2,80})[”"]/;

export function understandQuery(text: string): UnderstoodQuery {
  const whole = boundedText(text).normalize('NFKC').replaceAll('\u2044', '/').replace(/\s+/g, ' ').trim();
  const quoted = QUOTED.exec(whole);
  const quotedTitle = quoted?.[1] ?? quoted?.[2] ?? quoted?.[3];
  const { unwanted, rest: wanted } = takeNegations(whole);
  const demanded = takeTraits(wanted);
  const withoutVolumes = takeVolumes(demanded.rest);
  const sameAuthor = takeSameAuthor(withoutVolumes.rest);
  const similarity = sameAuthor === undefined ? takeSimilarity(withoutVolumes.rest) : { rest: sameAuthor.rest };
  const core = withoutRequest(similarity.rest);
  const like = similarity.like === undefined ? undefined : withoutRequest(similarity.like) || similarity.like;
  return {
    whole,
    titleText: takeVolumes(wanted).rest.replace(/\s+/g, ' ').trim(),
    named: withoutRequest(takeVolumes(whole).rest),
    core,
    isForFreeCopies: wantsFreeCopies(whole),
    isAboutService: isAboutService(whole),
    ...(sameAuthor !== undefined && { sameAuthor: { title: withoutRequest(sameAuthor.title) || sameAuthor.title, isForOthers: sameAuthor.isForOthers } }),
    ...(quotedTitle !== undefined && { quotedTitle }),
    ...(like !== undefined && { like }),
    ...(withoutVolumes.volumes !== undefined && { volumes: withoutVolumes.volumes }),
    unwanted,
    unwantedFlags: unwanted.flatMap(flagsIn),
    unwantedGenres: unwanted.flatMap(genresIn),
    unwantedDemographics: unwanted.flatMap((text) => takeTraits(text).traits.demographic ?? []),
    unwantedThemes: unwanted.filter((text) => flagsIn(text).length === 0 && genresIn(text).length === 0 && takeTraits(text).traits.demographic === undefined),
    traits: demanded.traits,
    isOnlyTraits: like === undefined && sameAuthor === undefined && quotedTitle === undefined && hasDemand(demanded.traits) && hasOnlyGenreWords(core),
  };
}

function hasDemand({ genres, ...demands }: WishedTraits): boolean {
  return genres.length > 0 || Object.keys(demands).length > 0;
}
