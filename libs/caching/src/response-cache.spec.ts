import { describe, expect, it } from '@jest/globals';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { MemoryCacheStore } from './memory/memory-cache-store.ts';
import { ResponseCache, type LoadOptions } from './response-cache.ts';

interface Answer extends Record<string, string> {
  text: string;
}

const asAnswer = (value: unknown): Answer | undefined =>
  typeof (value as Answer | null)?.text === 'string' ? (value as Answer) : undefined;

function aCache({ random = 0.5 } = {}) {
  const clock = new StoppedClock();
  const redis = new MemoryCacheStore({ mostEntries: 100, mostBytes: 100_000, clock });
  const process = () =>
    new ResponseCache<Answer>({
      memory: new MemoryCacheStore({ mostEntries: 100, mostBytes: 100_000, clock }),
      redis,
      read: asAnswer,
      clock,
      random: () => random,
    });
  return { clock, redis, process, cache: process() };
}

const options = (more: Partial<LoadOptions<Answer>> = {}): LoadOptions<Answer> => ({
  isCacheable: () => true,
  ttlSeconds: 300,
  signal: new AbortController().signal,
  ...more,
});

const answering = (text: string) => () => Promise.resolve({ text });
const failing = () => Promise.reject(new Error('must not be loaded'));

/** A load that ends when told to, and knows whether it was aborted. */
function aSlowLoad() {
  let finish: (answer: Answer) => void = () => {};
  let emitPiece: (piece: string) => void = () => {};
  let loads = 0;
  let aborted = false;
  const load = (signal: AbortSignal, emit: (piece: string) => void) =>
    new Promise<Answer>((resolve, reject) => {
      loads++;
      finish = resolve;
      emitPiece = emit;
      signal.addEventListener('abort', () => {
        aborted = true;
        reject(signal.reason as Error);
      });
    });
  return {
    load,
    started: () => until('the load', () => loads > 0),
    loads: () => loads,
    aborted: () => aborted,
    finish: (text: string) => finish({ text }),
    emit: (piece: string) => emitPiece(piece),
  };
}

describe('a response cache', () => {
  it('loads an answer once and then remembers it', async () => {
    const { cache } = aCache();

    expect(await cache.getOrLoad('k', answering('one'), options())).toEqual({ value: { text: 'one' }, origin: 'loaded' });
    expect(await cache.getOrLoad('k', failing, options())).toEqual({ value: { text: 'one' }, origin: 'memory' });
  });

  it('shares answers with other processes through Redis, and keeps what it found there', async () => {
    const { cache, process } = aCache();
    await cache.getOrLoad('k', answering('one'), options());
    const neighbour = process();

    expect(await neighbour.getOrLoad('k', failing, options())).toEqual({ value: { text: 'one' }, origin: 'redis' });
    expect((await neighbour.getOrLoad('k', failing, options())).origin).toBe('memory');
  });

  it('stores nothing that may not be cached', async () => {
    const { cache } = aCache();
    await cache.getOrLoad('k', answering('half an ans'), options({ isCacheable: () => false }));

    expect(await cache.getOrLoad('k', answering('whole'), options())).toEqual({ value: { text: 'whole' }, origin: 'loaded' });
  });

  it.each([
    [0, 270],
    [0.5, 300],
    [0.999, 329],
  ])('keeps an answer 300 seconds more or less ten percent: %f gives %d', async (random, seconds) => {
    const { cache, clock } = aCache({ random });
    await cache.getOrLoad('k', answering('one'), options());

    clock.advance(seconds * 1000 - 1);
    expect((await cache.getOrLoad('k', failing, options())).origin).toBe('memory');
    clock.advance(1_000);
    expect((await cache.getOrLoad('k', answering('two'), options())).origin).toBe('loaded');
  });

  it('does not let an answer live longer by finding it in Redis', async () => {
    const { cache, process, clock } = aCache();
    await cache.getOrLoad('k', answering('one'), options());
    const neighbour = process();
    clock.advance(299_000);
    await neighbour.getOrLoad('k', failing, options());

    clock.advance(1_000);

    expect((await neighbour.getOrLoad('k', answering('two'), options())).value.text).toBe('two');
  });

  it.each([
    ['cut off', (stored: string) => stored.slice(0, -5)],
    ['not JSON', () => 'rubbish'],
    ['of another key', (stored: string) => stored.replace('"k"', '"other"')],
    ['of another shape', (stored: string) => stored.replace('{"text":"one"}', '42')],
    ['without an expiry', (stored: string) => stored.replace(/"expires_at_ms":\d+/, '"expires_at_ms":"x"')],
    ['empty', () => ''],
  ])('loads again when the stored value is %s', async (_what, spoil) => {
    const { cache, process, redis } = aCache();
    await cache.getOrLoad('k', answering('one'), options());
    await redis.set('k', spoil(redis.read('k') ?? ''), 300);

    expect(await process().getOrLoad('k', answering('two'), options())).toEqual({ value: { text: 'two' }, origin: 'loaded' });
  });
});

