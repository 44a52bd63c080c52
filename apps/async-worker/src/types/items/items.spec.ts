import { describe, expect, it } from '@jest/globals';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import type { ModelRequest } from '@manga-assist/bedrock';
import type { JsonObject } from '@manga-assist/foundation';
import type { TextItem } from '@manga-assist/schemas/jobs';
import { aJob } from '../../testing/a-job.ts';
import { realTokens } from '../../testing/text-tokens.ts';
import { workOn } from '../../testing/work-on.ts';
import { ModerationHandler } from '../moderation/moderation.handler.ts';
import { TranslationHandler } from '../translation/translation.handler.ts';
import { inParts } from './in-parts.ts';

const items = (count: number, text = 'A lovely story.'): TextItem[] => Array.from({ length: count }, (_, index) => ({ id: `r${index}`, text }));

/** The items that a request shows the model. */
function shown({ messages }: ModelRequest): TextItem[] {
  const [block] = messages[0]?.content ?? [];
  return JSON.parse(/^<items>(.*)<\/items>$/.exec(block?.type === 'text' ? block.text : '')?.[1] ?? '[]') as TextItem[];
}

const approve = ({ id }: TextItem): JsonObject => ({ id, decision: 'approve', categories: [], severity: 'none', reason: 'Nothing wrong.' });
const moderate = (texts: TextItem[], model: ScriptedLanguageModel) => workOn(new ModerationHandler(realTokens), aJob('content_moderation', { items: texts }), model);
const translate = (texts: TextItem[], model: ScriptedLanguageModel) =>
  workOn(new TranslationHandler(realTokens), aJob('translate', { target_language: 'en', items: texts }), model);

describe('a part of many items', () => {
  const sizes = (parts: { text: string }[][]): number[] => parts.map((part) => part.length);

  it('has as many as fit by number and by tokens, in their order', () => {
    const parts = inParts(items(7), { mostTokens: 30, mostItems: 3 }, () => 10);

    expect(sizes(parts)).toEqual([3, 3, 1]);
    expect(parts.flat()).toEqual(items(7));
    expect(sizes(inParts(items(5), { mostTokens: 25, mostItems: 9 }, () => 10))).toEqual([2, 2, 1]);
  });

  it('stands alone when it is longer than a part', () => {
    expect(sizes(inParts(items(3), { mostTokens: 5, mostItems: 9 }, () => 10))).toEqual([1, 1, 1]);
    expect(inParts([], { mostTokens: 5, mostItems: 9 }, () => 10)).toEqual([]);
  });
});

