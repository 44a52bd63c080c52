import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { collectAnswer, openBedrockLanguageModel, type LanguageModel } from '../index.ts';
import { openModelCatalogue } from '../model-catalogue.ts';
import { aModelCall, aModelRequest, BedrockEndpoint, converseFrames, RecordedLedger, refuses, streams } from '../testing/index.ts';
import { TokenEstimator } from '../token-estimator.ts';
import { Admission, type AdmissionOptions } from './admission.ts';
import { MemoryQuotaLedger } from './memory-quota-ledger.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const SONNET = 'anthropic.claude-3-sonnet-20240229-v1:0';
const haiku45 = openModelCatalogue({ haiku: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' }).served('haiku');
const never = new AbortController().signal;

/** Every prompt has a hundred tokens. */
class HundredTokens extends TokenEstimator {
  estimate(): number {
    return 100;
  }
  observe(): void {}
}

function anAdmission(tokensPerMinute: number, options: Partial<AdmissionOptions> = {}) {
  const clock = new StoppedClock();
  const timers = new StoppedTimers();
  const admission = new Admission(
    { quota: new MemoryQuotaLedger({ clock }), budgets: { [haiku45.modelId]: { tokensPerMinute, requestsPerMinute: 1_000 } }, ...options },
    { clock, timers, estimator: new HundredTokens() },
  );
  const admit = (maxTokens: number, signal = never) => admission.admit(aModelRequest('Hello', { maxTokens }), haiku45, 'chat', signal);
  return { admit, clock, timers };
}

const usage = (outputTokens: number) => ({ inputTokens: 100, outputTokens, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 });
const full = { kind: 'rate-limited', code: 'bedrock.quota-full' };

describe('admission', () => {
  it('reserves the prompt and the most that may be answered, times what an output token weighs', async () => {
    const { admit } = anAdmission(100 + 200 * 5);

    await expect(admit(200)).resolves.toMatchObject({ maxTokens: 200 });
    await expect(admit(1)).rejects.toMatchObject({ ...full, retryAfterMs: expect.any(Number) });
  });

  it('gives back what an answer did not use', async () => {
    const { admit } = anAdmission(1_100);

    (await admit(200)).settle(usage(10), 'measured');

    await expect(admit(170)).resolves.toMatchObject({ maxTokens: 170 });
  });

  it('does not count what came out of the prompt cache', async () => {
    const { admit } = anAdmission(1_100);

    (await admit(200)).settle({ inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 5_000, cacheWriteInputTokens: 0 }, 'measured');

    await expect(admit(200)).resolves.toMatchObject({ maxTokens: 200 });
  });

  it('allows a shorter answer, as such answers have been lately, where the one asked for does not fit', async () => {
    const { admit } = anAdmission(20 * (100 + 100 * 5) + 100 + 120 * 5);
    for (let answer = 0; answer < 20; answer++) (await admit(120)).settle(usage(100), 'measured');

    await expect(admit(1_000)).resolves.toMatchObject({ maxTokens: 120 });
    await expect(admit(1_000)).rejects.toMatchObject(full);
  });

  it('waits when room is near, and admits then', async () => {
    const { admit, clock, timers } = anAdmission(1_100, { maxWaitMs: 70_000 });
    await admit(200);
    const waiting = admit(200);
    await Promise.resolve();
    await Promise.resolve();

    const [waitMs = 0] = timers.startedMs;
    clock.advance(waitMs);
    timers.advance(waitMs);

    await expect(waiting).resolves.toMatchObject({ maxTokens: 200 });
    expect(waitMs).toBeGreaterThan(59_000);
  });

  it("stops waiting when the call's signal fires", async () => {
    const { admit } = anAdmission(1_100, { maxWaitMs: 70_000 });
    await admit(200);
    const controller = new AbortController();
    const waiting = admit(200, controller.signal);

    controller.abort('left');

    await expect(waiting).rejects.toBe('left');
  });

  it('holds nobody back where no budget is given', async () => {
    const { admit } = anAdmission(1, { budgets: {} });

    for (let call = 0; call < 50; call++) await expect(admit(4_000)).resolves.toMatchObject({ maxTokens: 4_000 });
  });
});

describe('the language model with a quota', () => {
  let upstream: BedrockEndpoint;
  let ledger: RecordedLedger;
  let model: LanguageModel;
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    ledger = new RecordedLedger();
  });
  afterEach(async () => {
    await model.close();
    await upstream.close();
  });

  function open(budgets: AdmissionOptions['budgets']): void {
    const admission = { quota: new MemoryQuotaLedger(), budgets, maxWaitMs: 0 };
    model = openBedrockLanguageModel({ ledger, endpoint: upstream.url, random: () => 0, estimator: new HundredTokens(), admission });
  }
  const ask = () => collectAnswer(model.converseStream(aModelRequest('Hello', { model: 'sonnet', maxTokens: 100 }), aModelCall()));

  it('goes to the cheaper model before Bedrock has to say 429', async () => {
    open({ [SONNET]: { tokensPerMinute: 200, requestsPerMinute: 1 } });
    upstream.reply(streams(converseFrames(['Hi'])));

    const answers = [await ask(), await ask()];

    expect(answers.map(({ model, degraded }) => ({ model, degraded }))).toEqual([
      { model: 'sonnet', degraded: false },
      { model: 'haiku', degraded: true },
    ]);
    expect(upstream.requests.map(({ modelId }) => modelId)).toEqual([SONNET, HAIKU]);
    expect(ledger.entries).toHaveLength(2);
  });

  it('says when to come back when no model has room', async () => {
    open({ [SONNET]: { tokensPerMinute: 200, requestsPerMinute: 1 }, [HAIKU]: { tokensPerMinute: 200, requestsPerMinute: 1 } });
    upstream.reply(streams(converseFrames(['Hi'])));
    await ask();
    await ask();

    await expect(ask()).rejects.toMatchObject({ ...full, retryAfterMs: expect.any(Number) });
    expect(upstream.requests).toHaveLength(2);
  });

  it('frees the tokens of a request that Bedrock refused', async () => {
    open({ [SONNET]: { tokensPerMinute: 200, requestsPerMinute: 100 } });
    upstream.reply(refuses(503, 'ServiceUnavailableException'), streams(converseFrames(['Hi'])));

    await expect(ask()).resolves.toMatchObject({ model: 'sonnet', degraded: false });
    expect(upstream.requests.map(({ modelId }) => modelId)).toEqual([SONNET, SONNET]);
  });
});
