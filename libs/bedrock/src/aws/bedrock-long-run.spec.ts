import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock, until } from '@manga-assist/foundation/testing';
import { RetryBudget } from '@manga-assist/resilience';
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  collectAnswer,
  ModelCatalogue,
  openBedrockLanguageModel,
  openModelCatalogue,
  type BedrockLanguageModelOptions,
  type LanguageModel,
} from '../index.ts';
import {
  aModelCall,
  aModelRequest,
  answers,
  BedrockEndpoint,
  converseFrames,
  hangs,
  RecordedLedger,
  refuses,
  streams,
} from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const SONNET = 'anthropic.claude-3-sonnet-20240229-v1:0';

const hello = streams(converseFrames(['Hel', 'lo']));
const throttle = refuses(429, 'ThrottlingException');
const down = refuses(503, 'ServiceUnavailableException');

describe('the language model in the long run', () => {
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

  describe('with a model that keeps failing', () => {
    const withoutRetries = { maxAttempts: 1, budget: new RetryBudget({ share: 0, burst: 0 }) };

    it('is left in peace after five failures, and asked again after a while', async () => {
      const clock = new StoppedClock();
      const model = open({ clock, ...withoutRetries });
      upstream.reply(down);
      for (let call = 0; call < 5; call++) await expect(ask(model, 'haiku')).rejects.toMatchObject({ code: 'bedrock.unavailable' });

      await expect(ask(model, 'haiku')).rejects.toMatchObject({ kind: 'unavailable', code: 'bedrock.unavailable', retryAfterMs: 10_000 });
      expect(upstream.requests).toHaveLength(5);
      upstream.reply(hello);
      clock.advance(10_000);

      await expect(ask(model, 'haiku')).resolves.toMatchObject({ text: 'Hello' });
    });

    it('is not asked at all while its stand-in answers', async () => {
      const model = open(withoutRetries);
      upstream.reply((response, request) => (request.modelId === SONNET ? down : hello)(response, request));
      for (let call = 0; call < 5; call++) await ask(model);
      upstream.requests.length = 0;

      await expect(ask(model)).resolves.toMatchObject({ model: 'haiku', degraded: true });

      expect(askedModels()).toEqual([HAIKU]);
    });

    it('is asked on however often it throttles or refuses', async () => {
      const model = open(withoutRetries);
      for (const reply of [throttle, refuses(400, 'ValidationException')]) {
        upstream.reply(reply);
        for (let call = 0; call < 20; call++) await ask(model, 'haiku').catch(() => undefined);
      }

      expect(upstream.requests).toHaveLength(40);
    });

    it('gets fewer calls at once after a throttle', async () => {
      const model = open({ ...withoutRetries, maxConcurrency: 3 });
      upstream.reply(throttle);
      await ask(model, 'haiku').catch(() => undefined);
      upstream.requests.length = 0;
      const held: ServerResponse[] = [];
      upstream.reply((response) => held.push(response));

      const calls = [0, 1, 2].map(() => ask(model, 'haiku'));
      await until('two calls', () => held.length === 2);
      const finish = (response: ServerResponse | undefined) => response?.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(Buffer.concat(converseFrames(['x'])));
      finish(held[0]);
      await calls[0];
      await until('the third', () => held.length === 3);
      finish(held[1]);
      finish(held[2]);
      await Promise.all(calls);

      expect(upstream.requests).toHaveLength(3);
    });

    it('does not let the calls of a throttled model crowd out those of its stand-in', async () => {
      const model = open({ ...withoutRetries, maxConcurrency: 5 });
      upstream.reply((response, request) => {
        if (request.modelId === SONNET) throttle(response, request);
      });

      const first = ask(model).catch(() => undefined);
      await until('the stand-in', () => askedModels().includes(HAIKU));

      // One in five places may be taken by stand-ins.
      await expect(ask(model)).rejects.toMatchObject({ code: 'bedrock.throttled' });
      expect(askedModels().filter((id) => id === HAIKU)).toHaveLength(1);
      await upstream.close();
      await first;
    });
  });

  describe('with its connections', () => {
    it('are kept: a hundred calls of both kinds need two at most', async () => {
      const model = open();
      const whole = answers({ content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 3, output_tokens: 1 } });
      upstream.reply((response, request) => (request.operation === 'invoke' ? whole : hello)(response, request));

      for (let call = 0; call < 50; call++) {
        await ask(model, 'haiku');
        await model.invoke(aModelRequest('Hello'), aModelCall());
      }

      expect(upstream.requests).toHaveLength(100);
      // A call that begins in the instant in which the last answer's connection is on its way back takes a second one.
      expect(upstream.connections).toBeLessThanOrEqual(2);
    });

    it('are given up when a reader leaves, so that Bedrock stops', async () => {
      upstream.reply(streams(converseFrames(['one', 'two']).slice(0, 3), 'hang'));

      for await (const batch of open().converseStream(aModelRequest('Hello'), aModelCall())) {
        expect(batch).toHaveLength(3);
        break;
      }

      await until('the connection to close', () => upstream.openConnections === 0);
    });

    it('are given up when the call is cancelled before its answer begins', async () => {
      const controller = new AbortController();
      upstream.reply(hangs);
      const answer = ask(open(), 'haiku', aModelCall(controller.signal));
      await until('the request', () => upstream.requests.length === 1);

      controller.abort();

      await expect(answer).rejects.toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
      await until('the connection to close', () => upstream.openConnections === 0);
      expect(ledger.entries).toMatchObject([{ outcome: 'cancelled', usageSource: 'estimated' }]);
    });

    it('leave nothing on the signal of the call', async () => {
      const controller = new AbortController();
      const model = open();
      for (const reply of [hello, throttle, streams(converseFrames(['a', 'b']).slice(0, 2), 'cut')]) {
        upstream.reply(reply);
        await ask(model, 'haiku', aModelCall(controller.signal)).catch(() => undefined);
      }

      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    });
  });

  describe('with its configuration', () => {
    it('sends what the catalogue says and prices it by the base id', async () => {
      upstream.reply(streams(converseFrames(['x'], { inputTokens: 1_000_000, outputTokens: 0 })));
      const catalogue = openModelCatalogue({ haiku: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' });

      const answer = await ask(open({ catalogue }), 'haiku');

      expect(answer).toMatchObject({ modelId: 'global.anthropic.claude-haiku-4-5-20251001-v1:0', costUsd: 1 });
      expect(askedModels()).toEqual(['global.anthropic.claude-haiku-4-5-20251001-v1:0']);
    });

    it('does not open with a model that has no price', () => {
      const served = openModelCatalogue().served('haiku');
      const catalogue = new ModelCatalogue([{ ...served, profile: { ...served.profile, id: 'anthropic.unpriced' } }]);

      expect(() => open({ catalogue })).toThrow(expect.objectContaining({ code: 'pricing.no-price' }));
    });

    it('is reachable when anybody answers, and not when nobody does', async () => {
      const signal = AbortSignal.timeout(5_000);
      const [model, other] = [open({ clock: new StoppedClock() }), open()];
      upstream.reply(down);
      await expect(model.isReachable(signal)).resolves.toBe(false);
      upstream.reply(refuses(400, 'ValidationException'));
      await expect(model.isReachable(signal)).resolves.toBe(true);
      await upstream.close();

      // It answered a moment ago, which is proof enough.
      await expect(model.isReachable(signal)).resolves.toBe(true);
      await expect(other.isReachable(signal)).resolves.toBe(false);
      await expect(ask(other, 'haiku')).rejects.toMatchObject({ kind: 'unavailable', code: 'bedrock.unavailable' });
    });

    it('asks for nothing when there is nothing to answer', async () => {
      await expect(collectAnswer(open().converseStream(aModelRequest('  '), aModelCall()))).rejects.toMatchObject({ kind: 'invalid', code: 'bedrock.invalid-request' });

      expect([upstream.requests, ledger.entries]).toEqual([[], []]);
    });
  });
});
