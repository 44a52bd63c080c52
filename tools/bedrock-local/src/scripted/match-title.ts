import type { Series } from './series.ts';
import { fold } from './text.ts';

/** `sure`: this is the series asked for. `close`: probably, say so. */
export type Match = 'sure' | 'close' | 'none';

export interface TitleMatch {
  match: Match;
  series?: Series;
}

/** Finds the series a shopper meant among search results; results that only resemble it are not it. */
export function matchTitle(title: string, results: readonly Series[]): TitleMatch {
  let best: { score: number; series: Series } | undefined;
  for (const series of results) {
    const score = Math.max(...titlesOf(series).map((candidate) => similarity(title, candidate)), reasonScore(series));
    if (!best || score > best.score + 1e-9) best = { score, series };
  }
  if (!best || best.score < 0.5) return { match: 'none' };
  return { match: best.score >= 0.75 ? 'sure' : 'close', series: best.series };
}

export function isSameTitle(title: string, series: Series): boolean {
  return titlesOf(series).some((candidate) => similarity(title, candidate) >= 0.75);
}

function titlesOf(series: Series): string[] {
  return [series.titleJa, series.titleEn, series.titleRomaji, ...series.aliases].filter((title): title is string => title !== undefined);
}

/** Some catalogues say why they returned an entry. */
function reasonScore(series: Series): number {
  return series.reason && /^(?:exact[ _-]?)?(?:title|alias)(?:[ _-]?match)?$/i.test(series.reason) ? 0.8 : 0;
}

function similarity(asked: string, candidate: string): number {
  const a = compact(asked);
  const b = compact(candidate);
  if (a === '' || b === '') return 0;
  if (a === b) return 1;
  const spelling = sharesItsWords(asked, candidate) ? Math.max(bigramDice(a, b), bigramDice(romajiKey(a), romajiKey(b))) : 0;
  const scores = [spelling, initialsScore(asked, candidate), kanaScore(a, b, candidate)];
  if (a.length >= 2 && b.startsWith(a)) scores.push(0.75 + (0.2 * a.length) / b.length);
  else if (a.length >= 3 && b.includes(a)) scores.push(0.6 + (0.2 * a.length) / b.length);
  if (b.length >= 4 && a.startsWith(b)) scores.push(0.55 + (0.3 * b.length) / a.length);
  else if (b.length >= 4 && a.includes(b)) scores.push(0.5 + (0.3 * b.length) / a.length);
  return Math.max(...scores);
}

function compact(text: string): string {
  return fold(text).toLowerCase().normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '').normalize('NFC').replaceAll(/[\s\p{P}\p{S}]+/gu, '').replaceAll('×', 'x');
}

/** Every long word of a Latin title has a likeness in the other: "Zxqwvy Chronicles" is not "Sand Chronicles". */
function sharesItsWords(asked: string, candidate: string): boolean {
  const words = (text: string): string[] => fold(text).toLowerCase().match(/[a-z]{4,}/g) ?? [];
  const there = words(candidate);
  return words(asked).every((word) => there.length === 0 || there.some((other) => bigramDice(word, other) >= 0.4 || other.includes(word) || word.includes(other)) || compact(candidate).includes(word));
}

function bigramDice(a: string, b: string): number {
  if (a.length < 2 || b.length < 2) return 0;
  const pairs = new Map<string, number>();
  for (let index = 0; index + 1 < a.length; index++) pairs.set(a.slice(index, index + 2), (pairs.get(a.slice(index, index + 2)) ?? 0) + 1);
  let shared = 0;
  for (let index = 0; index + 1 < b.length; index++) {
    const pair = b.slice(index, index + 2);
    const left = pairs.get(pair) ?? 0;
    if (left > 0) {
      shared += 1;
      pairs.set(pair, left - 1);
    }
  }
  return (2 * shared) / (a.length + b.length - 2);
}

/** SnK, HxH, OPM: the first letters of a title's words. */
function initialsScore(asked: string, candidate: string): number {
  const short = compact(asked);
  if (!/^[a-z]{2,6}$/.test(short)) return 0;
  const initials = fold(candidate).toLowerCase().split(/[^a-z]+/).filter(Boolean).map((word) => word[0]).join('');
  return initials.length >= 2 && initials === short ? 0.8 : 0;
}

