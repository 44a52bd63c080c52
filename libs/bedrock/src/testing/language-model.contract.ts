import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppError } from '@manga-assist/foundation';
import { collectAnswer } from '../collect-answer.ts';
import type { BookedRequest, LanguageModel, ModelCall } from '../language-model.ts';
import type { ModelAnswer, ModelEvent } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import type { RecordedLedger } from './recorded-ledger.ts';

/** Ways in which the model service can fail. */
export type ModelFault =
  /** Every request is throttled. */
  | 'throttled'
  /** Every request is refused because the model is retired. */
  | 'retired'
  /** Every request is refused as wrong. */
  | 'invalid-request'
  /** The stream ends after a few tokens without its terminal event. */
  | 'cut'
  /** The stream reports an error after a few tokens. */
  | 'error-in-stream'
  /** The stream goes on after a few tokens only when its reader leaves. */
  | 'stall';

export interface LanguageModelHarness {
  model: LanguageModel;
  /** Where the model books its costs; undefined for one that books none. */
  ledger?: RecordedLedger;
  /** From now on the model service fails like this. */
  breakBy(fault: ModelFault): Promise<void>;
  close(): Promise<void>;
}

export const aModelCall = (signal = new AbortController().signal): ModelCall => ({
  attribution: { tenantId: 'store', subject: 'shopper-1', feature: 'chat', correlationId: 'trn_1' },
  signal,
});

export function aModelRequest(text: string, changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'haiku',
    system: 'You are the assistant of a manga store.',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    maxTokens: 500,
    temperature: 0,
    ...changes,
  };
}

const ORDER_TOOL = {
  name: 'get_order_status',
  description: 'Looks up the status of an order by its order id.',
  inputSchema: {
    type: 'object',
    properties: { order_id: { type: 'string', pattern: '^ORD-[A-Z0-9]{8}$', description: 'The order id, such as ORD-1A2B3C4D.' } },
    required: ['order_id'],
  },
};

const aGreeting = () => aModelRequest('Hello! How are you today?');
const anOrderQuestion = () => aModelRequest('Where is my order ORD-7K2M9QXA?', { tools: [ORDER_TOOL] });

/**
 * What every language model promises. `open` gives a model that, asked in good faith, greets back,
 * uses a tool that fits, and answers from a tool's result.
 */
