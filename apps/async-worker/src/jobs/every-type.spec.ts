import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openDynamoConversationStore } from '@manga-assist/conversations';
import { aTurn } from '@manga-assist/conversations/testing';
import type { JobOrder } from '@manga-assist/jobs';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';
import { aPicture } from '../testing/a-picture.ts';
import { LocalWorld } from '../testing/local-world.ts';
import { RESULT_SHAPES } from '../testing/result-shapes.ts';
import { SHELF } from '../testing/shelf.ts';

jest.setTimeout(60_000);

let world: LocalWorld;
const done: JobOrder[] = [];
const manga_id = SHELF.sea.mangaId;
const conversation_id = '3b1f1f0e-8d3b-4f39-9f63-0d6a3f0a9c11';

const INPUTS: { [T in JobType]: JobInputOf<T> } = {
  prompt: { prompt: 'Please recommend a manga about pirates.' },
  genre_classification: { manga_id },
  content_summary: { manga_id, additional_context: 'Sold with a poster.' },
  similar_series: { manga_id },
  reading_level: { manga_id },
  full_enrichment: { manga_id },
  content_moderation: { items: [{ id: 'a', text: 'A lovely story.' }, { id: 'b', text: 'click here for free money' }] },
  summarise_conversation: { conversation_id },
  translate: { target_language: 'ja', items: [{ id: 'a', text: 'Thank you very much' }] },
  heavy_analysis: { manga_id, focus: 'the art style', language: 'en' },
  pipeline: { manga_id, question: 'What is it about?', language: 'en' },
  cover_analysis: { manga_id },
};

beforeAll(async () => {
  world = await LocalWorld.start(process.env);
  const owner = world.order('prompt', INPUTS.prompt).owner;
  const conversations = openDynamoConversationStore({ table: 'manga-conversations' });
  await conversations.beginTurn(owner, { conversationId: conversation_id, turnId: 'trn_1', isNewConversation: true }, 1_000);
  await conversations.endTurn(owner, conversation_id, aTurn({ turnId: 'trn_1' }));
  await conversations.close();
  await world.putCover(`covers/${manga_id}.png`, aPicture(64, 96));
  await world.worker();
});

afterAll(() => world.close());

describe('a job of every type, over the local stack and the local model', () => {
  it.each(Object.keys(INPUTS) as JobType[])('is worked on, and its result is kept: %s', async (type) => {
    const order = await world.submit(type, INPUTS[type] as JobInputOf<typeof type>);

    const { status, reason, outcome, attempt } = await world.finished(order);

    expect({ status, reason, attempt }).toEqual({ status: 'completed', reason: undefined, attempt: 1 });
    expect(outcome?.promptVersion).toMatch(/\.v1\.[0-9a-f]{12}/);
    expect(outcome?.usage.outputTokens).toBeGreaterThan(0);
    expect(outcome?.costUsd).toBeGreaterThan(0);
    expect(await world.results.get(outcome?.resultKey ?? '', world.signal)).toEqual(RESULT_SHAPES[type]);
    done.push(order);
  });

  it('is paid for by its owner to the last call, as the ledger says', async () => {
    await world.stopWorkers();

    for (const order of done) {
      const { calls, job } = await world.ledgerOf(order);
      expect(calls.length).toBeGreaterThan(0);
      expect(Number(job?.['owner_cost_usd'])).toBeCloseTo(calls.reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0), 9);
      expect(Number(job?.['waste_usd'])).toBe(0);
    }
  });
});

describe('a long job whose calls fail now and then, over the local stack and the local model', () => {
  it('has its sections paid by its owner, and what broke off or was tried in vain booked as waste', async () => {
    await world.worker({ modelTimeoutMs: 20_000 });
    await world.plan({ kind: 'slow-first-token', ms: 1, times: 2 });
    // The third section breaks off, and the next attempt finds Sonnet out of time and goes on with Haiku.
    await world.plan({ kind: 'cut', after: 5 });
    await world.plan({ kind: 'model-timeout', times: 2 });
    const order = await world.submit('heavy_analysis', INPUTS.heavy_analysis);

    const { status, attempt, failures, outcome } = await world.finished(order);
    await world.stopWorkers();

    expect({ status, attempt, failures }).toEqual({ status: 'completed', attempt: 2, failures: 0 });
    expect(outcome?.isDegraded).toBe(true);
    const { calls, job } = await world.ledgerOf(order);
    const costOf = (isIt: (outcome: string | undefined) => boolean) => calls.filter((call) => isIt(call['outcome'])).reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(calls.filter((call) => call['outcome'] === 'completed')).toHaveLength(6);
    expect(calls).toHaveLength(6 + 3);
    expect(Number(job?.['owner_cost_usd'])).toBeCloseTo(costOf((ended) => ended === 'completed'), 9);
    expect(costOf((ended) => ended !== 'completed')).toBeGreaterThan(0);
    expect(Number(job?.['waste_usd'])).toBeCloseTo(costOf((ended) => ended !== 'completed'), 9);
  });
});
