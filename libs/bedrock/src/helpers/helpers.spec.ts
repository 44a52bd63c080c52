import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { analyseCatalogue, invokeMangaQuery, streamMangaResponse, type CatalogueItem } from '../index.ts';
import { aModelCall, ScriptedLanguageModel } from '../testing/index.ts';

const SYSTEM = 'You are the assistant of a manga store.';
const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'What is like Berserk?' }] }];

describe('invokeMangaQuery', () => {
  it('asks one question of Haiku and gives the whole answer', async () => {
    const model = new ScriptedLanguageModel([{ text: 'Vinland Saga.', usage: { inputTokens: 12 } }]);

    const answer = await invokeMangaQuery(model, 'What is like Berserk?', { system: SYSTEM }, aModelCall());

    expect(answer).toMatchObject({ text: 'Vinland Saga.', model: 'haiku', stopReason: 'end_turn', usage: { inputTokens: 12 } });
    expect(model.requests).toMatchObject([{ operation: 'invoke', request: { model: 'haiku', system: SYSTEM, messages, maxTokens: 512, temperature: 0.3 } }]);
  });
});

describe('streamMangaResponse', () => {
  it('yields the texts of Sonnet and returns how it ended', async () => {
    const model = new ScriptedLanguageModel(['ベルセルク and Vinland Saga.']);
    const stream = streamMangaResponse(model, messages, { system: SYSTEM }, aModelCall());

    const texts: string[] = [];
    let step = await stream.next();
    for (; !step.done; step = await stream.next()) texts.push(step.value);

    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('')).toBe('ベルセルク and Vinland Saga.');
    expect(step.value).toMatchObject({ stopReason: 'end_turn', usage: { inputTokens: 10 } });
    expect(model.requests).toMatchObject([{ operation: 'stream', request: { model: 'sonnet', maxTokens: 2_048, temperature: 0.7 } }]);
  });

  it('throws when the answer breaks off, after what was said', async () => {
    const model = new ScriptedLanguageModel([{ text: 'Vinland', failsWith: new AppError('unavailable', 'bedrock.stream-cut', 'Cut.') }]);
    const texts: string[] = [];

    const reading = (async () => {
      for await (const text of streamMangaResponse(model, messages, { system: SYSTEM }, aModelCall())) texts.push(text);
    })();

    await expect(reading).rejects.toMatchObject({ code: 'bedrock.stream-cut' });
    expect(texts.join('')).not.toBe('');
  });
});

describe('analyseCatalogue', () => {
  const items: CatalogueItem[] = ['a', 'b', 'c'].map((mangaId) => ({ mangaId, title: `Title of ${mangaId}`, synopsis: 'A\u202e hidden\u200b text' }));
  const analysisOf = (word: string) =>
    JSON.stringify({ genre_tags: [word], theme_keywords: [], reading_level: 'teen', similar_series: [], content_warnings: [], target_demographic: 'shonen' });
  const told = (text: unknown) => JSON.stringify(text).match(/Title of (\w)/)?.[1] ?? '';

  it('gives one result for each item, in their order, with what it cost', async () => {
    const model = new ScriptedLanguageModel(({ messages: asked }) => ({ text: analysisOf(told(asked)), costUsd: 0.25 }));

    const results = await analyseCatalogue(model, items, aModelCall(), { concurrency: 2 });

    expect(results.map((result) => [result.mangaId, result.status === 'success' && [result.analysis.genre_tags, result.costUsd]])).toEqual([
      ['a', [['a'], 0.25]],
      ['b', [['b'], 0.25]],
      ['c', [['c'], 0.25]],
    ]);
  });

  it('lets one item fail for itself', async () => {
    const model = new ScriptedLanguageModel(({ messages: asked }) =>
      told(asked) === 'b' ? new AppError('rate-limited', 'bedrock.throttled', 'Busy.') : analysisOf('x'),
    );

    const results = await analyseCatalogue(model, items, aModelCall());

    expect(results.map((result) => (result.status === 'success' ? result.status : result.error.code))).toEqual(['success', 'bedrock.throttled', 'success']);
  });

  it('counts an answer that does not fit as a failure of its item', async () => {
    const model = new ScriptedLanguageModel(() => '{"genre_tags":"drama"}');

    const [result] = await analyseCatalogue(model, items.slice(0, 1), aModelCall());

    expect(result).toMatchObject({ mangaId: 'a', status: 'error', error: { code: 'bedrock.unfit-answer' } });
  });

  it('gives the entry as data: cleaned JSON, capped, apart from the instructions', async () => {
    const model = new ScriptedLanguageModel(() => analysisOf('x'));

    await analyseCatalogue(model, [{ mangaId: 'a', title: 'T', synopsis: `A\u202e\u200bB ${'𠮷'.repeat(5_000)}` }], aModelCall());

    const [block] = model.requests[0]?.request.messages[0]?.content ?? [];
    const entry = JSON.parse(block?.type === 'text' ? block.text : '') as { title: string; synopsis: string };
    expect(entry.title).toBe('T');
    expect(entry.synopsis).toMatch(/^AB 𠮷+$/u);
    expect(Array.from(entry.synopsis)).toHaveLength(4_000);
    expect(model.requests[0]?.request.system).not.toContain('AB');
  });

  it('ends with its caller: every item says so', async () => {
    const model = new ScriptedLanguageModel(() => analysisOf('x'));

    const results = await analyseCatalogue(model, items, aModelCall(AbortSignal.abort()));

    expect(results.every((result) => result.status === 'error' && result.error.kind === 'cancelled')).toBe(true);
  });
});
