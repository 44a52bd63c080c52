import { boundedText } from '../bounds.ts';
import type { Product } from '../product.ts';
import { editDistance } from '../text/edit-distance.ts';
import { foldText, plainText, wordsIn } from '../text/fold-text.ts';
import { romajiKey } from '../text/romaji-key.ts';

interface AuthorName {
  folded: string;
  /** The whole name in either order. */
  sounds: readonly string[];
  /** Family name and given name, where they are known apart. */
  parts: readonly string[];
}

interface AskedAuthor {
  folded: string;
  /** One to three words next to each other, in writing and by sound. */
  words: ReadonlySet<string>;
  runs: ReadonlySet<string>;
  sound: string;
  /** The caller says that the text is somebody's name. */
  isName: boolean;
}

const JAPANESE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** Who is called so makes something. */
const HONORIFIC = /(?:先生|せんせい|センセイ|氏)$|[\s-]sensei$/i;
/** A pen name of few letters is a word of English (ONE). */
const LEAST_WORD = 5;

/** 荒川 of 荒川先生. */
export function withoutHonorific(text: string): string {
  return text.replace(HONORIFIC, '');
}

/** Who made which series: 荒川弘, アラカワヒロム, "Hiromu Arakawa", "Arakawa Hiromu", 荒川. */
export class AuthorIndex {
  /** Each author once, however many series are theirs. */
  readonly #authors = new Map<string, { name: AuthorName; mangaIds: Set<string> }>();
  readonly #keysOf = new Map<string, readonly string[]>();

  put({ mangaId, authors }: Product): void {
    this.remove(mangaId);
    const keys = authors.map(({ name, kana, romaji }) => JSON.stringify([name, kana, romaji]));
    for (const [index, author] of authors.entries()) {
      const key = keys[index] ?? '';
      const known = this.#authors.get(key);
      if (known === undefined) this.#authors.set(key, { name: nameOf(author), mangaIds: new Set([mangaId]) });
      else known.mangaIds.add(mangaId);
    }
    this.#keysOf.set(mangaId, keys);
  }

  remove(mangaId: string): void {
    for (const key of this.#keysOf.get(mangaId) ?? []) {
      const author = this.#authors.get(key);
      author?.mangaIds.delete(mangaId);
      if (author?.mangaIds.size === 0) this.#authors.delete(key);
    }
    this.#keysOf.delete(mangaId);
  }

  /** Series by the author whose whole name the text is, in writing or in sound. */
  exactly(text: string): Set<string> {
    const whole = boundedText(text);
    const [folded, sound] = [foldText(whole), romajiKey(whole)];
    const found = new Set<string>();
    for (const { name, mangaIds } of this.#authors.values()) {
      const isName = (folded.length >= 2 && folded === name.folded) || (sound.length >= 4 && name.sounds.includes(sound));
      if (isName) for (const mangaId of mangaIds) found.add(mangaId);
    }
    return found;
  }

  /** Series by whom the text names: 1 for the whole name, from 0.75 for a misspelled one, 0.6 for a family name alone. */
  find(called: string, isDemanded = false): Map<string, number> {
    const whole = boundedText(called);
    const text = withoutHonorific(whole);
    const isName = isDemanded || text !== whole;
    const words = wordsIn(plainText(text).replace(/['’]s?(?![\p{L}\p{N}])/gu, '').replace(/['’]/g, ''));
    const sounds = words.map(romajiKey);
    // A reading in kana does not say where the family name ends: both orders of the words are compared with it.
    const runs = new Set([...runsOf(sounds), ...runsOf(sounds.toReversed())]);
    const asked: AskedAuthor = { folded: foldText(text), words: new Set([...runsOf(words)].map(foldText)), runs, sound: romajiKey(text), isName };
    const found = new Map<string, number>();
    for (const { name, mangaIds } of this.#authors.values()) {
      const score = scoreOf(name, asked);
      if (score > 0) for (const mangaId of mangaIds) found.set(mangaId, Math.max(score, found.get(mangaId) ?? 0));
    }
    return found;
  }
}

function nameOf({ name, kana, romaji }: Product['authors'][number]): AuthorName {
  const parts = romaji.split(/[\s,]+/).map(romajiKey).filter((part) => part !== '');
  return { folded: foldText(name), sounds: [parts.join(''), parts.toReversed().join(''), romajiKey(kana)], parts };
}

function scoreOf(name: AuthorName, { folded, words, runs, sound, isName }: AskedAuthor): number {
  if (folded === name.folded) return 1;
  if (JAPANESE.test(name.folded) ? name.folded.length >= 3 && folded.includes(name.folded) : name.folded.length >= LEAST_WORD && words.has(name.folded)) return 1;
  if (name.sounds.some((own) => own.length >= 5 && (sound === own || runs.has(own)))) return 1;
  const isFamilyName = folded.length >= 2 && folded.length < name.folded.length && name.folded.startsWith(folded);
  const isPart = sound.length >= 4 && name.parts.includes(sound);
  if (isName && (isFamilyName || isPart)) return 0.8;
  if (sound.length >= 8 && name.sounds.some((own) => editDistance(sound, own, 2) <= (isName ? 2 : 1))) return 0.75;
  if (isFamilyName && folded.length <= 3) return 0.6;
  return isPart && sound.length >= 5 ? 0.6 : 0;
}

function runsOf(words: readonly string[]): Set<string> {
  return new Set(words.flatMap((_, start) => [1, 2, 3].map((count) => words.slice(start, start + count).join(''))));
}
