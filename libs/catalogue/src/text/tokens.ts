import { hiragana, plainText, withoutVu } from './fold-text.ts';
import { modernKanji } from './old-kanji.ts';

const words = new Intl.Segmenter('ja', { granularity: 'word' });
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/u;
const CJK_RUNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]{2,}/gu;
const HAS_HAN = /\p{Script=Han}/u;
const ONLY_HAN = /^\p{Script=Han}+$/u;
/** お琴 is 琴. */
const POLITE_PREFIX = /^[おご御](?=\p{Script=Han})/u;
const ONLY_HIRAGANA = /^[\p{Script=Hiragana}ー]+$/u;
const STOP_WORDS = new Set(
  ('a an and are as at be been but by for from had has have he her his how i if in into is it its me my no not of off on or our out she so such than that the their them then there ' +
    'they this to up us was we were what when where which who whose why will with would you your about after all also any can could do does just like more most one ones only other over ' +
    'my mine our some someone something thing things kind where really very much get gets got manga comic comics series story stories book books read reading good best')
    .split(' '),
);

/** What nearly every story has. */
const STOP_WORDS_JA = new Set(['主人公', '話', '漫画', 'マンガ', '作品', '物語', '人', '系', '感じ', '的', '時', '中', '方', '僕', '私', '俺', 'する', 'なる', 'ある', 'いる', 'した', 'して', '出る', 'たち', '達', 'さん', 'くん', 'ちゃん', 'とか', 'みたい', 'だけど', 'けど', 'から', 'まで']);

/** The words that a text is searched by: stems of English words; words and character pairs of Japanese. */
export function tokensOf(text: string): string[] {
  const plain = withoutVu(modernKanji(plainText(text)));
  const tokens: string[] = [];
  for (const { segment, isWordLike } of words.segment(plain)) {
    if (!isWordLike) continue;
    if (!CJK.test(segment)) {
      if (segment.length > 1 && !STOP_WORDS.has(segment)) tokens.push(wordKey(segment));
    } else {
      const word = segment.replace(POLITE_PREFIX, '');
      if (STOP_WORDS_JA.has(word)) continue;
      if (ONLY_HAN.test(word) || word.length > (ONLY_HIRAGANA.test(word) ? 2 : 1)) tokens.push(SAME_WORDS_JA.get(word) ?? hiragana(word));
    }
  }
  // The segmenter cuts compounds at will; pairs find 料理 in 料理人 and the other way round.
  for (const [run] of plain.matchAll(CJK_RUNS)) {
    const characters = Array.from(run);
    for (let index = 0; index + 1 < characters.length; index++) {
      const pair = `${characters[index]}${characters[index + 1]}`;
      // Without a kanji two letters are just a sound.
      if (HAS_HAN.test(pair)) tokens.push(`_${hiragana(pair)}`);
    }
  }
  return tokens;
}

/** Words for the same thing, and plurals that no rule makes. */
const SAME_WORDS: ReadonlyMap<string, string> = new Map(Object.entries({
  kid: 'child', kids: 'child', children: 'child', men: 'man', guy: 'man', guys: 'man', women: 'woman', people: 'person', teen: 'teenager', teens: 'teenager',
  mom: 'mother', mum: 'mother', mama: 'mother', dad: 'father', papa: 'father', grandma: 'grandmother', granny: 'grandmother', grandpa: 'grandfather',
  wives: 'wife', thieves: 'thief', wolves: 'wolf', knives: 'knife', elves: 'elf', lives: 'life', feet: 'foot', teeth: 'tooth', mice: 'mouse',
  cop: 'police', cops: 'police', policeman: 'police', ghosts: 'spirit', ghost: 'spirit', yokai: 'spirit', youkai: 'spirit', soccer: 'football', highschool: 'school', mafia: 'gangster', alien: 'extraterrestrial',
  aliens: 'extraterrestrial', photo: 'photography', uni: 'university', college: 'university', jail: 'prison', wizard: 'mage', sorcerer: 'mage', sorceress: 'mage', hitman: 'assassin', hitmen: 'assassin',
  murderer: 'killer', grey: 'gray', jewellery: 'jewelry', defence: 'defense', pyjamas: 'pajamas', programme: 'program', catalogue: 'catalog', bike: 'bicycle', bikes: 'bicycle', motorbike: 'motorcycle', motorbikes: 'motorcycle', movie: 'film', movies: 'film', feline: 'cat', kitten: 'cat', puppy: 'dog', cook: 'cooking', chef: 'cooking', chefs: 'cooking',
}));

const SAME_WORDS_JA: ReadonlyMap<string, string> = new Map(Object.entries({
  ヤンキー: '不良', バンパイア: '吸血鬼', ネコ: '猫', ねこ: '猫', イヌ: '犬', 母親: '母', ママ: '母', 父親: '父', パパ: '父', 警官: '警察', 刑事: '警察',
  幽霊: '霊', 医師: '医者', ドクター: '医者', 部活動: '部活', クラブ: '部活', ロボ: 'ろぼっと', 宇宙人: 'えいりあん', 極道: 'やくざ', 御飯: 'ごはん', 食事: 'ごはん', バスケ: 'ばすけっとぼーる', バレー: 'ばれーぼーる', アメフト: 'あめりかんふっとぼーる', フットボール: 'さっかー', ピンポン: '卓球', 書店: '本屋', ガイコツ: '骸骨', 子供: '子ども', こども: '子ども',
}));

/** The form in which an English word is compared. */
export function wordKey(word: string): string {
  return stem(SAME_WORDS.get(word) ?? american(word));
}

/** Civilisation, colours, theatre: both sides of a comparison are spelled alike, whichever way that is. */
function american(word: string): string {
  return word.length < 5 ? word : word.replace(/is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)/, 'iz').replace('our', 'or').replace(/tre(?=s?$)/, 'ter');
}

/** Folds the endings that matter to a search: pirates, cooking, stories, cooked. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  const base = word.replace(/['’]s$/, '');
  if (/ies$/.test(base) && base.length > 4) return `${base.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x)es$/.test(base)) return base.slice(0, -2);
  if (/ing$/.test(base) && base.length > 5) return undoubled(base.slice(0, -3));
  if (/ed$/.test(base) && base.length > 4) return undoubled(base.slice(0, -2));
  // agricultural, agriculture
  if (/al$/.test(base) && base.length > 9) return base.slice(0, -2);
  if (/[^su]s$/.test(base)) return base.slice(0, -1).replace(/e$/, '');
  return base.replace(/e$/, '');
}

function undoubled(word: string): string {
  return /([bdgklmnprt])\1$/.test(word) ? word.slice(0, -1) : word.replace(/e$/, '');
}
