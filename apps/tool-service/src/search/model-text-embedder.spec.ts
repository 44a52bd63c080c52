import { describe, expect, it } from '@jest/globals';
import { EmbeddingModel, type ModelCall } from '@manga-assist/bedrock';
import { AppError } from '@manga-assist/foundation';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { ModelTextEmbedder } from './model-text-embedder.ts';

/** Answers with whatever the test says next. */
class ToldEmbeddingModel extends EmbeddingModel {
  readonly version = 'told/2';
  readonly dimensions = 2;
  readonly calls: ModelCall[] = [];
  answer: 'vector' | 'fails' | 'hangs' = 'vector';

  async embed(_text: string, call: ModelCall): Promise<Float32Array> {
    this.calls.push(call);
    if (this.answer === 'fails') throw new AppError('unavailable', 'bedrock.unavailable', 'The model cannot be reached.');
    if (this.answer === 'hangs') return new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason as Error)));
    return Float32Array.of(1, 0);
  }

  async close(): Promise<void> {}
}

function setUp() {
  const model = new ToldEmbeddingModel();
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  return { model, clock, timers, embedder: new ModelTextEmbedder({ model, clock, timers, timeoutMs: 600 }) };
}
const { signal } = new AbortController();

describe('the meaning of a text', () => {
  it('comes from the model, under its version, and is booked as the search’s', async () => {
    const { model, embedder } = setUp();

    expect(await embedder.embed('海賊', signal)).toEqual(Float32Array.of(1, 0));
    expect(embedder.version).toBe('told/2');
    expect(model.calls[0]?.attribution).toMatchObject({ tenantId: 'store', feature: 'catalogue-search' });
  });

  it('is not waited for longer than its time', async () => {
    const { model, timers, embedder } = setUp();
    model.answer = 'hangs';

    const meaning = embedder.embed('pirates', signal);
    timers.advance(600);

    await expect(meaning).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(timers.pending).toBe(0);
  });

  it('is not asked for while the model only fails, and asked for again after a while', async () => {
    const { model, clock, embedder } = setUp();
    model.answer = 'fails';
    for (let count = 0; count < 5; count++) await expect(embedder.embed('pirates', signal)).rejects.toMatchObject({ code: 'bedrock.unavailable' });

    await expect(embedder.embed('pirates', signal)).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.no-meanings' });
    expect(model.calls).toHaveLength(5);

    model.answer = 'vector';
    clock.advance(2_000);
    expect(await embedder.embed('pirates', signal)).toEqual(Float32Array.of(1, 0));
  });

  it('that nobody waits for any more says nothing about the model', async () => {
    const { model, embedder } = setUp();
    model.answer = 'hangs';
    for (let count = 0; count < 20; count++) {
      const caller = new AbortController();
      const meaning = embedder.embed('pirates', caller.signal);
      caller.abort(new DOMException('gone', 'AbortError'));
      await expect(meaning).rejects.toMatchObject({ name: 'AbortError' });
    }

    model.answer = 'vector';
    expect(await embedder.embed('pirates', signal)).toEqual(Float32Array.of(1, 0));
  });
});
