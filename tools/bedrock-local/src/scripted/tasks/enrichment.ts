import { seriesIn } from '../series.ts';
import { readGenres } from '../slots/genres.ts';
import { fold } from '../text.ts';

const WARNINGS: ReadonlyArray<readonly [string, RegExp]> = [
  ['violence', /\b(?:violen|murder|kill|battle|fight|war\b|death|assassin|blood)|暴力|殺|戦い|戦争|死/i],
  ['gore', /\b(?:gore|gory|mutilat|cannibal|devour)|グロ|流血|人喰|食われ/i],
  ['sexual content', /\b(?:sexual|erotic|ecchi|nudity)|性的|エロ|裸/i],
  ['drugs', /\b(?:drugs?|narcotic|addict)|麻薬|薬物/i],
  ['suicide', /\bsuicid|自殺|自死/i],
  ['bullying', /\bbull(?:y|ied|ying)|いじめ|イジメ/i],
];
const WORD = /[a-z][a-z'-]{3,}|[\u30a1-\u30ffー]{3,}|[\u3400-\u9fff]{2,4}/g;
const EMPTY_WORDS = new Set(
  'with from that this their they them into have been when where which while after before about whose will his her him she the and for who one two only himself herself series manga volume volumes year years title author publisher synopsis unknown return json young must finds each other than more'.split(' '),
);

/** Tags for a catalogue entry, from its own text alone: nothing is added that the text does not say. */
export function enrichment(prompt: string, catalogue: unknown): Record<string, unknown> {
  const text = fold(prompt.split(/Return JSON with|以下のJSON|Respond (?:with|in)/i)[0] ?? prompt);
  const words = readGenres(text);
  const genres = words.filter(({ kind }) => kind === 'genre').map(({ slug }) => slug);
  const warnings = WARNINGS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
  const demographic = /demographic["']?\s*[:：]\s*["']?([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? words.find(({ kind }) => kind === 'demographic')?.slug ?? null;
  return {
    genre_tags: genres,
    theme_keywords: keywords(text),
    reading_level: warnings.includes('gore') || warnings.includes('sexual content') ? 'mature' : demographic === 'kodomo' ? 'children' : warnings.length > 0 || demographic === 'seinen' || demographic === 'josei' ? 'teen' : 'all ages',
    similar_series: candidates(prompt, catalogue),
    content_warnings: warnings,
    target_demographic: demographic,
  };
}

function keywords(text: string): string[] {
  const synopsis = /(?:synopsis|description|あらすじ)[^:：]*[:：]\s*([\s\S]+)/i.exec(text)?.[1] ?? text;
  const counts = new Map<string, number>();
  for (const [word] of synopsis.toLowerCase().matchAll(WORD)) if (!EMPTY_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, 8).map(([word]) => word);
}

/** Only series that came with the prompt can be named. */
function candidates(prompt: string, catalogue: unknown): string[] {
  const listed = /(?:candidates?|候補)[^:：\n]*[:：]\s*(.+)/i.exec(prompt)?.[1];
  if (listed) return listed.split(/[,、;]/).map((title) => title.trim()).filter(Boolean).slice(0, 5);
  return seriesIn(catalogue).flatMap(({ titleEn, titleJa }) => titleEn ?? titleJa ?? []).slice(0, 5);
}
