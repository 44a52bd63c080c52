import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import type { CatalogueSearch } from '../catalogue-search.ts';
import { aProduct } from '../testing/a-product.ts';
import { catalogueSearchContract, SHELF } from '../testing/catalogue-search.contract.ts';
import { HashedGramEmbedder } from '../testing/hashed-gram-embedder.ts';
import { openEmbeddedCatalogueSearch } from './embedded-catalogue-search.ts';

const { signal } = new AbortController();
const shelf = Object.values(SHELF);
const opened: CatalogueSearch[] = [];
let folder: string;
let snapshotFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-snapshot-'));
  snapshotFile = join(folder, 'search', 'snapshot.json');
});
afterEach(async () => {
  // A search writes its snapshot behind its caller: closed, it has.
  for (const search of opened.splice(0)) await search.close();
  await rm(folder, { recursive: true, force: true });
});

async function filled(embedder = new HashedGramEmbedder(), products = shelf): Promise<CatalogueSearch> {
  const search = openEmbeddedCatalogueSearch({ embedder, snapshotFile });
  opened.push(search);
  await search.upsert(products, signal);
  return search;
}
const written = async (): Promise<string> => {
  let text = '';
  await until('the snapshot is written', async () => (text = await readFile(snapshotFile, 'utf8').catch(() => '')) !== '');
  return text;
};
const found = async (search: CatalogueSearch, text: string): Promise<string[]> => (await search.search({ text, limit: 3 }, signal)).map(({ product }) => product.titleJa);

describe('the snapshot of the embedded search', () => {
  it('spares the next start every embedding, and it finds the same', async () => {
    const first = await filled();
    await written();
    const embedder = new HashedGramEmbedder();

    const second = await filled(embedder);

    expect(embedder.texts).toEqual([]);
    for (const text of ['海賊', 'a haunted house', '海風の刃みたいな漫画']) expect(await found(second, text)).toEqual(await found(first, text));
  });

  it('knows what has changed, what is new and what is gone since', async () => {
    await filled();
    await written();
    const embedder = new HashedGramEmbedder();
    const [sea, harbour, ...others] = shelf;
    const changed = { ...(harbour ?? aProduct()), synopsisEn: 'Now it is about submarines.' };

    const search = await filled(embedder, [changed, ...others, aProduct({ titleJa: '新刊の塔', themes: ['lighthouse'], themesJa: ['灯台'] })]);

    expect(embedder.texts).toHaveLength(2);
    expect(await found(search, 'submarines')).toEqual(['港町の大海賊']);
    expect(await found(search, '灯台')).toEqual(['新刊の塔']);
    expect(await found(search, sea?.titleJa ?? '')).not.toContain(sea?.titleJa);
  });

  it('never mixes the meanings of two models', async () => {
    await filled();
    await written();
    const other = Object.assign(new HashedGramEmbedder(), { version: 'another/256' });

    await filled(other);

    expect(other.texts).toHaveLength(shelf.length);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['changed in one letter', (text: string) => text.replace('stories', 'storiez')],
    ['of another format', (text: string) => text.replace('"format":3', '"format":0')],
    ['empty', () => ''],
    ['no JSON', () => '\u0000\n\u0000'],
  ])('that is %s is made anew', async (_what, spoil) => {
    await filled();
    await writeFile(snapshotFile, spoil(await written()));
    const embedder = new HashedGramEmbedder();

    const search = await filled(embedder);

    expect(embedder.texts).toHaveLength(shelf.length);
    expect(await found(search, '海風の刃')).toEqual(['海風の刃']);
  });

  it('that cannot be written costs nothing but the next start', async () => {
    const search = openEmbeddedCatalogueSearch({ embedder: new HashedGramEmbedder(), snapshotFile: '/dev/null/snapshot.json' });

    await search.upsert(shelf, signal);

    expect(await found(search, '海風の刃')).toEqual(['海風の刃']);
  });
});

describe('the embedded search over a snapshot of its own', () => {
  const own = mkdtempSync(join(tmpdir(), 'catalogue-snapshot-'));
  afterAll(() => rm(own, { recursive: true, force: true }));

  catalogueSearchContract({ open: () => openEmbeddedCatalogueSearch({ embedder: new HashedGramEmbedder(), snapshotFile: join(own, 'snapshot.json') }) });
});
