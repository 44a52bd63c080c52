import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { collectAnswer, type ModelEvent } from './index.ts';

async function* batches(...given: (readonly ModelEvent[] | AppError)[]): AsyncGenerator<readonly ModelEvent[]> {
  for (const batch of given) {
    if (batch instanceof AppError) throw batch;
    yield batch;
  }
}

const start: ModelEvent = { type: 'message-start', model: 'haiku', modelId: 'm', degraded: true };
const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3, cacheWriteInputTokens: 4 };
const end: ModelEvent = { type: 'message-end', stopReason: 'tool_use', usage, costUsd: 0.5, latencyMs: 7 };

describe('collecting an answer', () => {
  it('puts texts and tool calls together with who answered and what it cost', async () => {
    const search: ModelEvent = { type: 'tool-use', toolUseId: 't', name: 'search', input: { query: 'x' } };

    const answer = await collectAnswer(batches([start, { type: 'text-delta', text: 'One ' }], [{ type: 'text-delta', text: 'Piece' }, search, end]));

    expect(answer).toEqual({
      model: 'haiku',
      modelId: 'm',
      degraded: true,
      text: 'One Piece',
      toolUses: [{ toolUseId: 't', name: 'search', input: { query: 'x' } }],
      stopReason: 'tool_use',
      usage,
      costUsd: 0.5,
      latencyMs: 7,
    });
  });

  it('fails as the stream fails', async () => {
    const failure = new AppError('timed-out', 'bedrock.stalled', 'x');

    await expect(collectAnswer(batches([start], failure))).rejects.toBe(failure);
  });

  it('never takes a stream without an end for an answer', async () => {
    await expect(collectAnswer(batches([start, { type: 'text-delta', text: 'One ' }]))).rejects.toMatchObject({ code: 'bedrock.stream-cut' });
    await expect(collectAnswer(batches([end]))).rejects.toMatchObject({ kind: 'bug' });
  });
});
