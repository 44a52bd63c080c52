import { describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import type { ModelEvent } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import { aModelCall, aModelRequest, languageModelContract, ScriptedLanguageModel, type ModelFault, type ScriptedReply } from './index.ts';

const GREETING = 'Hello! I can help you to find manga.';

const FAULTS: Readonly<Record<ModelFault, () => ScriptedReply>> = {
  throttled: () => new AppError('rate-limited', 'bedrock.throttled', 'Busy.'),
  retired: () => new AppError('unavailable', 'bedrock.retired', 'Retired.'),
  'invalid-request': () => new AppError('invalid', 'bedrock.invalid-request', 'No.'),
  cut: () => ({ text: GREETING, failsWith: new AppError('unavailable', 'bedrock.stream-cut', 'Cut.') }),
  'error-in-stream': () => ({ text: GREETING, failsWith: new AppError('unavailable', 'bedrock.model-error', 'Failed.') }),
  stall: () => ({ text: GREETING, until: new Promise(() => undefined) }),
};

function sensibleReply({ messages, tools, maxTokens }: ModelRequest): ScriptedReply {
  if (maxTokens < 5) return { text: 'Hello', stopReason: 'max_tokens' };
  const last = messages.at(-1)?.content[0];
  if (tools && last?.type === 'text') return { toolUses: [{ name: 'get_order_status', input: { order_id: 'ORD-7K2M9QXA' } }] };
  return GREETING;
}

describe('ScriptedLanguageModel', () => {
  languageModelContract(() => {
    let fault: ModelFault | undefined;
    return Promise.resolve({
      model: new ScriptedLanguageModel((request) => (fault ? FAULTS[fault]() : sensibleReply(request))),
      breakBy: (next) => {
        fault = next;
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  });

  it('plays its replies in order and keeps what it was asked', async () => {
    const model = new ScriptedLanguageModel(['one', 'two']);

    const texts = [(await model.invoke(aModelRequest('first'), aModelCall())).text, (await model.converse(aModelRequest('second'), aModelCall())).text];

    expect(texts).toEqual(['one', 'two']);
    expect(model.requests.map(({ operation, request }) => [operation, request.messages[0]?.content])).toEqual([
      ['invoke', [{ type: 'text', text: 'first' }]],
      ['converse', [{ type: 'text', text: 'second' }]],
    ]);
  });

  it('says plainly that its script has ended', async () => {
    await expect(new ScriptedLanguageModel([]).invoke(aModelRequest('x'), aModelCall())).rejects.toThrow('the script has 0 replies, and this is request 1');
  });

  it('streams the pieces of a text, which together are the text', async () => {
    const pieces: string[] = [];
    for await (const batch of new ScriptedLanguageModel(['鬼滅の刃の23巻は  在庫が\nあります。 ']).converseStream(aModelRequest('x'), aModelCall())) {
      for (const event of batch) if (event.type === 'text-delta') pieces.push(event.text);
    }

    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe('鬼滅の刃の23巻は  在庫が\nあります。 ');
  });

  it('plays exact batches as they are', async () => {
    const batches: ModelEvent[][] = [
      [{ type: 'message-start', model: 'haiku', modelId: 'm', degraded: true }, { type: 'text-delta', text: 'a' }],
      [{ type: 'text-delta', text: 'b' }],
    ];
    const seen: (readonly ModelEvent[])[] = [];

    for await (const batch of new ScriptedLanguageModel([batches]).stream(aModelRequest('x'), aModelCall())) seen.push(batch);

    expect(seen).toEqual(batches);
  });

  it('answers as another model when told to, which is then degraded', async () => {
    const model = new ScriptedLanguageModel([{ text: 'x', model: 'haiku', usage: { inputTokens: 7 }, costUsd: 0.5 }]);

    const answer = await model.converse(aModelRequest('x', { model: 'sonnet' }), aModelCall());

    expect(answer).toMatchObject({ model: 'haiku', degraded: true, costUsd: 0.5, usage: { inputTokens: 7, outputTokens: 1 } });
  });
});
