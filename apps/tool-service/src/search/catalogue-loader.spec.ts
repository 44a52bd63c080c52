import { afterEach, describe, expect, it } from '@jest/globals';
import { TextEmbedder } from '@manga-assist/catalogue';
import { aProduct } from '@manga-assist/catalogue/testing';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { PIRATES, SHELF } from '../testing/shelf.ts';
import { ToolServiceUnderTest, type UnderTestOptions } from '../testing/tool-service-under-test.ts';

/** Every text means the same; counts how often it is asked, and fails or hangs when told to. */
class CountingEmbedder extends TextEmbedder {
  readonly version = 'test/1';
  readonly texts: string[] = [];
  mood: 'fine' | 'fails' | 'hangs' = 'fine';
  #waiting = Promise.withResolvers<void>();

  async embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    this.texts.push(text);
    if (this.mood === 'fails') throw new AppError('unavailable', 'bedrock.unavailable', 'The model cannot be reached.');
    if (this.mood === 'hangs') await Promise.race([this.#waiting.promise, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))]);
    return Float32Array.of(1, 0);
  }

  recover(): void {
    this.mood = 'fine';
    this.#waiting.resolve();
  }
}

const { signal } = new AbortController();
const CHANGES_MS = 700;
const WHOLE_MS = 60_000;
const NEWCOMER = { ...PIRATES, mangaId: 'MNG-NEWCOMER', titleEn: 'Windmill Sonata', titleJa: '風車のソナタ', titleRomaji: 'Fusha no Sonata', titleKana: 'フウシャノソナタ', aliases: [] };
let service: ToolServiceUnderTest;
let timers: StoppedTimers;

afterEach(() => service.close());

async function start(options: UnderTestOptions, before?: () => void): Promise<void> {
  timers = new StoppedTimers();
  service = new ToolServiceUnderTest({ ...options, timers, config: { catalogueChangesMs: CHANGES_MS, catalogueRefreshMs: WHOLE_MS } });
  before?.();
  await service.start();
}

/** Lets time pass until a reading, and waits for its end. */
async function afterReading(kind: 'whole' | 'changes', outcome: 'success' | 'failed', passedMs: number): Promise<void> {
  const readings = async (): Promise<number> => (await service.metric(`manga_catalogue_readings_total{kind="${kind}",outcome="${outcome}"`)) ?? 0;
  const before = await readings();
  timers.advance(passedMs);
  await until(`the end of a reading of ${kind}`, async () => (await readings()) > before);
}

/** Lets the pause after a failure pass: the next look at the table is at all of it. */
async function tryAgain(pauseMs: number): Promise<void> {
  await until('the pause to begin', () => timers.startedMs.includes(pauseMs));
  await afterReading('changes', 'success', pauseMs);
  await afterReading('whole', 'success', CHANGES_MS);
}

const isReady = async () => (await service.get('/readyz')).status === 200;
const titles = async (query: string) => (await service.find({ query })).map(({ title_en }) => title_en);
const series = () => service.metric('manga_catalogue_series');

describe('the catalogue', () => {
  it('can be searched by words while meanings are still on their way', async () => {
    const embedder = new CountingEmbedder();
    embedder.mood = 'hangs';
    await start({ products: SHELF, embedder });

    expect(await isReady()).toBe(true);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
    embedder.recover();
  });

  it('can be searched by words when meanings fail, which are tried again later', async () => {
    const embedder = new CountingEmbedder();
    embedder.mood = 'fails';
    await start({ products: SHELF, embedder });
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
    await tryAgain(1_000);

    embedder.mood = 'fine';
    const triedBefore = embedder.texts.length;
    await tryAgain(2_000);

    await until('all meanings', () => embedder.texts.length - triedBefore === SHELF.length);
  });

  it('asks again in small steps, so that calls are answered meanwhile', async () => {
    const products = Array.from({ length: 100 }, () => aProduct());
    const embedder = new CountingEmbedder();
    embedder.mood = 'fails';
    const steps: number[] = [];
    await start({ products, embedder }, () => {
      const upsert = service.search.upsert.bind(service.search);
      service.search.upsert = (step, end) => {
        steps.push(step.length);
        return upsert(step, end);
      };
    });

    embedder.mood = 'fine';
    await tryAgain(1_000);

    await until('all steps', () => steps.length === 6);
    expect(steps).toEqual([100, 20, 20, 20, 20, 20]);
  });

  it('is not ready before it has been stocked, says so, and notices when it is', async () => {
    await start({});
    expect(await isReady()).toBe(false);
    const response = await service.post('search_manga_catalog', { tool_use_id: 'use_1', input: { query: 'pirates' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
    // What is not known yet is not said to be missing.
    for (const [name, input] of [['find_similar_manga', { title: 'Sea of Pirates' }], ['get_manga_details', { manga_id: 'Sea of Pirates' }]] as const) {
      expect((await service.post(name, { tool_use_id: 'use_1', input })).status).toBe(503);
    }

    await service.products.put(SHELF, signal);
    await afterReading('whole', 'success', 1_000);

    expect(await isReady()).toBe(true);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
  });

  it('is read later when the table is down at the start', async () => {
    await start({ products: SHELF }, () => (service.products.mood = 'down'));
    expect(await isReady()).toBe(false);
    await afterReading('whole', 'failed', 1_000);

    service.products.mood = 'fine';
    await afterReading('whole', 'success', 2_000);

    expect(await isReady()).toBe(true);
  });

  it('learns of new series and new words within one look at the changes, and asks only for their meanings', async () => {
    const embedder = new CountingEmbedder();
    await start({ products: SHELF, embedder });
    await until('all meanings', () => embedder.texts.length === SHELF.length);

    await service.products.put([NEWCOMER], signal);
    await service.products.changeStock('MNG-PIRATES1', 1, -1, signal);
    await service.products.setPrice('MNG-PIRATES1', 600, signal);
    await afterReading('changes', 'success', CHANGES_MS);

    expect(await titles('Windmill Sonata')).toContain('Windmill Sonata');
    expect(embedder.texts).toHaveLength(SHELF.length + 1);
    expect(embedder.texts.at(-1)).toContain('Windmill Sonata');
    expect(await series()).toBe(SHELF.length + 1);
  });

  it('sees a sale while meanings are still being asked for, and does not go back behind it', async () => {
    const slowWrite = Promise.withResolvers<void>();
    let writes = 0;
    await start({ products: SHELF }, () => {
      const upsert = service.search.upsert.bind(service.search);
      // As an index does that is written when all meanings are there: the first write comes after the sale's.
      service.search.upsert = async (step, end) => {
        const isFirst = ++writes === 1;
        await upsert(step, end);
        if (isFirst) await slowWrite.promise.then(() => upsert(step, end));
      };
    });
    const inStock = async () => (await service.find({ query: 'Sea of Pirates', in_stock: true })).map(({ manga_id }) => manga_id);
    expect(await inStock()).toContain('MNG-PIRATES1');

    await service.products.put([{ ...PIRATES, stock: [0, 0, 0, 0] }], signal);
    await afterReading('changes', 'success', CHANGES_MS);
    expect(await inStock()).not.toContain('MNG-PIRATES1');
    slowWrite.resolve();
    await until('the slow write', () => service.logs.lines.filter(({ message }) => message === 'the search knows the catalogue').length === 2);

    expect(await inStock()).not.toContain('MNG-PIRATES1');
  });

  it('is given again to an index that has been lost', async () => {
    await start({ products: SHELF });
    await until('the first writing', () => service.logs.lines.some(({ message }) => message === 'the search knows the catalogue'));
    await service.search.delete(SHELF.map(({ mangaId }) => mangaId), signal);
    expect(await isReady()).toBe(false);

    timers.advance(WHOLE_MS);
    await afterReading('whole', 'success', CHANGES_MS);

    await until('the catalogue to be back', isReady);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
  });

  it('forgets a series that has been taken out of the table when it is read whole', async () => {
    await start({ products: [...SHELF, NEWCOMER] });
    expect(await titles('Windmill Sonata')).toContain('Windmill Sonata');

    service.products.takeOut('MNG-NEWCOMER');
    timers.advance(WHOLE_MS);
    await afterReading('whole', 'success', CHANGES_MS);

    expect(await titles('Windmill Sonata')).not.toContain('Windmill Sonata');
    expect(await series()).toBe(SHELF.length);
  });
});