export function languageModelContract(open: () => Promise<LanguageModelHarness>): void {
  describe('as a LanguageModel', () => {
    let harness: LanguageModelHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const streams = () => [
      (request: ModelRequest, call = aModelCall()) => harness.model.stream(request, call),
      (request: ModelRequest, call = aModelCall()) => harness.model.converseStream(request, call),
    ];
    const operations = (): ((request: ModelRequest, call?: ModelCall) => Promise<ModelAnswer>)[] => [
      (request, call = aModelCall()) => harness.model.invoke(request, call),
      (request, call = aModelCall()) => harness.model.converse(request, call),
      ...streams().map((stream) => (request: ModelRequest, call?: ModelCall) => collectAnswer(stream(request, call))),
    ];

    it('answers in all four operations, with who answered, why it ended and what it cost', async () => {
      for (const ask of operations()) {
        const answer = await ask(aGreeting());

        expect(answer).toMatchObject({ model: 'haiku', degraded: false, stopReason: 'end_turn', toolUses: [] });
        expect(answer.text).not.toBe('');
        expect(answer.modelId).not.toBe('');
        expect(answer.usage.inputTokens).toBeGreaterThan(0);
        expect(answer.usage.outputTokens).toBeGreaterThan(0);
        expect(answer.costUsd).toBeGreaterThan(0);
        expect(answer.latencyMs).toBeGreaterThanOrEqual(0);
      }
    });

    it('streams a beginning, text and an end, in batches that are never empty', async () => {
      for (const stream of streams()) {
        const batches: (readonly ModelEvent[])[] = [];
        for await (const batch of stream(aGreeting())) batches.push(batch);

        const types = batches.flat().map(({ type }) => type);
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
        expect(types.at(0)).toBe('message-start');
        expect(types.at(-1)).toBe('message-end');
        expect(new Set(types.slice(1, -1))).toEqual(new Set(['text-delta']));
      }
    });

    it('asks for a tool with its whole input, and answers from the result', async () => {
      for (const ask of [operations()[1], operations()[3]]) {
        const question = anOrderQuestion();
        const asked = await ask?.(question);
        const toolUse = asked?.toolUses[0];
        expect(asked?.stopReason).toBe('tool_use');
        expect(toolUse).toMatchObject({ name: 'get_order_status', input: { order_id: 'ORD-7K2M9QXA' } });
        if (!toolUse) continue;

        const answer = await ask?.({
          ...question,
          messages: [
            ...question.messages,
            { role: 'assistant', content: [{ type: 'tool-use', ...toolUse }] },
            {
              role: 'user',
              content: [{ type: 'tool-result', toolUseId: toolUse.toolUseId, status: 'success', content: { order_id: 'ORD-7K2M9QXA', status: 'shipped' } }],
            },
          ],
        });

        expect(answer).toMatchObject({ stopReason: 'end_turn', toolUses: [] });
        expect(answer?.text).not.toBe('');
      }
    });

    it('stops at the tokens it is allowed, and says so', async () => {
      for (const ask of operations()) {
        await expect(ask({ ...aGreeting(), maxTokens: 2 })).resolves.toMatchObject({ stopReason: 'max_tokens' });
      }
    });

    it('does nothing for a call that is cancelled or too late already', async () => {
      for (const ask of operations()) {
        await expect(ask(aGreeting(), aModelCall(AbortSignal.abort()))).rejects.toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
        const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
        await expect(ask(aGreeting(), aModelCall(late))).rejects.toMatchObject({ kind: 'timed-out', code: 'bedrock.deadline' });
      }
    });

    it('ends a stream that is cancelled in the middle', async () => {
      await harness.breakBy('stall');
      for (const stream of streams()) {
        const controller = new AbortController();
        const seen: ModelEvent[] = [];

        const failure = await failureOf(stream(aGreeting(), aModelCall(controller.signal)), (batch) => {
          seen.push(...batch);
          controller.abort();
        });

        expect(failure).toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
        expect(seen.at(0)?.type).toBe('message-start');
      }
      expectLedger((entries) => expect(entries.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']));
    });

    it('lets its reader leave in the middle', async () => {
      await harness.breakBy('stall');
      for (const stream of streams()) {
        for await (const batch of stream(aGreeting())) {
          expect(batch.length).toBeGreaterThan(0);
          break;
        }
      }
      expectLedger((entries) =>
        expect(entries).toEqual([
          expect.objectContaining({ outcome: 'cancelled', usageSource: 'estimated' }),
          expect.objectContaining({ outcome: 'cancelled', usageSource: 'estimated' }),
        ]),
      );
    });

    it.each([
      ['throttled', 'rate-limited', 'bedrock.throttled'],
      ['retired', 'unavailable', 'bedrock.retired'],
      ['invalid-request', 'invalid', 'bedrock.invalid-request'],
    ] as const)('fails as one error when it is %s', async (fault, kind, code) => {
      await harness.breakBy(fault);
      for (const ask of operations()) await expect(ask(aGreeting())).rejects.toMatchObject({ name: 'AppError', kind, code });
      expectLedger((entries) => expect(entries.every(({ outcome, costUsd }) => outcome === 'failed' && costUsd === 0)).toBe(true));
    });

    it.each([
      ['cut', 'bedrock.stream-cut'],
      ['error-in-stream', 'bedrock.model-error'],
    ] as const)('fails after the tokens that came when the stream is broken: %s', async (fault, code) => {
      await harness.breakBy(fault);
      for (const stream of streams()) {
        const seen: ModelEvent[] = [];

        const failure = await failureOf(stream(aGreeting()), (batch) => seen.push(...batch));

        expect(failure).toMatchObject({ kind: 'unavailable', code });
        expect(seen.map(({ type }) => type)).toEqual(['message-start', ...seen.slice(1).map(() => 'text-delta')]);
        expect(seen.length).toBeGreaterThan(1);
      }
      expectLedger((entries) => {
        expect(entries.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
        expect(entries.every(({ usage, costUsd, usageSource }) => usageSource === 'estimated' && usage.outputTokens > 0 && costUsd > 0)).toBe(true);
      });
    });

    it('books every call with whose it was, what it used and what it cost', async () => {
      const answers: ModelAnswer[] = [];
      for (const ask of operations()) answers.push(await ask(aGreeting()));

      expectLedger((entries) => {
        expect(entries.map(({ operation }) => operation)).toEqual(['invoke', 'converse', 'stream', 'converse-stream']);
        expect(new Set(entries.map(({ callId }) => callId)).size).toBe(4);
        for (const [index, entry] of entries.entries()) {
          const answer = answers[index];
          expect(entry).toMatchObject({
            attribution: aModelCall().attribution,
            outcome: 'completed',
            usageSource: 'measured',
            usage: answer?.usage,
            costUsd: answer?.costUsd,
            modelId: answer?.modelId,
            attempt: 1,
          });
        }
      });
    });

    it('tells a call of every request that it booked, also of one that broke off', async () => {
      const told: BookedRequest[] = [];
      const call = { ...aModelCall(), onBooked: (booked: BookedRequest) => void told.push(booked) };
      for (const ask of operations()) await ask(aGreeting(), call);
      await harness.breakBy('cut');
      for (const stream of streams()) await failureOf(stream(aGreeting(), call), () => undefined);

      expect(told.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'completed', 'completed', 'failed', 'failed']);
      expect(told.every(({ usage, costUsd }) => usage.outputTokens > 0 && costUsd > 0)).toBe(true);
      expectLedger((entries) => expect(entries).toMatchObject(told));
    });

    it('is reachable while it answers', async () => {
      await expect(harness.model.isReachable(AbortSignal.timeout(5_000))).resolves.toBe(true);
    });

    function expectLedger(holds: (entries: RecordedLedger['entries']) => void): void {
      if (harness.ledger) holds(harness.ledger.entries);
    }
  });
}

async function failureOf(stream: AsyncIterable<readonly ModelEvent[]>, onBatch: (batch: readonly ModelEvent[]) => void): Promise<AppError | undefined> {
  try {
    for await (const batch of stream) onBatch(batch);
  } catch (error) {
    return error as AppError;
  }
  return undefined;
}
