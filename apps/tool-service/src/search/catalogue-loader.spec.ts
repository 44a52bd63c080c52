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

  async embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    this.texts.push(text);
    if (this.mood === 'fails') throw new AppError('unavailable', 'bedrock.unavailable', 'The model cannot be reached.');
    if (this.mood === 'hangs') return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return Float32Array.of(1, 0);
  }
}

const { signal } = new AbortController();
const REFRESH_MS = 60_000;
let service: ToolServiceUnderTest;
let timers: StoppedTimers;
let readings: number;

afterEach(() => service.close());

async function start(options: UnderTestOptions, before?: () => void): Promise<void> {
  timers = new StoppedTimers();
  readings = 0;
  service = new ToolServiceUnderTest({ ...options, timers, config: { catalogueRefreshMs: REFRESH_MS } });
  before?.();
  await service.start();
}

/** Timers that calls and readings set for themselves. */
const DEADLINES_MS = [1_800, 5_000];

/** Waits for the end of the reading under way: for the pause after it, which is to be this long. */
async function readingEnds(pauseMs: number): Promise<void> {
  const pauses = () => timers.startedMs.filter((delayMs) => !DEADLINES_MS.includes(delayMs));
  await until('the end of a reading', () => pauses().length > readings);
  readings++;
  expect(pauses().at(-1)).toBe(pauseMs);
}
const isReady = async () => (await service.get('/readyz')).status === 200;
const titles = async (query: string) => (await service.find({ query })).map(({ title_en }) => title_en);

describe('the catalogue', () => {
  it('can be searched by words while meanings are still on their way', async () => {
    const embedder = new CountingEmbedder();
    embedder.mood = 'hangs';
    await start({ products: SHELF, embedder });

    expect(await isReady()).toBe(true);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
  });

  it('can be searched by words when meanings fail, which are tried again later', async () => {
    const embedder = new CountingEmbedder();
    embedder.mood = 'fails';
    await start({ products: SHELF, embedder });
    await readingEnds(1_000);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
    timers.advance(1_000);
    await readingEnds(2_000);

    embedder.mood = 'fine';
    const triedBefore = embedder.texts.length;
    timers.advance(2_000);
    await readingEnds(REFRESH_MS);

    expect(embedder.texts.length - triedBefore).toBe(SHELF.length);
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
    await readingEnds(1_000);

    embedder.mood = 'fine';
    timers.advance(1_000);
    await readingEnds(REFRESH_MS);

    expect(steps).toEqual([100, 20, 20, 20, 20, 20]);
  });

  it('is not ready before it has been stocked, says so, and notices when it is', async () => {
    await start({});
    expect(await isReady()).toBe(false);
    const response = await service.post('search_manga_catalog', { tool_use_id: 'use_1', input: { query: 'pirates' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/problem+json']);

    await readingEnds(1_000);
    await service.products.put(SHELF, signal);
    timers.advance(1_000);
    await readingEnds(REFRESH_MS);

    expect(await isReady()).toBe(true);
    expect(await titles('Sea of Pirates')).toContain('Sea of Pirates');
  });

  it('is read later when the table is down at the start', async () => {
    await start({ products: SHELF }, () => (service.products.mood = 'down'));
    expect(await isReady()).toBe(false);
    await readingEnds(1_000);
    timers.advance(1_000);
    await readingEnds(2_000);

    service.products.mood = 'fine';
    timers.advance(2_000);
    await readingEnds(REFRESH_MS);

    expect(await isReady()).toBe(true);
  });

  it('learns of new series and new words, asks only for their meanings, and does not mind a sold copy', async () => {
    const embedder = new CountingEmbedder();
    await start({ products: SHELF, embedder });
    await readingEnds(REFRESH_MS);
    expect(embedder.texts).toHaveLength(SHELF.length);

    await service.products.put([{ ...PIRATES, mangaId: 'MNG-NEWCOMER', titleEn: 'Windmill Sonata', titleJa: '風車のソナタ', titleRomaji: 'Fusha no Sonata', titleKana: 'フウシャノソナタ', aliases: [] }], signal);
    await service.products.put([{ ...PIRATES, stock: [0, 0, 0, 0] }], signal);
    timers.advance(REFRESH_MS);
    await readingEnds(REFRESH_MS);

    expect(embedder.texts).toHaveLength(SHELF.length + 1);
    expect(embedder.texts.at(-1)).toContain('Windmill Sonata');
    expect(await titles('Windmill Sonata')).toContain('Windmill Sonata');
  });
});
