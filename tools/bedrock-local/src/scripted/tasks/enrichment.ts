import { seriesIn } from '../series.ts';
import { demographicOf, genresOf, readingLevelOf, READING_LEVELS, warningsOf } from './series/classify.ts';
import { readEntry } from './series/read-entry.ts';
import { themesOf } from './series/themes.ts';

/** Tags for a catalogue entry, from its own text alone: nothing is added that the text does not say. */
export function enrichment(prompt: string, catalogue: unknown): Record<string, unknown> {
  const text = prompt.split(/Return JSON with|以下のJSON|Respond (?:with|in)/i)[0] ?? prompt;
  const entry = readEntry({ json: undefined, text });
  return {
    genre_tags: genresOf(entry).map(({ slug }) => slug),
    theme_keywords: themesOf(entry, 'en'),
    reading_level: READING_LEVELS[readingLevelOf(entry).rank],
    similar_series: candidates(prompt, catalogue),
    content_warnings: warningsOf(entry).map(({ slug }) => slug),
    target_demographic: demographicOf(entry).slug || null,
  };
}

/** Only series that came with the prompt can be named. */
function candidates(prompt: string, catalogue: unknown): string[] {
  const listed = /(?:candidates?|候補)[^:：\n]*[:：]\s*(.+)/i.exec(prompt)?.[1];
  if (listed) return listed.split(/[,、;]/).map((title) => title.trim()).filter(Boolean).slice(0, 5);
  return seriesIn(catalogue).flatMap(({ titleEn, titleJa }) => titleEn ?? titleJa ?? []).slice(0, 5);
}
