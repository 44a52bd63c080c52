import { genreName, GENRE_WORDS, readGenres } from '../../slots/genres.ts';
import { fold, type Language } from '../../text.ts';
import type { Entry } from './read-entry.ts';

/** One finding and how sure the word lists are of it. */
export interface Finding {
  slug: string;
  /** 0 to 1. */
  confidence: number;
  /** The words that led to it. */
  evidence: string[];
}

/** Words of stories that speak for a genre without naming it. */
const STORY_WORDS: ReadonlyArray<readonly [string, RegExp]> = [
  ['action', /\b(?:fight(?:s|ing|er)?|battles?|combat|assassins?|swords?|swordsman)\b|戦う|戦い|バトル|剣士|暗殺/gi],
  ['adventure', /\b(?:journeys?|voyages?|sails?|quests?|treasures?|explor\w+|pirates?|expedition)\b|旅|航海|海賊|宝|探検/gi],
  ['comedy', /\b(?:hilarious|laughs?|absurd|antics|misunderstandings?|mishaps?)\b|笑い|騒動|ドタバタ|勘違い/gi],
  ['drama', /\b(?:grief|loss|struggles?|regrets?|family ties|guilt)\b|苦悩|葛藤|後悔|喪失/gi],
  ['fantasy', /\b(?:magic(?:al)?|dragons?|wizards?|goddess(?:es)?|elves|elf|kingdoms?|spells?|demons?)\b|魔法|竜|女神|王国|魔王|勇者|精霊|鬼/gi],
  ['horror', /\b(?:curse[sd]?|zombies?|terror|haunt\w+|monstrous|flesh-eating|ghosts?)\b|呪|ゾンビ|恐怖|怨霊|幽霊/gi],
  ['mystery', /\b(?:detectives?|clues?|culprits?|investigat\w+|disappear\w+|murder cases?)\b|探偵|手がかり|犯人|捜査|失踪|謎/gi],
  ['romance', /\b(?:love|lovers?|crush|dating|falls? for|marri\w+|confess\w*)\b|恋|告白|結婚|片思い|好きになる/gi],
  ['sci-fi', /\b(?:space(?:ship)?|androids?|cyborgs?|aliens?|futuristic|planets?|colony|artificial intelligence)\b|宇宙|アンドロイド|未来|惑星|人工知能/gi],
  ['slice-of-life', /\b(?:everyday|daily life|quiet (?:days|life)|neighbou?rs?|living together|countryside)\b|日常|暮らし|同居|のんびり|田舎/gi],
  ['sports', /\b(?:teams?|tournaments?|matches|coach|championship|athletes?|football|tennis|boxing)\b|部活|大会|試合|選手|コーチ|甲子園|ボクシング/gi],
  ['supernatural', /\b(?:spirits?|exorcis\w+|yokai|ghosts?|afterlife|possess\w+)\b|霊|妖怪|あやかし|除霊|死後/gi],
  ['thriller', /\b(?:surviv\w+|conspirac\w+|hostages?|chase[sd]?|deadly games?|death game)\b|サバイバル|陰謀|人質|逃亡|デスゲーム/gi],
  ['historical', /\b(?:edo|meiji|feudal|samurai|shogun\w*|medieval|\d{2}th[- ]century|dynasty)\b|江戸|明治|幕末|戦国|武将|王朝/gi],
  ['school', /\b(?:high school|middle school|classmates?|students?|academy|transfer student)\b|高校|中学|学園|同級生|転校|生徒/gi],
  ['music', /\b(?:bands?|piano|violin|concerts?|singer|guitar|orchestra)\b|バンド|ピアノ|歌手|ギター|演奏/gi],
  ['gourmet', /\b(?:chefs?|cook\w*|restaurants?|recipes?|cuisine)\b|料理|食堂|レシピ|厨房/gi],
  ['war', /\b(?:wars?|armies|army|soldiers?|invasion|battlefield)\b|戦争|軍隊|兵士|侵略|戦場/gi],
  ['crime', /\b(?:gangs?|mafia|yakuza|thie(?:f|ves)|criminals?|heist)\b|ヤクザ|泥棒|犯罪|組織/gi],
  ['medical', /\b(?:doctors?|surge(?:on|ry)|hospitals?|patients?|nurses?)\b|医師|医者|手術|病院|患者/gi],
];
const LISTED_CONFIDENCE = 0.95;
/** One word proves little where the catalogue has said what a series is. */
const LEAST_WORDS_BESIDE_LISTED = 2;

/** The genres of an entry, surest first: those the catalogue lists, then those its words speak for. */
export function genresOf(entry: Entry): Finding[] {
  const found = new Map<string, Finding>();
  for (const genre of entry.genres) {
    const slug = slugOf(genre);
    found.set(slug, { slug, confidence: LISTED_CONFIDENCE, evidence: [genre] });
  }
  const text = fold([entry.titleEn, ...entry.themesEn, ...entry.themesJa, entry.synopsisEn, entry.synopsisJa, entry.synopsisEn + entry.synopsisJa === '' ? entry.text : ''].join('\n'));
  const named = readGenres(text).filter(({ kind }) => kind === 'genre');
  for (const { slug, pattern } of named) add(found, slug, [pattern.exec(text)?.[0] ?? slug], 0.8);
  for (const [slug, pattern] of STORY_WORDS) {
    const words = [...new Set((text.match(pattern) ?? []).map((word) => word.toLowerCase()))];
    const isBeside = entry.genres.length > 0 && !found.has(slug);
    if (words.length >= (isBeside ? LEAST_WORDS_BESIDE_LISTED : 1)) add(found, slug, words, Math.min(0.9, 0.45 + 0.12 * words.length));
  }
  return [...found.values()].sort((a, b) => b.confidence - a.confidence);
}

