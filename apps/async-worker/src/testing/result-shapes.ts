import { expect } from '@jest/globals';
import type { JobType } from '@manga-assist/schemas/jobs';

class Matching {
  constructor(
    private readonly what: string,
    private readonly fits: (value: unknown) => boolean,
  ) {}

  asymmetricMatch(value: unknown): boolean {
    return this.fits(value);
  }

  toString(): string {
    return this.what;
  }

  toAsymmetricMatcher(): string {
    return this.what;
  }
}

const text = new Matching('a text', (value) => typeof value === 'string' && value.trim() !== '');
const share = new Matching('a share from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1);
const flag: unknown = expect.any(Boolean);
const japanese: unknown = expect.stringMatching(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
const oneOf = (...values: unknown[]) => new Matching(`one of ${values.join(', ')}`, (value) => values.includes(value));
const equals = (value: unknown, shape: unknown): boolean => {
  try {
    expect(value).toEqual(shape);
    return true;
  } catch {
    return false;
  }
};
const list = (shape: unknown, { atLeast = 0 } = {}) =>
  new Matching(`a list of at least ${atLeast}`, (value) => Array.isArray(value) && value.length >= atLeast && value.every((entry) => equals(entry, shape)));

const manga_id: unknown = expect.stringMatching(/^MNG-[A-Z0-9]{8}$/);
const demographic = oneOf('shonen', 'shojo', 'seinen', 'josei', 'kodomo', 'unknown');
const readingLevel = oneOf('all ages', 'children', 'teen', 'older teen', 'mature');
const similar = list({ manga_id, title: text, title_japanese: text, reason: text, shared_themes: list(text), shared_genres: list(text) });

/** What the result of each type looks like to those who read it: every member, and no other. */
export const RESULT_SHAPES: { [T in JobType]: unknown } = {
  prompt: { response: text, model: 'sonnet', stop_reason: 'end_turn' },
  genre_classification: { manga_id, genre_tags: list(text, { atLeast: 1 }), theme_keywords: list(text), target_demographic: demographic, confidence: share },
  content_summary: { manga_id, summary: text, summary_japanese: japanese, tone: list(text) },
  similar_series: { manga_id, similar_series: similar },
  reading_level: { manga_id, reading_level: readingLevel, age_from: expect.any(Number), content_warnings: list(text), reason: text, confidence: share },
  full_enrichment: {
    manga_id,
    genre_tags: list(text, { atLeast: 1 }),
    theme_keywords: list(text),
    reading_level: readingLevel,
    similar_series: similar,
    content_warnings: list(text),
    target_demographic: demographic,
    confidence: { genre_tags: share, theme_keywords: share, reading_level: share, similar_series: share, content_warnings: share, target_demographic: share },
  },
  content_moderation: {
    items: list({ id: text, decision: oneOf('approve', 'review', 'reject'), categories: list(text), severity: oneOf('none', 'low', 'medium', 'high'), reason: text }, { atLeast: 2 }),
    counts: { approve: expect.any(Number), review: expect.any(Number), reject: expect.any(Number), unreviewed: 0 },
  },
  summarise_conversation: { conversation_id: text, turn_count: 1, summary: text, topics: list(text), series: list(text), open_questions: list(text) },
  translate: { target_language: 'ja', items: list({ id: text, status: 'translated', translation: japanese }, { atLeast: 1 }) },
  heavy_analysis: { manga_id, language: 'en', focus: text, sections: list({ id: text, heading: text, text }, { atLeast: 6 }) },
  pipeline: { manga_id, language: 'en', answer: text, confidence: share, facts: list({ fact: text, field: text, verdict: oneOf('used', 'irrelevant', 'unsupported') }, { atLeast: 1 }) },
  cover_analysis: {
    manga_id,
    cover_key: expect.stringMatching(/^covers\//),
    description: text,
    colours: list(text, { atLeast: 1 }),
    mood: list(text),
    visible_text: list(text),
    shows: list(text),
    is_suitable_for_shop_window: flag,
    confidence: share,
  },
};
