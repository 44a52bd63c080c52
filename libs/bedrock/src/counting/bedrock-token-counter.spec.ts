import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startBedrockLocal } from '@manga-assist/bedrock-local';
import { until } from '@manga-assist/foundation/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import { Cl100kTokenEstimator, openBedrockTokenCounter, openModelCatalogue, type BedrockTokenCounterOptions, type TokenCounter } from '../index.ts';
import { aModelRequest, answers, BedrockEndpoint, hangs, refuses } from '../testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const signal = new AbortController().signal;
/** A busy test machine is no reason to estimate. */
const BUSY_MACHINE_MS = 10_000;
const request = aModelRequest('漫画のおすすめを教えてください。 '.repeat(40));

describe('the token counter', () => {
  let upstream: BedrockEndpoint;
  const counters: TokenCounter[] = [];
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
  });
  afterEach(async () => {
    for (const counter of counters.splice(0)) await counter.close();
    await upstream.close();
  });

  function open(options: BedrockTokenCounterOptions = {}): TokenCounter {
    const counter = openBedrockTokenCounter({ endpoint: upstream.url, ...options });
    counters.push(counter);
    return counter;
  }
  const estimated = async () => (await open().count(request, 1_000_000, signal)).tokens;

  it('estimates while the limit is far, above and below', async () => {
    const tokens = await estimated();

    await expect(open().count(request, tokens * 2, signal)).resolves.toEqual({ tokens, source: 'estimated' });
    await expect(open().count(request, tokens / 2, signal)).resolves.toEqual({ tokens, source: 'estimated' });
    expect(upstream.requests).toHaveLength(0);
  });

  it('asks Bedrock near the limit, with the base model and the whole prompt, and learns from the answer', async () => {
    upstream.reply(answers({ inputTokens: 777 }));
    const tokens = await estimated();
    const estimator = new Cl100kTokenEstimator({ smoothing: 1 });
    const counter = open({ timeoutMs: BUSY_MACHINE_MS, estimator, catalogue: openModelCatalogue({ haiku: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' }) });

    for (const limit of [tokens * 0.9, tokens * 1.1]) await expect(counter.count(request, limit, signal)).resolves.toEqual({ tokens: 777, source: 'counted' });

    expect(upstream.requests[0]).toMatchObject({ modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', operation: 'count-tokens' });
    expect(upstream.requests[0]?.body).toMatchObject({ input: { converse: { system: [{ text: request.system }], messages: [{ role: 'user' }] } } });
    await expect(counter.count(request, 1_000_000, signal)).resolves.toMatchObject({ source: 'estimated', tokens: expect.any(Number) });
  });

  it.each([
    ['is down', refuses(503, 'ServiceUnavailableException')],
    ['does not know the model', refuses(404, 'ResourceNotFoundException')],
    ['says no number', answers({})],
  ] as const)('makes do with the estimate when Bedrock %s', async (_, reply) => {
    upstream.reply(reply);
    const lines: unknown[] = [];
    const tokens = await estimated();

    await expect(open({ logger: { warn: (...line) => lines.push(line) } }).count(request, tokens, signal)).resolves.toEqual({ tokens, source: 'estimated' });
    expect(lines).toHaveLength(1);
  });

  it('does not wait longer than half a second', async () => {
    upstream.reply(hangs);
    const timers = new StoppedTimers();
    const tokens = await estimated();

    const counting = open({ timers }).count(request, tokens, signal);
    await until('the request', () => upstream.requests.length === 1);
    timers.advance(500);

    await expect(counting).resolves.toEqual({ tokens, source: 'estimated' });
  });

  it('ends when its caller leaves', async () => {
    upstream.reply(hangs);
    const controller = new AbortController();
    const tokens = await estimated();

    const counting = open().count(request, tokens, controller.signal);
    await until('the request', () => upstream.requests.length === 1);
    controller.abort();

    await expect(counting).rejects.toMatchObject({ kind: 'cancelled', code: 'bedrock.cancelled' });
    await expect(open().count(request, tokens, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('agrees with a local Bedrock', async () => {
    const bedrock = await startBedrockLocal();
    const tokens = await estimated();
    const counter = open({ timeoutMs: BUSY_MACHINE_MS, endpoint: bedrock.url });

    const counted = await counter.count(request, tokens, signal);
    await bedrock.close();

    expect(counted.source).toBe('counted');
    expect(Math.abs(counted.tokens - tokens) / tokens).toBeLessThan(0.2);
  });
});
