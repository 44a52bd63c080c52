import { describe, expect, it } from '@jest/globals';
import { ScriptedLanguageModel, type ScriptedReply } from '@manga-assist/bedrock/testing';
import type { JsonObject } from '@manga-assist/foundation';
import type { AnalysisType } from '@manga-assist/schemas/jobs';
import { aJob } from '../../testing/a-job.ts';
import { aShelf, SHELF } from '../../testing/shelf.ts';
import { workOn } from '../../testing/work-on.ts';
import { AnalysisHandler } from './analysis.handler.ts';

const { store, snapshot } = aShelf();
const handler = new AnalysisHandler(store, snapshot);

const CONFIDENT = { genre_tags: 0.9, theme_keywords: 0.9, reading_level: 0.9, similar_series: 0.9, content_warnings: 0.9, target_demographic: 0.9 };
const ANSWERS: Record<AnalysisType, JsonObject> = {
  genre_classification: { genre_tags: ['action', 'supernatural'], theme_keywords: ['pirates'], target_demographic: 'shonen', confidence: 0.9 },
  content_summary: { summary: 'A girl sails for treasure.', summary_japanese: '少女が宝を求めて航海する。', tone: ['brisk'] },
  similar_series: { similar_series: [{ manga_id: 'MNG-HARBOUR1', reason: 'Pirates and treasure too.' }] },
  reading_level: { reading_level: 'teen', age_from: 13, content_warnings: ['violence'], reason: 'Sword fights.', confidence: 0.8 },
  full_enrichment: {
    genre_tags: ['action', 'adventure', 'supernatural'],
    theme_keywords: ['pirates', 'Loneliness', 'curses'],
    reading_level: 'teen',
    similar_series: [{ manga_id: 'MNG-HARBOUR1', reason: 'Pirates.' }],
    content_warnings: ['violence', 'Strong language', 'made-up'],
    target_demographic: 'shonen',
    confidence: CONFIDENT,
  },
};

async function analyse(type: AnalysisType, reply: ScriptedReply | ScriptedReply[] = JSON.stringify(ANSWERS[type]), input: { manga_id?: string; additional_context?: string } = {}) {
  const model = new ScriptedLanguageModel(Array.isArray(reply) ? reply : [reply]);
  const worked = await workOn(handler, aJob(type, { manga_id: SHELF.sea.mangaId, ...input }), model);
  const texts = model.requests[0]?.request.messages[0]?.content.map((block) => (block.type === 'text' ? block.text : '')) ?? [];
  return { ...worked.product, model, texts };
}

describe('an analysis of a series', () => {
  it.each(Object.keys(ANSWERS) as AnalysisType[])('gives what the model finds, by the series’ id: %s', async (type) => {
    const { result } = await analyse(type);

    expect(result).toMatchObject({ manga_id: 'MNG-SEABLADE' });
    expect(Object.keys(result)).toEqual(expect.arrayContaining(Object.keys(ANSWERS[type])));
  });

  it('shows the model the entry without prices and stock, and says what else is known apart from it', async () => {
    const { texts } = await analyse('reading_level', undefined, { additional_context: 'Sold <b>with</b> a poster.' });

    expect(texts[0]).toMatch(/^<catalogue_entry>\{"manga_id":"MNG-SEABLADE"/);
    expect(texts[0]).not.toMatch(/price|stock/);
    expect(texts[1]).toBe('<context>"Sold \\u003cb>with\\u003c/b> a poster."</context>');
  });

  it('asks once more when the answer does not fit, and fails when it still does not', async () => {
    const mended = await analyse('reading_level', ['{"reading_level":"everybody"}', JSON.stringify(ANSWERS.reading_level)]);

    expect(mended.model.requests).toHaveLength(2);
    await expect(analyse('reading_level', ['no', 'never'])).rejects.toMatchObject({ kind: 'unavailable', code: 'bedrock.unfit-answer' });
  });

  it('of a series that does not exist is refused, without asking the model', async () => {
    await expect(analyse('content_summary', [], { manga_id: 'MNG-NOSUCHID' })).rejects.toMatchObject({ kind: 'not-found', code: 'jobs.unknown-series' });
  });
});

describe('similar series', () => {
  it('are chosen from those that have something in common, the nearest offered first', async () => {
    const { texts, result } = await analyse('similar_series');

    const offered = JSON.parse(/^<candidates>(.*)<\/candidates>$/.exec(texts[1] ?? '')?.[1] ?? '[]') as { manga_id: string }[];
    expect(offered.map(({ manga_id }) => manga_id)).toEqual(['MNG-HARBOUR1', 'MNG-LIGHTHSE']);
    expect(result['similar_series']).toEqual([
      { manga_id: 'MNG-HARBOUR1', title: 'Harbour Kings', title_japanese: '港町の大海賊', reason: 'Pirates and treasure too.', shared_themes: ['pirates', 'treasure'], shared_genres: ['action', 'adventure'] },
    ]);
  });

  it('that were not offered, or are named twice, do not count', async () => {
    const named = ['MNG-MOONBRED', 'MNG-HARBOUR1', 'MNG-HARBOUR1', 'MNG-SEABLADE'].map((manga_id) => ({ manga_id, reason: 'Because.' }));
    const { result } = await analyse('similar_series', JSON.stringify({ similar_series: named }));

    expect(result['similar_series']).toMatchObject([{ manga_id: 'MNG-HARBOUR1' }]);
  });

  it('that are all invented are no answer', async () => {
    const invented = JSON.stringify({ similar_series: [{ manga_id: 'MNG-INVENTED', reason: 'Because.' }] });

    await expect(analyse('similar_series', invented)).rejects.toMatchObject({ kind: 'unavailable', code: 'jobs.unfit-answer' });
  });
});

describe('a full enrichment', () => {
  it('proposes what the catalogue lacks and knows the words for, and takes nothing away', async () => {
    const { proposal } = await analyse('full_enrichment');

    expect(proposal).toEqual({
      mangaId: 'MNG-SEABLADE',
      changes: {
        genres: ['action', 'adventure', 'supernatural'],
        themes: ['pirates', 'swords', 'treasure', 'islands', 'loneliness'],
        themesJa: ['海賊', '剣', '宝', '島', '孤独'],
        contentFlags: ['violence', 'strong-language'],
      },
      expected: {
        genres: ['action', 'adventure'],
        themes: ['pirates', 'swords', 'treasure', 'islands'],
        themesJa: ['海賊', '剣', '宝', '島'],
        contentFlags: ['violence'],
      },
      confidence: 0.9,
    });
  });

  it('is as sure as its least sure change', async () => {
    const unsure = { ...ANSWERS.full_enrichment, confidence: { ...CONFIDENT, theme_keywords: 0.4, reading_level: 0.1 } };

    expect((await analyse('full_enrichment', JSON.stringify(unsure))).proposal?.confidence).toBe(0.4);
  });

  it('proposes nothing when the catalogue says it all', async () => {
    const known = { ...ANSWERS.full_enrichment, genre_tags: ['adventure'], theme_keywords: ['Pirates'], content_warnings: [] };

    expect((await analyse('full_enrichment', JSON.stringify(known))).proposal).toBeUndefined();
  });
});
