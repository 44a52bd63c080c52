import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDynamoProductStore, type Product, type ProductStore } from '@manga-assist/catalogue';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mangaIdOf } from '../series-row.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const { signal } = new AbortController();
let stack: LocalStack;
let store: ProductStore;
let folder: string;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  store = openDynamoProductStore({ table: 'manga-products' });
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await store.close();
  await stack.close();
});

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function runImport(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const command = ['--conditions=source', '--import', './tools/workspace/register.mjs', 'tools/catalogue/src/import.ts', ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: root, env: { PATH: process.env['PATH'], ...stack.env } }, (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }));
  });
}

async function all(): Promise<Product[]> {
  const products: Product[] = [];
  for await (const page of store.all(signal)) products.push(...page);
  return products;
}

describe('the import of a catalogue', () => {
  it('takes more than a thousand series of which little is known, says how far it is, and a second time changes nothing', async () => {
    const file = fileOf('series.ndjson', Array.from({ length: 1_200 }, (_, index) => `${JSON.stringify({ native: `見本の作品${index}`, romaji: `Mihon ${index}`, authors: ['見本太郎'], genres: ['Action'], themes: ['Pirates'], demographic: 'shounen', startYear: 2001 })}\n`).join(''));

    const first = await runImport('--format', 'series', file);
    const before = await all();
    const second = await runImport('--format', 'series', file);

    expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
    expect(first.stdout).toMatch(/^imported 1200 series in \d+ ms\n$/);
    expect(first.stderr).toContain('imported 500 series, 0 rows rejected');
    expect(before).toHaveLength(1_200);
    expect(new Set((await all()).map(({ mangaId }) => mangaId))).toEqual(new Set(before.map(({ mangaId }) => mangaId)));
    expect(await store.get(mangaIdOf('見本の作品7'), signal)).toMatchObject({ titleJa: '見本の作品7', titleKana: expect.any(String), priceJpy: null, synopsisJa: '', demographic: 'shonen' });
  }, 60_000);

  it('passes over bad rows and tells which and why', async () => {
    const file = fileOf('mixed.ndjson', '{"title_ja":"海の見本","manga_id":"MNG-IMPORT01","price_jpy":500,"stock":[2]}\nnot json\n\n{"manga_id":"MNG-IMPORT02"}\n{"title_en":"Wrong year","start_year":"old"}\n{"title_ja":"again","manga_id":"MNG-IMPORT01"}\n[]\n');
    appendFileSync(file, Buffer.concat([Buffer.from('{"title_ja":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]));

    const { exitCode, stderr } = await runImport(file);
    const rejects = readFileSync(`${file}.rejects.ndjson`, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { line: number; problem: string });

    expect(exitCode).toBe(3);
    expect(stderr).toContain('6 rows were rejected');
    expect(rejects.map(({ line, problem }) => [line, problem])).toEqual([
      [2, 'is not JSON'],
      [4, 'has no title'],
      [5, 'start_year must be integer'],
      [6, 'is the same series as line 1'],
      [7, 'is not an object'],
      [8, 'is not in UTF-8'],
    ]);
    expect(await store.get('MNG-IMPORT01', signal)).toMatchObject({ titleJa: '海の見本', titleEn: '', priceJpy: 500, volumes: 0 });
  }, 30_000);

  it('leaves price and stock as they are when a row does not tell them', async () => {
    await runImport(fileOf('again.ndjson', '{"title_ja":"海の見本 改","manga_id":"MNG-IMPORT01"}\n'));

    expect(await store.get('MNG-IMPORT01', signal)).toMatchObject({ titleJa: '海の見本 改', priceJpy: 500, stock: [2] });
  }, 30_000);

  it('reads a table of columns with a map', async () => {
    const map = fileOf('map.json', JSON.stringify({ title_ja: 'Title', authors: { column: 'By', separator: '/' }, price_jpy: 'Price', synopsis_en: 'Story' }));
    const file = fileOf('table.csv', '\ufeffTitle,By,Price,Story\r\n表の見本,見本花子/見本次郎,"1,200円","Two lines,\nand a ""quote""."\r\n短い行,x\r\n高い,x,dear,\r\n');

    const { exitCode, stderr } = await runImport('--format', 'csv', '--map', map, file);

    expect(exitCode).toBe(3);
    expect(stderr).toContain('line 4 has 2 values instead of 4');
    expect(stderr).toContain('line 5 price_jpy');
    expect(await store.get(mangaIdOf('表の見本'), signal)).toMatchObject({ authors: [{ name: '見本花子', kana: '', romaji: '' }, { name: '見本次郎', kana: '', romaji: '' }], priceJpy: 1200, synopsisEn: 'Two lines,\nand a "quote".' });
  }, 30_000);

  it('joins the volumes of the Media Arts Database to series, of both addresses, and names the source', async () => {
    const book = (about: Record<string, unknown>) => ({ '@type': 'class:MangaBook', 'schema:name': ['星の見本', { '@value': 'ホシ ノ ミホン', '@language': 'ja-hrkt' }], ...about });
    const graph = [
      book({ '@id': 'a', 'schema:isPartOf': { '@id': 'https://mediaarts-db.artmuseums.go.jp/id/C999' }, 'schema:volumeNumber': '2', 'schema:creator': '[著]見本一　／　[原作]見本二', 'schema:publisher': '見本社　∥　ミホンシャ', 'schema:datePublished': '2003-05' }),
      book({ '@id': 'b', 'schema:isPartOf': { '@id': 'https://mediaarts-db.bunka.go.jp/id/C999' }, 'schema:volumeNumber': { '@value': '1' }, 'schema:datePublished': '2002-11-01', 'schema:creator': ['[著]見本一'] }),
      { '@type': 'class:AnimeDVD', 'schema:name': 'not a book { "@graph" }' },
      book({ 'schema:name': [] }),
    ];
    const file = fileOf('madb.json', JSON.stringify({ '@context': {}, '@graph': graph }, undefined, 1));

    const { exitCode, stdout } = await runImport('--format', 'madb', file);

    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^imported 1 series .*\n出典「メディア芸術データベースデータセット」を加工して作成\n$/);
    expect(readFileSync(`${file}.attribution.txt`, 'utf8')).toContain('メディア芸術データベースデータセット');
    expect(await store.get(mangaIdOf('madb C999'), signal)).toMatchObject({
      titleJa: '星の見本', titleKana: 'ホシノミホン', titleEn: '', publisher: '見本社', startYear: 2002, volumes: 2, demographic: '', priceJpy: null, authors: [expect.objectContaining({ name: '見本一' }), expect.objectContaining({ name: '見本二' })],
    });
  }, 30_000);

  it('checks without writing, and says what is wrong with the command', async () => {
    const count = (await all()).length;
    const dry = await runImport('--dry-run', fileOf('dry.ndjson', '{"title_ja":"書かれない見本"}\n'));

    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^would import 1 series/) });
    expect((await all()).length).toBe(count);
    for (const args of [[], ['/no/such/file'], ['--format', 'xml', root], ['--format', 'csv', join(folder, 'dry.ndjson')]]) expect((await runImport(...args)).exitCode).toBe(2);
    const table = fileOf('dry.csv', 'Title\n見本\n');
    for (const map of ['[1]', '{"titel":"Title"}', '{"title_ja":7}', 'no json']) {
      expect(await runImport('--dry-run', '--format', 'csv', '--map', fileOf('wrong-map.json', map), table)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('wrong-map.json') });
    }
    expect(await runImport('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--dry-run') });
  }, 60_000);
});
