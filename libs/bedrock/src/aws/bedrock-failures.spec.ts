import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { RetryBudget } from '@manga-assist/resilience';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import type { ServerResponse } from 'node:http';
import {
  collectAnswer,
  openBedrockLanguageModel,
  openModelCatalogue,
  type BedrockLanguageModelOptions,
  type LanguageModel,
  type ModelEvent,
} from '../index.ts';
import {
  aModelCall,
  aModelRequest,
  answers,
  BedrockEndpoint,
  converseFrames,
  eventFrame,
  exceptionFrame,
  hangs,
  RecordedLedger,
  refuses,
  streams,
  type Reply,
} from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const SONNET = 'anthropic.claude-3-sonnet-20240229-v1:0';

const hello = streams(converseFrames(['Hel', 'lo']));
const throttle = refuses(429, 'ThrottlingException');
const down = refuses(503, 'ServiceUnavailableException');

describe('the language model on a Bedrock that fails', () => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  const models: LanguageModel[] = [];
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
  });
  afterEach(async () => {
    for (const model of models.splice(0)) await model.close();
    await upstream.close();
  });

  function open(options: Partial<BedrockLanguageModelOptions> = {}): LanguageModel {
    const model = openBedrockLanguageModel({ ledger, endpoint: upstream.url, random: () => 0, ...options });
    models.push(model);
    return model;
  }

  const ask = (model: LanguageModel, alias: 'haiku' | 'sonnet' = 'sonnet', call = aModelCall()) =>
    collectAnswer(model.converseStream(aModelRequest('Hello', { model: alias }), call));

  const askedModels = () => upstream.requests.map(({ modelId }) => modelId);

  describe('before the first token', () => {
    it('tries again, and answers as if nothing had happened', async () => {
      upstream.reply(throttle, hello);

      await expect(ask(open())).resolves.toMatchObject({ text: 'Hello', model: 'sonnet', degraded: false });

      expect(askedModels()).toEqual([SONNET, SONNET]);
      expect(ledger.entries).toMatchObject([
        { outcome: 'failed', attempt: 1, costUsd: 0, usage: { inputTokens: 0, outputTokens: 0 } },
        { outcome: 'completed', attempt: 2 },
      ]);
    });

    it('asks the other profile of the same model before a cheaper one, which is no degradation', async () => {
      const catalogue = openModelCatalogue({ sonnet: 'us.anthropic.claude-sonnet-4-6,global.anthropic.claude-sonnet-4-6' });
      upstream.reply(down, down, hello);

      await expect(ask(open({ catalogue }))).resolves.toMatchObject({ model: 'sonnet', modelId: 'global.anthropic.claude-sonnet-4-6', degraded: false });

      expect(askedModels()).toEqual(['us.anthropic.claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6', 'global.anthropic.claude-sonnet-4-6']);
    });

    it.each<[string, Reply[]]>([
      ['is throttled twice', [throttle, throttle]],
      ['is down twice', [down, refuses(500, 'InternalServerException')]],
      ['times out twice', [refuses(408, 'ModelTimeoutException'), refuses(408, 'ModelTimeoutException')]],
      ['errs twice', [refuses(424, 'ModelErrorException'), refuses(424, 'ModelErrorException')]],
      ['has been retired', [refuses(404, 'ResourceNotFoundException', { message: 'This model version has reached the end of its life.' })]],
      ['breaks the connection twice', [streams([], 'cut'), streams([], 'cut')]],
      ['begins with an error twice', [streams([exceptionFrame('throttlingException')]), streams([exceptionFrame('throttlingException')])]],
      [
        'begins a message and then errs twice',
        [0, 1].map(() => streams([eventFrame('messageStart', { role: 'assistant' }), exceptionFrame('modelStreamErrorException')])),
      ],
      ['ends well without a word', [streams(converseFrames([]))]],
      ['asks for a tool that cannot be read, twice', [brokenToolUse(), brokenToolUse()]],
    ])('falls back, and says so, when the model %s', async (_, replies) => {
      upstream.reply(...replies, hello);

      await expect(ask(open())).resolves.toMatchObject({ text: 'Hello', model: 'haiku', modelId: HAIKU, degraded: true });

      expect(askedModels()).toEqual([...replies.map(() => SONNET), HAIKU]);
      expect(ledger.entries.map(({ model, outcome, attempt }) => [model, outcome, attempt])).toEqual([
        ...replies.map((_, index) => ['sonnet', 'failed', index + 1]),
        ['haiku', 'completed', replies.length + 1],
      ]);
    });

    it.each([
      ['wrong', refuses(400, 'ValidationException'), 'bedrock.invalid-request'],
      ['forbidden', refuses(403, 'AccessDeniedException'), 'bedrock.access-denied'],
      ['for a model that is not there', refuses(404, 'ResourceNotFoundException'), 'bedrock.not-found'],
    ])('neither tries again nor falls back when the request is %s', async (_, reply, code) => {
      upstream.reply(reply);

      await expect(ask(open())).rejects.toMatchObject({ code });

      expect(upstream.requests).toHaveLength(1);
    });

    it('has nobody to fall back to below the cheapest model', async () => {
      upstream.reply(throttle);

      await expect(ask(open(), 'haiku')).rejects.toMatchObject({ code: 'bedrock.throttled' });

      expect(askedModels()).toEqual([HAIKU, HAIKU]);
    });

    it('tells the error of the model that was asked for when its stand-in fails too', async () => {
      const tooMany = refuses(429, 'ThrottlingException', { headers: { 'retry-after': '60' } });
      upstream.reply(tooMany, refuses(403, 'AccessDeniedException'));

      await expect(ask(open())).rejects.toMatchObject({ code: 'bedrock.throttled', retryAfterMs: 60_000 });

      expect(askedModels()).toEqual([SONNET, HAIKU]);
    });

    it('waits as long as Bedrock asks, when that is not too long', async () => {
      const timers = new StoppedTimers();
      upstream.reply(refuses(429, 'ThrottlingException', { headers: { 'retry-after': '2' } }), hello);

      const answer = ask(open({ timers }));
      await until('the wait', () => timers.startedMs.includes(2_000));
      expect(upstream.requests).toHaveLength(1);
      timers.advance(2_000);

      await expect(answer).resolves.toMatchObject({ degraded: false });
    });

    it('stops trying again when the retry budget is spent', async () => {
      upstream.reply(throttle);

      await expect(ask(open({ budget: new RetryBudget({ share: 0, burst: 0 }) }), 'haiku')).rejects.toMatchObject({ code: 'bedrock.throttled' });

      expect(upstream.requests).toHaveLength(1);
    });

    it('falls back when the first token is late, and books what may have been spent', async () => {
      for (const silence of [hangs, streams([], 'hang'), streams([eventFrame('messageStart', { role: 'assistant' })], 'hang')]) {
        const timers = new StoppedTimers();
        upstream.reply(silence, hello);
        const before = upstream.requests.length;

        const answer = ask(open({ timers }));
        await until('the request', () => upstream.requests.length > before);
        timers.advance(5_000);

        await expect(answer).resolves.toMatchObject({ model: 'haiku', degraded: true });
        expect(ledger.entries.at(-2)).toMatchObject({ model: 'sonnet', outcome: 'failed', usageSource: 'estimated', usage: { outputTokens: 0 } });
        expect(ledger.entries.at(-2)?.usage.inputTokens).toBeGreaterThan(0);
        expect(timers.pending).toBe(0);
      }
    });

    it('says so in the log, without a word of the conversation', async () => {
      const lines: unknown[] = [];
      upstream.reply(throttle, throttle, hello);

      await ask(open({ logger: { warn: (fields, message) => lines.push([fields, message]) } }));

      expect(lines).toEqual([
        [{ model: 'sonnet', code: 'bedrock.throttled', attempt: 1, delayMs: 0 }, 'model call is tried again'],
        [{ model: 'sonnet', code: 'bedrock.throttled', attempt: 2, fallback: 'haiku' }, 'model call falls back'],
      ]);
    });

    it('falls back for whole answers as for streams', async () => {
      const whole = answers({ content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 1 } });
      upstream.reply(down, down, whole);

      await expect(open().invoke(aModelRequest('Hello', { model: 'sonnet' }), aModelCall())).resolves.toMatchObject({ text: 'Hi', model: 'haiku', degraded: true });
    });
  });

  describe('after the first token', () => {
    const some = converseFrames(['one', 'two', 'three']).slice(0, 3);

    it.each<[string, Reply, string]>([
      ['is cut', streams(some, 'cut'), 'bedrock.stream-cut'],
      ['ends without its terminal event', streams(some), 'bedrock.stream-cut'],
      ['ends before usage is known', streams(converseFrames(['one', 'two']).slice(0, -1)), 'bedrock.stream-cut'],
      ['ends inside a frame', streams([...some, (some[2] ?? Buffer.alloc(0)).subarray(0, 20)]), 'bedrock.stream-cut'],
      ['is damaged', streams([...some, Buffer.alloc(64, 1)]), 'bedrock.stream-cut'],
      ['reports that the model failed', streams([...some, exceptionFrame('modelStreamErrorException')]), 'bedrock.model-error'],
      ['reports an exception ConverseStream does not know', streams([...some, exceptionFrame('modelTimeoutException')]), 'bedrock.model-timeout'],
      ['is throttled', streams([...some, exceptionFrame('throttlingException')]), 'bedrock.throttled'],
    ])('gives out what came, fails, and asks nobody again when the stream %s', async (_, reply, code) => {
      upstream.reply(reply, hello);
      const seen: ModelEvent[] = [];

      const reading = (async () => {
        for await (const batch of open().converseStream(aModelRequest('Hello', { model: 'sonnet' }), aModelCall())) seen.push(...batch);
      })();

      await expect(reading).rejects.toMatchObject({ name: 'AppError', code });
      expect(seen.map((event) => (event.type === 'text-delta' ? event.text : event.type))).toEqual(['message-start', 'one', 'two']);
      expect(upstream.requests).toHaveLength(1);
      expect(ledger.entries).toMatchObject([{ outcome: 'failed', usageSource: 'estimated' }]);
      expect(ledger.entries[0]?.usage.outputTokens).toBeGreaterThan(0);
    });

    it('fails when the stream stalls', async () => {
      const timers = new StoppedTimers();
      upstream.reply(streams(some, 'hang'));
      const reader = open({ timers }).converseStream(aModelRequest('Hello'), aModelCall())[Symbol.asyncIterator]();
      await reader.next();

      const next = reader.next();
      timers.advance(9_999);
      timers.advance(1);

      await expect(next).rejects.toMatchObject({ kind: 'timed-out', code: 'bedrock.stalled' });
      expect(timers.pending).toBe(0);
    });

    it('does not take a slow reader for a stall', async () => {
      const timers = new StoppedTimers();
      let response: ServerResponse | undefined;
      upstream.reply((to) => {
        response = to;
        to.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).write(Buffer.concat(some));
      });
      const reader = open({ timers }).converseStream(aModelRequest('Hello'), aModelCall())[Symbol.asyncIterator]();
      await reader.next();

      timers.advance(80_000);
      const next = reader.next();
      response?.end(Buffer.concat(converseFrames(['three']).slice(1)));

      const events: ModelEvent[] = [];
      for (let read = await next; !read.done; read = await reader.next()) events.push(...read.value);
      expect(events.map(({ type }) => type)).toEqual(['text-delta', 'message-end']);
    });

    it('ends a stream that never ends, when the whole call has taken too long', async () => {
      const timers = new StoppedTimers();
      upstream.reply(streams(some, 'hang'));
      const reader = open({ timers, stallTimeoutMs: 1_000_000 }).converseStream(aModelRequest('Hello'), aModelCall())[Symbol.asyncIterator]();
      await reader.next();

      const next = reader.next();
      timers.advance(90_000);

      await expect(next).rejects.toMatchObject({ kind: 'timed-out', code: 'bedrock.deadline' });
    });
  });

  describe('with a whole answer', () => {
    const invoke = (model: LanguageModel) => model.invoke(aModelRequest('Hello'), aModelCall());

    it('gives up one that takes too long', async () => {
      const timers = new StoppedTimers();
      upstream.reply(hangs);

      const answer = invoke(open({ timers, maxAttempts: 1 }));
      await until('the request', () => upstream.requests.length === 1);
      timers.advance(15_000);

      await expect(answer).rejects.toMatchObject({ kind: 'timed-out', code: 'bedrock.model-timeout' });
    });

    it.each<[string, Reply, string]>([
      ['is no JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('<html>'), 'bedrock.model-error'],
      ['is null', answers(null), 'bedrock.model-error'],
      ['has no content', answers({ stop_reason: 'end_turn' }), 'bedrock.model-error'],
      ['has no stop reason', answers({ content: [{ type: 'text', text: 'x' }] }), 'bedrock.model-error'],
      ['is empty', answers({ content: [], stop_reason: 'end_turn', usage: {} }), 'bedrock.empty-answer'],
      ['is cut', (response) => void response.writeHead(200, { 'content-length': 100 }).write('{"content"', () => response.socket?.destroy()), 'bedrock.stream-cut'],
    ])('refuses one that %s', async (_, reply, code) => {
      upstream.reply(reply);

      await expect(invoke(open())).rejects.toMatchObject({ name: 'AppError', kind: 'unavailable', code });
    });

    it('reads blocks by their type', async () => {
      const content = [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'One ' }, { type: 'text', text: 'Piece' }];
      upstream.reply(answers({ content, stop_reason: 'max_tokens', usage: { input_tokens: 3, output_tokens: 9 } }));

      await expect(invoke(open())).resolves.toMatchObject({ text: 'One Piece', stopReason: 'max_tokens' });
    });
  });
});

function brokenToolUse(): Reply {
  return streams([
    eventFrame('messageStart', { role: 'assistant' }),
    eventFrame('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'search' } } }),
    eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{"query":' } } }),
    eventFrame('contentBlockStop', { contentBlockIndex: 0 }),
    eventFrame('messageStop', { stopReason: 'tool_use' }),
    eventFrame('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }),
  ]);
}
