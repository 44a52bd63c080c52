import { describe, expect, it } from '@jest/globals';
import { catalogueSearchContract, SHELF } from '../testing/catalogue-search.contract.ts';
import { HashedGramEmbedder } from '../testing/hashed-gram-embedder.ts';
import { openEmbeddedCatalogueSearch } from './embedded-catalogue-search.ts';

const { signal } = new AbortController();
const shelf = Object.values(SHELF);

describe('the embedded search with meanings', () => {
  catalogueSearchContract({ open: () => openEmbeddedCatalogueSearch({ embedder: new HashedGramEmbedder() }) });
});

describe('the embedded search by words alone', () => {
  catalogueSearchContract({ open: () => openEmbeddedCatalogueSearch() });
});

describe('the embedded search', () => {
  it('is not reachable before it has been filled', async () => {
    expect(await openEmbeddedCatalogueSearch().isReachable(signal)).toBe(false);
  });

  it('finds by words what could not be embedded, and reports the failure', async () => {
    const embedder = new HashedGramEmbedder();
    embedder.failure = new Error('no model');
    const search = openEmbeddedCatalogueSearch({ embedder });

    await expect(search.upsert(shelf, signal)).rejects.toThrow('no model');

    expect((await search.search({ text: '海賊', limit: 2 }, signal)).map(({ product }) => product.titleJa).sort()).toEqual(['海風の刃', '港町の大海賊']);
    expect((await search.similarTo(SHELF.sea.mangaId, { limit: 1 }, signal))[0]?.product.titleJa).toBe('港町の大海賊');
  });

  it('goes by words when only the question cannot be embedded', async () => {
    const embedder = new HashedGramEmbedder();
    const search = openEmbeddedCatalogueSearch({ embedder });
    await search.upsert(shelf, signal);
    embedder.failure = new Error('no model');

    expect((await search.search({ text: 'a haunted house', limit: 1 }, signal))[0]?.product.titleJa).toBe('聲なき家');
  });

  it('asks for meanings once: not again for what it has, also after a failure half-way', async () => {
    const embedder = new HashedGramEmbedder();
    const search = openEmbeddedCatalogueSearch({ embedder });
    await search.upsert(shelf.slice(0, 3), signal);
    await search.upsert(shelf, signal);
    expect(embedder.texts).toHaveLength(shelf.length);

    await search.upsert(shelf.map((product) => ({ ...product, stock: [1], priceJpy: 1 })), signal);
    expect(embedder.texts).toHaveLength(shelf.length);

    await search.upsert([{ ...SHELF.bread, synopsisEn: 'Now it sells cakes.' }], signal);
    expect(embedder.texts).toHaveLength(shelf.length + 1);
  });

  it('does not ask for the meaning of a plain title', async () => {
    const embedder = new HashedGramEmbedder();
    const search = openEmbeddedCatalogueSearch({ embedder });
    await search.upsert(shelf, signal);

    await search.search({ text: 'Do you have Harbour Kings?', limit: 5 }, signal);

    expect(embedder.texts).toHaveLength(shelf.length);
  });

  it('says which series a similar one was measured by, and weighs the other words', async () => {
    const search = openEmbeddedCatalogueSearch();
    await search.upsert(shelf, signal);

    const [hit] = await search.search({ text: 'something like House Without Voices', limit: 1 }, signal);
    const [bread] = await search.similarTo(SHELF.sea.mangaId, { text: 'about bakery and cooking and widow', limit: 1, exclude: [SHELF.harbour.mangaId] }, signal);

    expect(hit).toMatchObject({ product: { titleJa: '聲の城' }, similarTo: { titleJa: '聲なき家' } });
    expect(bread?.product.titleJa).toBe('月夜のパン屋');
  });
});
