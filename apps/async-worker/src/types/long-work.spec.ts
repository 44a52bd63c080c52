import { describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '@manga-assist/bedrock';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import { InMemoryCovers } from '@manga-assist/catalogue/testing';
import { aTurn, InMemoryConversationStore } from '@manga-assist/conversations/testing';
import { aJob } from '../testing/a-job.ts';
import { aPicture } from '../testing/a-picture.ts';
import { aShelf, SHELF } from '../testing/shelf.ts';
import { realTokens } from '../testing/text-tokens.ts';
import { workOn } from '../testing/work-on.ts';
import { ConversationSummaryHandler } from './conversation-summary/conversation-summary.handler.ts';
import { CoverAnalysisHandler } from './cover-analysis/cover-analysis.handler.ts';
import { HeavyAnalysisHandler } from './heavy-analysis/heavy-analysis.handler.ts';
import { SECTIONS } from './heavy-analysis/sections.ts';
import { PipelineHandler } from './pipeline/pipeline.handler.ts';
import { PromptHandler } from './prompt-request/prompt.handler.ts';

const { store } = aShelf();
const manga_id = SHELF.sea.mangaId;
const textOf = ({ messages }: ModelRequest): string => messages[0]?.content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n') ?? '';

describe('a heavy analysis', () => {
  const handler = new HeavyAnalysisHandler(store);

  it('is written section by section, each kept before the next is begun', async () => {
    const model = new ScriptedLanguageModel((_, index) => `Text ${index + 1}.`);

    const { product, progress, checkpoints } = await workOn(handler, aJob('heavy_analysis', { manga_id, focus: 'the art', language: 'ja' }), model);

    expect(product.result['sections']).toEqual(SECTIONS.map(({ id, headingJa }, index) => ({ id, heading: headingJa, text: `Text ${index + 1}.` })));
    expect(checkpoints.map(({ sections }) => (sections as unknown[]).length)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(progress.at(-1)).toEqual({ done: 6, total: 6 });
    expect(model.requests.every(({ operation }) => operation === 'converse-stream')).toBe(true);
    expect(model.requests[0]?.request.system).toMatch(/Answer language: ja$/);
    expect(textOf(model.requests[2]?.request as ModelRequest)).toMatch(/<context>"the art"<\/context>[^]*<notes>.*Text 1\..*Text 2\..*<\/notes>[^]*section "Characters"/);
  });

  it('goes on where an earlier attempt has stopped', async () => {
    const written = SECTIONS.slice(0, 4).map(({ id, heading }) => ({ id, heading, text: `Kept ${id}.` }));
    const model = new ScriptedLanguageModel(['New themes.', 'New readers.']);

    const { product } = await workOn(handler, aJob('heavy_analysis', { manga_id, language: 'en' }), model, { from: { sections: written } });

    expect((product.result['sections'] as { text: string }[]).map(({ text }) => text)).toEqual(['Kept overview.', 'Kept story.', 'Kept characters.', 'Kept art.', 'New themes.', 'New readers.']);
  });

  it('ends at once when it is told to, with what it has kept', async () => {
    const stop = new AbortController();
    const model = new ScriptedLanguageModel((_, index) => {
      if (index === 2) stop.abort();
      return 'Text.';
    });

    await expect(workOn(handler, aJob('heavy_analysis', { manga_id, language: 'en' }), model, { signal: stop.signal })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(model.requests).toHaveLength(3);
  });

  it.each([
    ['is empty', { text: ' ' }, 'unavailable', 'jobs.unfit-answer'],
    ['was cut', { text: 'It began in', stopReason: 'max_tokens' }, 'unavailable', 'bedrock.cut-answer'],
    ['is a guardrail’s apology', { text: 'Sorry.', stopReason: 'guardrail_intervened' }, 'forbidden', 'bedrock.blocked-answer'],
    ['a filter stopped', { text: 'Once', stopReason: 'content_filtered' }, 'forbidden', 'bedrock.blocked-answer'],
    ['is malformed', { text: '<|', stopReason: 'malformed_model_output' }, 'unavailable', 'jobs.unfit-answer'],
  ] as const)('does not keep a section that %s', async (_, reply, kind, code) => {
    const model = new ScriptedLanguageModel(['The first.', reply]);
    const kept: unknown[] = [];

    const working = workOn(handler, aJob('heavy_analysis', { manga_id, language: 'en' }), model, { kept });

    await expect(working).rejects.toMatchObject({ kind, code });
    expect(kept).toEqual([{ sections: [expect.objectContaining({ id: 'overview' })] }]);
  });
});

describe('a pipeline', () => {
  it('has one model collect facts and another judge them and write', async () => {
    const model = new ScriptedLanguageModel([
      JSON.stringify({ facts: [{ fact: 'It has pirates.', field: 'themes' }, { fact: 'It is sad.', field: 'synopsis' }] }),
      JSON.stringify({ judgements: [{ number: 1, verdict: 'used' }, { number: 7, verdict: 'used' }], answer: 'It is about pirates.', confidence: 0.7 }),
    ]);

    const { product, progress } = await workOn(new PipelineHandler(store), aJob('pipeline', { manga_id, question: 'What is it about?', language: 'en' }), model);

    expect(model.requests.map(({ request }) => request.model)).toEqual(['haiku', 'sonnet']);
    expect(textOf(model.requests[1]?.request as ModelRequest)).toContain('<facts>[{"number":1,"fact":"It has pirates.","field":"themes"}');
    expect(product.result).toEqual({
      manga_id,
      language: 'en',
      answer: 'It is about pirates.',
      confidence: 0.7,
      facts: [{ fact: 'It has pirates.', field: 'themes', verdict: 'used' }, { fact: 'It is sad.', field: 'synopsis', verdict: 'irrelevant' }],
    });
    expect(progress).toEqual([{ done: 1, total: 2 }, { done: 2, total: 2 }]);
  });
});

describe('a conversation’s summary', () => {
  const conversation_id = '3b1f1f0e-8d3b-4f39-9f63-0d6a3f0a9c11';
  const summary = JSON.stringify({ summary: 'A reader asked.', topics: ['stock'], series: ['よつばと！'], open_questions: [] });

  async function conversationOf(turns: number, question = 'Do you have it?', subject = 'merchandiser-1'): Promise<ConversationSummaryHandler> {
    const conversations = new InMemoryConversationStore();
    const owner = { tenantId: 'store', subject };
    for (let turn = 0; turn < turns; turn++) {
      const turnId = `trn_${turn}`;
      await conversations.beginTurn(owner, { conversationId: conversation_id, turnId, isNewConversation: true }, 1_000);
      await conversations.endTurn(owner, conversation_id, aTurn({ turnId, question: `${question} ${turn}` }));
    }
    return new ConversationSummaryHandler(conversations, realTokens);
  }

  it('is made of what was said', async () => {
    const model = new ScriptedLanguageModel([summary]);

    const { product } = await workOn(await conversationOf(3), aJob('summarise_conversation', { conversation_id }), model);

    expect(product.result).toMatchObject({ conversation_id, turn_count: 3, summary: 'A reader asked.', topics: ['stock'] });
    expect(textOf(model.requests[0]?.request as ModelRequest)).toMatch(/^<conversation>\[\{"reader":"Do you have it\? 0","assistant":"はい/);
  });

  it('of a long conversation is made of the summaries of its parts', async () => {
    const model = new ScriptedLanguageModel(() => summary);

    await workOn(await conversationOf(40, 'この漫画の在庫と発売日と作者について詳しく教えてください。'.repeat(40)), aJob('summarise_conversation', { conversation_id }), model);

    const kinds = model.requests.map(({ request }) => /^<(\w+)>/.exec(textOf(request))?.[1]);
    expect(kinds.length).toBeGreaterThan(2);
    expect(kinds).toEqual([...kinds.slice(1).map(() => 'conversation'), 'notes']);
  });

  it('is refused for a conversation of somebody else, as for one that does not exist', async () => {
    const job = aJob('summarise_conversation', { conversation_id });
    const refused = { kind: 'not-found', code: 'jobs.unknown-conversation' };

    await expect(workOn(await conversationOf(2, 'Mine.', 'somebody-else'), job, new ScriptedLanguageModel([]))).rejects.toMatchObject(refused);
    await expect(workOn(await conversationOf(0), job, new ScriptedLanguageModel([]))).rejects.toMatchObject(refused);
  });
});

describe('a cover’s analysis', () => {
  const answer = JSON.stringify({ description: 'A red cover.', colours: ['red'], mood: ['bold'], visible_text: [], shows: [], is_suitable_for_shop_window: true, confidence: 0.9 });
  const analyse = (covers: Record<string, Uint8Array>, input: { cover_key?: string } = {}, model = new ScriptedLanguageModel([answer])) =>
    workOn(new CoverAnalysisHandler(store, new InMemoryCovers(covers)), aJob('cover_analysis', { manga_id, ...input }), model);

  it('shows the model the picture itself, the series’ own unless told otherwise', async () => {
    const model = new ScriptedLanguageModel(() => answer);

    const { product } = await analyse({ [`covers/${manga_id}.png`]: aPicture() }, {}, model);
    await analyse({ 'special/first.png': aPicture(8, 8) }, { cover_key: 'special/first.png' }, model);

    expect(product.result).toMatchObject({ manga_id, cover_key: `covers/${manga_id}.png`, colours: ['red'] });
    expect(model.requests.map(({ request }) => request.messages[0]?.content[0])).toEqual([
      { type: 'image', format: 'png', bytes: aPicture() },
      { type: 'image', format: 'png', bytes: aPicture(8, 8) },
    ]);
  });

  it.each([
    ['jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['gif', Buffer.from('GIF89a')],
    ['webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')],
  ])('knows a picture by its bytes, whatever it is called: %s', async (format, bytes) => {
    const model = new ScriptedLanguageModel([answer]);

    await analyse({ 'a.png': bytes }, { cover_key: 'a.png' }, model);

    expect(model.requests[0]?.request.messages[0]?.content[0]).toMatchObject({ type: 'image', format });
  });

  it('refuses what is no picture, too large, or not there', async () => {
    await expect(analyse({ 'a.png': Buffer.from('<svg onload="…"/>') }, { cover_key: 'a.png' })).rejects.toMatchObject({ kind: 'invalid', code: 'jobs.not-a-picture' });
    await expect(analyse({ 'a.png': Buffer.alloc(3_750_001) }, { cover_key: 'a.png' })).rejects.toMatchObject({ kind: 'invalid', code: 'catalogue.cover-too-large' });
    await expect(analyse({})).rejects.toMatchObject({ kind: 'not-found', code: 'catalogue.no-cover' });
  });
});

describe('a free-form prompt', () => {
  it('is the customer’s own words, answered by the model and within the length he asked for', async () => {
    const model = new ScriptedLanguageModel([{ text: 'Once upon', stopReason: 'max_tokens' }]);

    const { product } = await workOn(new PromptHandler(), aJob('prompt', { prompt: 'Tell me <b>all</b>.' }, { model: 'haiku', maxTokens: 2 }), model);

    expect(product.result).toEqual({ response: 'Once upon', model: 'haiku', stop_reason: 'max_tokens' });
    expect(model.requests[0]?.request).toMatchObject({ model: 'haiku', maxTokens: 2, messages: [{ role: 'user', content: [{ type: 'text', text: 'Tell me <b>all</b>.' }] }] });
  });

  it.each(['guardrail_intervened', 'content_filtered'] as const)('is refused for good when a filter stops its answer: %s', async (stopReason) => {
    const working = workOn(new PromptHandler(), aJob('prompt', { prompt: 'Tell me.' }), new ScriptedLanguageModel([{ text: 'Sorry.', stopReason }]));

    await expect(working).rejects.toMatchObject({ kind: 'forbidden', code: 'bedrock.blocked-answer', message: 'This cannot be answered here.' });
  });

  it('is not answered by nothing', async () => {
    await expect(workOn(new PromptHandler(), aJob('prompt', { prompt: 'Tell me.' }), new ScriptedLanguageModel([' ']))).rejects.toMatchObject({ code: 'jobs.unfit-answer' });
  });
});