describe('callers who ask the same at the same time', () => {
  it('share one load', async () => {
    const { cache } = aCache();
    const slow = aSlowLoad();
    const waiting = Array.from({ length: 50 }, () => cache.getOrLoad('k', slow.load, options()));
    await slow.started();

    slow.finish('one');

    const answers = await Promise.all(waiting);
    expect(answers.map(({ value }) => value.text)).toEqual(Array.from({ length: 50 }, () => 'one'));
    expect(answers.filter(({ origin }) => origin === 'loaded')).toHaveLength(1);
    expect(answers.filter(({ origin }) => origin === 'joined')).toHaveLength(49);
    expect(slow.loads()).toBe(1);
  });

  it('share what may not be stored too, and the next one loads again', async () => {
    const { cache } = aCache();
    const slow = aSlowLoad();
    const waiting = [1, 2].map(() => cache.getOrLoad('k', slow.load, options({ isCacheable: () => false })));
    await slow.started();
    slow.finish('cut');
    await Promise.all(waiting);

    expect((await cache.getOrLoad('k', answering('new'), options())).origin).toBe('loaded');
  });

  it('share a failure, and the next one loads again', async () => {
    const { cache } = aCache();
    const failure = () => Promise.reject(new Error('down'));
    const waiting = [1, 2, 3].map(() => cache.getOrLoad('k', failure, options()));

    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await cache.getOrLoad('k', answering('up'), options())).value.text).toBe('up');
  });

  it('do not disturb each other by leaving', async () => {
    const { cache } = aCache();
    const slow = aSlowLoad();
    const first = new AbortController();
    const leaving = cache.getOrLoad('k', slow.load, options({ signal: first.signal }));
    const staying = cache.getOrLoad('k', slow.load, options());
    await slow.started();

    first.abort(new Error('gone'));

    await expect(leaving).rejects.toThrow('gone');
    expect(slow.aborted()).toBe(false);
    slow.finish('one');
    expect((await staying).value.text).toBe('one');
  });

  it('stop the load when the last of them leaves, and whoever comes then starts another', async () => {
    const { cache } = aCache();
    const slow = aSlowLoad();
    const callers = [new AbortController(), new AbortController()];
    const waiting = callers.map(({ signal }) => cache.getOrLoad('k', slow.load, options({ signal })));
    await slow.started();

    for (const caller of callers) caller.abort();

    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(slow.aborted()).toBe(true);
    expect((await cache.getOrLoad('k', answering('new'), options())).value.text).toBe('new');
  });

  it('load nothing for a caller who has already left', async () => {
    const { cache } = aCache();

    await expect(cache.getOrLoad('k', failing, options({ signal: AbortSignal.abort(new Error('gone')) }))).rejects.toThrow('gone');
  });

  it('all see every piece of a streamed answer, the late ones from its beginning', async () => {
    const { cache } = aCache();
    const slow = aSlowLoad();
    const seen: string[][] = [[], []];
    const early = cache.getOrLoad('k', slow.load, options({ onPiece: (piece) => seen[0]?.push(piece) }));
    await slow.started();
    slow.emit('ワン');

    const late = cache.getOrLoad('k', slow.load, options({ onPiece: (piece) => seen[1]?.push(piece) }));
    slow.emit('ピース');
    slow.finish('ワンピース');
    await Promise.all([early, late]);

    expect(seen).toEqual([['ワン', 'ピース'], ['ワン', 'ピース']]);
  });
});
