import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import type { JsonObject } from '@manga-assist/foundation';
import type { JobOrder } from '@manga-assist/jobs';
import { LocalWorld } from '../testing/local-world.ts';
import { SHELF } from '../testing/shelf.ts';

jest.setTimeout(60_000);

const FIELDS = ['genre_tags', 'theme_keywords', 'reading_level', 'similar_series', 'content_warnings', 'target_demographic'];
let answer: JsonObject;
let world: LocalWorld;

/** What the model says of a series from now on. */
function finds(genre_tags: string[], confidence: number): void {
  answer = {
    genre_tags,
    theme_keywords: [],
    reading_level: 'teen',
    similar_series: [],
    content_warnings: [],
    target_demographic: 'shonen',
    confidence: Object.fromEntries(FIELDS.map((field) => [field, confidence])),
  };
}

beforeAll(async () => {
  world = await LocalWorld.start(process.env);
  await world.worker({ enrichmentConfidence: 0.8 }, new ScriptedLanguageModel(() => JSON.stringify(answer)));
});

afterAll(() => world.close());

const genresOf = async (mangaId: string) => (await world.products.get(mangaId, world.signal))?.genres;
const effectOf = async (order: JobOrder) => (await world.finished(order)).outcome?.catalogueEffect;
const decided = (order: JobOrder, state: string) => world.when(state, order, ({ outcome }) => outcome?.catalogueEffect?.state === state);

describe('an enrichment', () => {
  it('that the rules accept is in the catalogue when the job has been finished', async () => {
    finds(['action', 'supernatural'], 0.9);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.sea.mangaId });

    expect(await effectOf(order)).toMatchObject({ state: 'applied', decidedBy: 'rules', confidence: 0.9 });
    expect(await genresOf(SHELF.sea.mangaId)).toEqual(['action', 'adventure', 'supernatural']);
  });

  it('that they do not waits for a person, whose word is enough', async () => {
    finds(['drama'], 0.5);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.harbour.mangaId });
    expect(await effectOf(order)).toMatchObject({ state: 'awaiting-approval' });
    expect(await genresOf(SHELF.harbour.mangaId)).toEqual(SHELF.harbour.genres);

    await world.jobs.decide(order.owner.tenantId, order.jobId, { approve: true, decidedBy: 'chief' }, world.signal);

    expect((await decided(order, 'applied')).outcome?.catalogueEffect).toMatchObject({ decidedBy: 'chief' });
    expect(await genresOf(SHELF.harbour.mangaId)).toEqual([...SHELF.harbour.genres, 'drama']);
  });

  it('that a person refuses changes nothing', async () => {
    finds(['horror'], 0.5);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.bread.mangaId });
    await world.finished(order);

    await world.jobs.decide(order.owner.tenantId, order.jobId, { approve: false, decidedBy: 'chief' }, world.signal);

    expect((await world.finished(order)).outcome?.catalogueEffect).toMatchObject({ state: 'rejected', decidedBy: 'chief' });
    expect(await genresOf(SHELF.bread.mangaId)).toEqual(SHELF.bread.genres);
  });

  it('is taken out again when somebody asks for it, as it was before', async () => {
    finds(['mystery'], 0.9);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.bread.mangaId });
    await decided(order, 'applied');
    expect(await genresOf(SHELF.bread.mangaId)).toEqual([...SHELF.bread.genres, 'mystery']);

    await world.jobs.undo(order.owner.tenantId, order.jobId, { undoneBy: 'chief' }, world.signal);

    expect((await decided(order, 'undone')).outcome?.catalogueEffect).toMatchObject({ decidedBy: 'rules', undoneBy: 'chief' });
    expect((await world.finished(order)).pendingSteps).toEqual([]);
    expect(await genresOf(SHELF.bread.mangaId)).toEqual(SHELF.bread.genres);
  });

  it('is not taken out over what somebody has changed since', async () => {
    finds(['mystery'], 0.9);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.bread.mangaId });
    await decided(order, 'applied');
    await world.products.put([{ ...SHELF.bread, genres: ['comedy'] }], world.signal);

    await world.jobs.undo(order.owner.tenantId, order.jobId, { undoneBy: 'chief' }, world.signal);

    await decided(order, 'superseded');
    expect(await genresOf(SHELF.bread.mangaId)).toEqual(['comedy']);
  });

  it('of a tenant whose catalogue it is not is a result and nothing else', async () => {
    finds(['mystery'], 1);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.sea.mangaId }, { owner: { tenantId: 'partner', subject: 'merchandiser-1' } });

    expect(await world.finished(order)).toMatchObject({ status: 'completed' });
    expect(await effectOf(order)).toBeUndefined();
    expect(await genresOf(SHELF.sea.mangaId)).not.toContain('mystery');
  });

  it('is off when the series says something else by the time it is accepted', async () => {
    finds(['mystery'], 0.5);
    const order = await world.submit('full_enrichment', { manga_id: SHELF.lighthouse.mangaId });
    await world.finished(order);
    await world.products.put([{ ...SHELF.lighthouse, genres: ['horror'] }], world.signal);

    await world.jobs.decide(order.owner.tenantId, order.jobId, { approve: true, decidedBy: 'chief' }, world.signal);

    await decided(order, 'outdated');
    expect(await genresOf(SHELF.lighthouse.mangaId)).toEqual(['horror']);
  });
});
