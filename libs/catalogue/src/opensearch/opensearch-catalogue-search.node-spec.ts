import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import { aProduct } from '../testing/a-product.ts';
import { catalogueSearchContract, SHELF } from '../testing/catalogue-search.contract.ts';
import { HashedGramEmbedder } from '../testing/hashed-gram-embedder.ts';
import type { Product } from '../product.ts';
import { openOpenSearchCatalogueSearch, type OpenSearchCatalogueSearch, type OpenSearchCatalogueSearchOptions } from './opensearch-catalogue-search.ts';

/** Against a real node: `npm run test:opensearch`. Every test has indices of its own, and leaves them to the node's end. */
const url = process.env['OPENSEARCH_URL'] ?? '';
const { signal } = new AbortController();
const shelf = Object.values(SHELF);
const opened: OpenSearchCatalogueSearch[] = [];

function open(options: Partial<OpenSearchCatalogueSearchOptions> = {}): OpenSearchCatalogueSearch {
  const search = openOpenSearchCatalogueSearch({ url, index: `catalogue-${randomUUID()}`, refresh: true, timeoutMs: 10_000, ...options });
  opened.push(search);
  return search;
}


afterAll(async () => {
  for (const search of opened) await search.close();
});

describe('OpenSearch with hybrid queries', () => {
  catalogueSearchContract({ open: () => open({ embedder: new HashedGramEmbedder() }) });
});

describe('OpenSearch with rankings joined here and ids of its own, as Serverless has it', () => {
  catalogueSearchContract({ open: () => open({ embedder: new HashedGramEmbedder(), ranking: 'fused', idMode: 'generated' }) });
});

describe('OpenSearch by words alone', () => {
  catalogueSearchContract({ open: () => open() });
});