function add(found: Map<string, Finding>, slug: string, evidence: readonly string[], confidence: number): void {
  const known = found.get(slug);
  if (!known) found.set(slug, { slug, confidence: round(confidence), evidence: [...evidence] });
  else Object.assign(known, { confidence: round(Math.min(0.98, Math.max(known.confidence, confidence) + 0.02)), evidence: [...new Set([...known.evidence, ...evidence])] });
}

export function slugOf(genre: string): string {
  const folded = fold(genre).toLowerCase().replaceAll(/[_ ]/g, '-');
  return GENRE_WORDS.find(({ slug, ja, pattern }) => slug === folded || ja === genre || pattern.test(genre))?.slug ?? folded;
}

const WARNINGS: ReadonlyArray<readonly [string, RegExp]> = [
  ['violence', /\b(?:violen\w*|murder\w*|kill\w*|battles?|fight\w*|war\b|death|assassin\w*|blood\w*|shotgun)|暴力|殺|戦い|戦争|死|戦う/gi],
  ['gore', /\b(?:gore|gory|mutilat\w*|cannibal\w*|devour\w*|flesh-eating)|グロ|流血|人喰|食われ|人を襲う/gi],
  ['sexual content', /\b(?:sexual\w*|erotic|ecchi|nudity|nude)\b|性的|エロ|裸/gi],
  ['drugs', /\b(?:drugs?|narcotic\w*|addict\w*)\b|麻薬|薬物/gi],
  ['suicide', /\bsuicid\w*|自殺|自死/gi],
  ['bullying', /\bbull(?:y|ied|ies|ying)\b|いじめ|イジメ/gi],
];

/** What a reader may want to be warned of: flags of the catalogue, then words of the text. */
export function warningsOf({ flags, text, themesEn, themesJa, synopsisEn, synopsisJa }: Entry): Finding[] {
  const story = [...themesEn, ...themesJa, synopsisEn, synopsisJa].join('\n').trim();
  const folded = fold(story || text);
  const listed = flags.map((flag): Finding => ({ slug: flag.toLowerCase().replaceAll('_', ' '), confidence: LISTED_CONFIDENCE, evidence: [flag] }));
  const read = WARNINGS.flatMap(([slug, pattern]): Finding[] => {
    const words = [...new Set((folded.match(pattern) ?? []).map((word) => word.toLowerCase()))];
    return words.length === 0 ? [] : [{ slug, confidence: round(Math.min(0.9, 0.5 + 0.1 * words.length)), evidence: words }];
  });
  return [...listed, ...read].filter(({ slug }, index, all) => all.findIndex((other) => other.slug === slug) === index);
}

export const READING_LEVELS = ['children', 'all ages', 'teen', 'older teen', 'mature'] as const;
const AGES = [6, 10, 13, 16, 18];

/** Not for everybody's eyes. */
export const GRAPHIC = /gore|sexual|nudity|explicit/;

export interface ReadingLevel {
  /** Place in READING_LEVELS. */
  rank: number;
  minimumAge: number;
  confidence: number;
  reason: Record<Language, string>;
}

/** Whom a series suits: by its warnings first, then by its readership. */
export function readingLevelOf(entry: Entry): ReadingLevel {
  const warnings = warningsOf(entry);
  const slugs = warnings.map(({ slug }) => slug);
  const { slug: demographic, isListed } = demographicOf(entry);
  const isGraphic = slugs.some((slug) => GRAPHIC.test(slug));
  const isHarsh = slugs.some((slug) => /violence|drugs|suicide/.test(slug));
  const isAdult = demographic === 'seinen' || demographic === 'josei';
  const rank = isGraphic ? (slugs.length > 1 ? 4 : 3) : isHarsh ? (isAdult ? 3 : 2) : isAdult ? 2 : demographic === 'kodomo' ? 0 : slugs.length > 0 ? 2 : 1;
  const because = slugs.length > 0 ? { en: `it shows ${slugs.join(', ')}`, ja: `「${slugs.map(japaneseWarning).join('」「')}」の描写があるため` } : { en: 'nothing in it calls for a warning', ja: '注意の必要な描写が見当たらないため' };
  return {
    rank,
    minimumAge: AGES[rank] ?? 13,
    confidence: round(Math.min(0.95, 0.55 + 0.08 * warnings.length + (isListed ? 0.15 : 0))),
    reason: {
      en: `For ${READING_LEVELS[rank] ?? 'teen'} readers, as ${because.en}${demographic === '' ? '' : ` and its readership is ${demographic}`}.`,
      ja: `${because.ja}${demographic === '' ? '' : `、また${genreName(demographic, 'ja')}であることから`}、${AGES[rank] ?? 13}歳以上の読者に向いています。`,
    },
  };
}

export function japaneseWarning(slug: string): string {
  const names: Readonly<Record<string, string>> = { violence: '暴力', gore: '残酷', 'sexual content': '性的表現', drugs: '薬物', suicide: '自殺', bullying: 'いじめ', nudity: '裸体', alcohol: '飲酒' };
  return names[slug] ?? slug;
}

export function demographicOf({ demographic, text }: Entry): { slug: string; isListed: boolean } {
  if (demographic !== '') return { slug: slugOf(demographic), isListed: true };
  return { slug: readGenres(fold(text)).find(({ kind }) => kind === 'demographic')?.slug ?? '', isListed: false };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
