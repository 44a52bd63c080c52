import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openDynamoConversationStore } from '@manga-assist/conversations';
import { aTurn } from '@manga-assist/conversations/testing';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';
import { aPicture } from '../testing/a-picture.ts';
import { LocalWorld } from '../testing/local-world.ts';
import { SHELF } from '../testing/shelf.ts';

jest.setTimeout(60_000);

let world: LocalWorld;
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
    const result = await world.results.get(outcome?.resultKey ?? '', world.signal);
    expect(Object.keys(result).length).toBeGreaterThan(1);
  });
});