describe('the search in OpenSearch', () => {
  it('is not reachable, and says that it is unavailable, before there is an index', async () => {
    const search = open();

    expect(await search.isReachable(signal)).toBe(false);
    await expect(search.search({ text: '海賊', limit: 5 }, signal)).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.unavailable' });
  });

  it('asks for meanings once, and again only for what has changed', async () => {
    const embedder = new HashedGramEmbedder();
    const search = open({ embedder });
    await search.upsert(shelf.slice(0, 3), signal);
    await search.upsert(shelf, signal);
    await search.upsert(shelf.map((product) => ({ ...product, priceJpy: 1 })), signal);
    expect(embedder.texts).toHaveLength(shelf.length);
    expect((await search.search({ text: '海風の刃', limit: 1 }, signal))[0]?.product.priceJpy).toBe(1);
    // A changed price has not cost the meaning.
    expect((await search.similarTo(SHELF.sea.mangaId, { limit: 1 }, signal))[0]?.product.titleJa).toBe('港町の大海賊');

    await search.upsert([{ ...SHELF.bread, synopsisEn: 'Now it sells cakes.' }], signal);
    expect(embedder.texts).toHaveLength(shelf.length + 1);
  });

  it('finds by words what could not be embedded, reports the failure, and asks again', async () => {
    const embedder = new HashedGramEmbedder();
    embedder.failure = new Error('no model');
    const search = open({ embedder });
    await expect(search.upsert(shelf, signal)).rejects.toThrow('no model');
    expect((await search.search({ text: '海賊', limit: 2 }, signal)).map(({ product }) => product.titleJa).sort()).toEqual(['海風の刃', '港町の大海賊']);

    embedder.failure = undefined;
    embedder.texts.length = 0;
    await search.upsert(shelf, signal);
    expect(embedder.texts).toHaveLength(shelf.length);
  });

  it('never mixes the meanings of two models', async () => {
    const index = `catalogue-${randomUUID()}`;
    await open({ index, embedder: new HashedGramEmbedder() }).upsert(shelf, signal);
    const other = Object.assign(new HashedGramEmbedder(), { version: 'another/256' });
    const search = open({ index, embedder: other });

    await expect(search.upsert(shelf, signal)).rejects.toMatchObject({ kind: 'conflict', code: 'catalogue.vectors-mixed' });
    expect((await search.search({ text: 'a haunted house', limit: 1 }, signal))[0]?.product.titleJa).toBe('聲なき家');
    expect(other.texts).toEqual([]);
  });

  it('takes nothing into an index of an earlier definition until it is rebuilt', async () => {
    const index = `catalogue-${randomUUID()}`;
    const earlier = { aliases: { [index]: {} }, mappings: { _meta: { version: 1, embedding: null } } };
    await fetch(`${url}/${index}-v1-earlier`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(earlier) });
    const search = open({ index });
    async function* onePage(): AsyncIterable<readonly Product[]> {
      yield shelf;
    }

    await expect(search.upsert(shelf, signal)).rejects.toMatchObject({ kind: 'conflict', code: 'catalogue.index-outdated' });
    await search.reindex(onePage(), signal);
    await search.upsert(shelf, signal);
    expect((await search.search({ text: '海風の刃', limit: 1 }, signal))[0]?.product.titleJa).toBe('海風の刃');
  });

  it('is rebuilt while it is searched, keeping vectors and what was put meanwhile', async () => {
    const embedder = new HashedGramEmbedder();
    const search = open({ embedder });
    const late = aProduct({ titleJa: '後から来た本', titleEn: 'The Late Book' });
    await search.upsert([...shelf, aProduct({ titleJa: '絶版の書', titleEn: 'Out of Print' })], signal);
    const asked = embedder.texts.length;
    const seen: string[][] = [];
    async function* pages(): AsyncIterable<readonly Product[]> {
      yield shelf.slice(0, 3);
      await search.upsert([late], signal);
      seen.push((await search.search({ text: 'House Without Voices', limit: 1 }, signal)).map(({ product }) => product.titleJa));
      yield shelf.slice(3);
    }
    const progress: number[] = [];

    expect(await search.reindex(pages(), signal, (count) => progress.push(count))).toBe(shelf.length);

    expect(progress).toEqual([3, shelf.length]);
    expect(seen).toEqual([['聲なき家']]);
    expect(embedder.texts.length - asked).toBeLessThanOrEqual(2);
    expect((await search.search({ text: 'The Late Book', limit: 1 }, signal))[0]?.product.titleJa).toBe('後から来た本');
    expect((await search.search({ text: 'Out of Print', limit: 1 }, signal)).map(({ product }) => product.titleJa)).not.toContain('絶版の書');
    expect((await search.similarTo(SHELF.sea.mangaId, { limit: 1 }, signal))[0]?.product.titleJa).toBe('港町の大海賊');
    const indices = (await (await fetch(`${url}/_alias/${search.alias}`)).json()) as Record<string, unknown>;
    expect(Object.keys(indices)).toHaveLength(1);
  });

  it('stays as it was when a rebuild fails', async () => {
    const search = open();
    await search.upsert(shelf, signal);
    async function* broken(): AsyncIterable<readonly Product[]> {
      yield shelf.slice(0, 1);
      throw new Error('the table went away');
    }

    await expect(search.reindex(broken(), signal)).rejects.toThrow('the table went away');

    expect((await search.search({ text: '聲の城', limit: 1 }, signal))[0]?.product.titleJa).toBe('聲の城');
  });

  it('says which series were refused, and stores the others', async () => {
    const search = open();
    await search.upsert(shelf, signal);
    const wrong = aProduct({ titleEn: 'A Price Beyond Numbers', priceJpy: Number.MAX_SAFE_INTEGER });
    const right = aProduct({ titleEn: 'A Plain Price' });

    await expect(search.upsert([wrong, right], signal)).rejects.toMatchObject({ code: 'catalogue.partly-stored', details: { mangaIds: [wrong.mangaId] } });

    expect((await search.search({ text: 'A Plain Price', limit: 1 }, signal))[0]?.product.mangaId).toBe(right.mangaId);
  });

  it('says how the index stands', async () => {
    const search = open();
    await search.upsert(shelf, signal);

    expect(await search.health(signal)).toEqual({ isReachable: true, series: shelf.length, embedding: null, definition: 2, isHybrid: true });
  });

  it('takes in a series of which only the name is known, and holds no limit against what is not known', async () => {
    const search = open({ embedder: new HashedGramEmbedder() });
    const bare = aProduct({ titleJa: '名だけの海賊', titleKana: '', titleRomaji: '', titleEn: '', authors: [], publisher: '', startYear: 0, endYear: null, status: '', volumes: 0, demographic: '', genres: [], themes: [], themesJa: [], synopsisEn: '', synopsisJa: '', priceJpy: null, stock: [] });
    await search.upsert([...shelf, bare], signal);
    const found = async (text: string): Promise<string[]> => (await search.search({ text, limit: 5 }, signal)).map(({ product }) => product.titleJa);

    expect(await found('名だけの海賊')).toEqual(['名だけの海賊']);
    expect(await found('500円以下の海賊漫画')).toEqual(['海風の刃']);
    expect(await found('海賊の漫画、15巻以内')).toEqual(['海風の刃']);
    expect((await search.similarTo(bare.mangaId, { limit: 5 }, signal)).map(({ product }) => product.mangaId)).not.toContain(bare.mangaId);
    expect((await search.facets({}, signal)).demographics.map(({ value }) => value)).not.toContain('');
  });

  it('is unavailable, not slow, when nobody answers', async () => {
    const search = openOpenSearchCatalogueSearch({ url: 'http://127.0.0.1:9', timeoutMs: 300 });
    await expect(search.search({ text: '海賊', limit: 1 }, signal)).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.unavailable' });
    expect(await search.isReachable(signal)).toBe(false);
    await search.close();
  });
});