describe('moderation in bulk', () => {
  it('gives every item its verdict, in the order they were sent, and counts them', async () => {
    const model = new ScriptedLanguageModel((request) =>
      JSON.stringify({ items: shown(request).map((item) => (item.id === 'r3' ? { ...approve(item), decision: 'reject', categories: ['spam'], severity: 'low' } : approve(item))).reverse() }),
    );

    const { product, progress } = await moderate(items(45), model);

    const judged = product.result['items'] as { id: string; decision: string }[];
    expect(judged.map(({ id }) => id)).toEqual(items(45).map(({ id }) => id));
    expect(judged[3]).toMatchObject({ decision: 'reject', categories: ['spam'] });
    expect(product.result['counts']).toEqual({ approve: 44, review: 0, reject: 1, unreviewed: 0 });
    expect(model.requests.map(({ request }) => shown(request).length)).toEqual([20, 20, 5]);
    expect(progress.at(-1)).toEqual({ done: 45, total: 45 });
  });

  it('asks once more for what the model left out, and says of the rest that nobody looked', async () => {
    const model = new ScriptedLanguageModel((request) => JSON.stringify({ items: shown(request).filter(({ id }) => id !== 'r0' && (id !== 'r1' || shown(request).length < 5)).map(approve) }));

    const { product } = await moderate(items(5), model);

    expect(model.requests.map(({ request }) => shown(request).map(({ id }) => id))).toEqual([['r0', 'r1', 'r2', 'r3', 'r4'], ['r0', 'r1']]);
    expect(product.result['items']).toMatchObject([{ id: 'r0', decision: 'unreviewed' }, { id: 'r1', decision: 'approve' }, {}, {}, {}]);
    expect(product.result['counts']).toMatchObject({ unreviewed: 1 });
  });

  it('takes one verdict for each item and none for items that were not sent', async () => {
    const model = new ScriptedLanguageModel([JSON.stringify({ items: [{ ...approve({ id: 'r0', text: '' }), decision: 'reject' }, approve({ id: 'r0', text: '' }), approve({ id: 'r99', text: '' })] })]);

    const { product } = await moderate(items(1), model);

    expect(product.result['items']).toMatchObject([{ id: 'r0', decision: 'reject' }]);
    expect(product.result['counts']).toEqual({ approve: 0, review: 0, reject: 1, unreviewed: 0 });
  });

  it('judges all the others when a filter stops the answer for one text, and leaves that one to a person', async () => {
    const model = new ScriptedLanguageModel((request) => (shown(request).some(({ id }) => id === 'r3') ? { text: 'Sorry.', stopReason: 'content_filtered' } : JSON.stringify({ items: shown(request).map(approve) })));

    const { product } = await moderate(items(20), model);

    const judged = product.result['items'] as { id: string; decision: string }[];
    expect(judged[3]).toEqual({ id: 'r3', decision: 'review', categories: [], severity: 'high', reason: 'The filter of the model stopped this text.' });
    expect(product.result['counts']).toEqual({ approve: 19, review: 1, reject: 0, unreviewed: 0 });
    expect(model.requests.length).toBeLessThanOrEqual(11);
  });

  it('fails when the model judges nothing at all', async () => {
    await expect(moderate(items(2), new ScriptedLanguageModel(() => '{"items":[]}'))).rejects.toMatchObject({ kind: 'unavailable', code: 'jobs.unfit-answer' });
  });
});

describe('translation', () => {
  it('keeps ids and order, and says what could not be translated', async () => {
    const model = new ScriptedLanguageModel((request) => JSON.stringify({ items: shown(request).filter(({ id }) => id !== 'r1').map(({ id, text }) => ({ id, translation: `${text}!` })) }));

    const { product } = await translate(items(3, '面白い'), model);

    expect(product.result).toEqual({
      target_language: 'en',
      items: [{ id: 'r0', status: 'translated', translation: '面白い!' }, { id: 'r1', status: 'untranslated' }, { id: 'r2', status: 'translated', translation: '面白い!' }],
    });
    expect(model.requests[0]?.request.system).toMatch(/Translate into English\.$/);
  });

  it('says why one text is left untranslated, and translates the rest', async () => {
    const model = new ScriptedLanguageModel((request) => (shown(request).some(({ id }) => id === 'r1') ? { text: '{"items":[', stopReason: 'max_tokens' } : JSON.stringify({ items: shown(request).map(({ id }) => ({ id, translation: 'Fun!' })) })));

    const { product } = await translate(items(3, '面白い'), model);

    expect(product.result['items']).toEqual([
      { id: 'r0', status: 'translated', translation: 'Fun!' },
      { id: 'r1', status: 'untranslated', reason: 'The answer to this text was longer than allowed.' },
      { id: 'r2', status: 'translated', translation: 'Fun!' },
    ]);
  });

  it('sends long texts in parts whose translation fits into an answer', async () => {
    const long = '彼は静かに剣を抜き、海に向かって叫んだ。'.repeat(60);
    const model = new ScriptedLanguageModel((request) => JSON.stringify({ items: shown(request).map(({ id }) => ({ id, translation: 'He drew his sword.' })) }));

    await translate(items(6, long), model);

    const sent = model.requests.map(({ request }) => shown(request));
    expect(sent.flat()).toHaveLength(6);
    for (const part of sent) if (part.length > 1) expect(part.reduce((sum, { text }) => sum + realTokens.of(text), 0)).toBeLessThanOrEqual(1_800);
    expect(sent.length).toBeGreaterThan(1);
  });
});