/** Spelling variants of romanised Japanese fall together: Tihayahuru and Chihayafuru, kyozin and kyojin. */
function romajiKey(text: string): string {
  return text
    .replaceAll('l', 'r').replaceAll('si', 'shi').replaceAll('tu', 'tsu').replaceAll('ti', 'chi')
    .replaceAll(/hu(?!r?u)/g, 'fu').replaceAll('huru', 'furu').replaceAll('zi', 'ji').replaceAll(/m(?=[bp])/g, 'n')
    .replaceAll('ou', 'o').replaceAll(/([a-z])\1+/g, '$1');
}

const KANA_ROWS: ReadonlyArray<readonly [RegExp, string]> = [
  [/[かきくけこ]/g, 'k'], [/[がぎぐげご]/g, 'g'], [/[さしすせそ]/g, 's'], [/[ざじずぜぞ]/g, 'z'], [/[たちつてと]/g, 't'], [/[だぢづでど]/g, 'd'],
  [/[なにぬねの]/g, 'n'], [/[はひへほ]/g, 'h'], [/ふ/g, 'f'], [/[ばびぶべぼ]/g, 'b'], [/[ぱぴぷぺぽ]/g, 'p'], [/[まみむめも]/g, 'm'],
  [/[らりるれろ]/g, 'r'], [/[わゐゑを]/g, 'w'], [/ん/g, 'n'], [/ゔ/g, 'b'], [/[あいうえおぁぃぅぇぉっゃゅょやゆよー]/g, ''],
];

/** Abbreviations (転スラ, ハチクロ) and kana for Latin titles (スラダン for SLAM DUNK). */
function kanaScore(asked: string, candidate: string, title: string): number {
  const a = hiragana(asked);
  const b = hiragana(candidate);
  if (!/[\u3040-\u30ff\u3400-\u9fff]/.test(a)) return 0;
  if (/[\u3040-\u30ff\u3400-\u9fff]/.test(b)) {
    if (a === b) return 1;
    // 鋼錬, 進巨: two characters say less than three kana.
    if (/^[\u3400-\u9fff]{2}$/.test(a) && b.length > 2 && a[0] === b[0] && isSubsequence(a, b)) return 0.6;
    return a.length >= 3 && a[0] === b[0] && isSubsequence(a, b) ? 0.75 : 0;
  }
  if (!/^[\u3040-\u309fー]+$/.test(a) || a.length < 3) return 0;
  const sounds = KANA_ROWS.reduce((text, [kana, letter]) => text.replaceAll(kana, letter), a);
  const letters = englishSounds(title);
  if (sounds.length < 2) return 0;
  const shared = longestCommon(sounds, letters);
  if (shared === sounds.length && sounds[0] === letters[0]) return sounds.length >= 3 ? 0.78 : 0.6;
  return shared / sounds.length >= 0.66 && letters.length <= sounds.length * 1.5 + 1 ? 0.55 : 0;
}

/** Consonants as Japanese hears them: ONE PIECE is wnps, SPY×FAMILY spfmr. */
function englishSounds(title: string): string {
  return fold(title)
    .toLowerCase()
    .replaceAll(/\bone\b/g, 'wan')
    .replaceAll(/[^a-z]/g, '')
    .replaceAll('ph', 'f').replaceAll(/c(?=[eiy])/g, 's').replaceAll('ch', 't').replaceAll(/sh|th/g, 's').replaceAll('c', 'k')
    .replaceAll('l', 'r').replaceAll('j', 'z').replaceAll('v', 'b')
    .replaceAll(/[aeiouyq]/g, '');
}

function hiragana(text: string): string {
  return text.replaceAll(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

function isSubsequence(short: string, long: string): boolean {
  let at = 0;
  for (const character of long) if (character === short[at]) at += 1;
  return at === short.length;
}

function longestCommon(a: string, b: string): number {
  let previous = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const row = [0];
    for (let index = 0; index < b.length; index++) row.push(x === b[index] ? (previous[index] ?? 0) + 1 : Math.max(previous[index + 1] ?? 0, row[index] ?? 0));
    previous = row;
  }
  return previous.at(-1) ?? 0;
}
