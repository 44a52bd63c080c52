import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics } from '@manga-assist/observability';
import { ModelCallMetrics, openBedrockLanguageModel, type LanguageModel, type LedgerEntry } from './index.ts';
import { aModelCall, aModelRequest, answers, BedrockEndpoint, RecordedLedger, refuses } from './testing/index.ts';

Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const SONNET = 'anthropic.claude-3-sonnet-20240229-v1:0';
const throttle = refuses(429, 'ThrottlingException');

const batchRow: LedgerEntry = {
  callId: 'batch_1',
  atMs: 0,
  attribution: aModelCall().attribution,
  model: 'haiku',
  modelId: HAIKU,
  operation: 'batch',
  outcome: 'completed',
  usage: { inputTokens: 5, outputTokens: 0, cacheReadInputTokens: 7, cacheWriteInputTokens: 11 },
  usageSource: 'measured',
  priceVersion: 'x',
  costUsd: 0.25,
  latencyMs: 7_200_000,
  attempt: 1,
};

describe('what operators see of model calls', () => {
  let upstream: BedrockEndpoint;
  let metrics: Metrics;
  let ledger: RecordedLedger;
  let counted: ModelCallMetrics;
  let model: LanguageModel;
  beforeEach(async () => {
    upstream = await BedrockEndpoint.start();
    metrics = createMetrics({ service: 'test' });
    ledger = new RecordedLedger();
    counted = new ModelCallMetrics(ledger).exposedOn(metrics);
    model = openBedrockLanguageModel({ ledger: counted, endpoint: upstream.url, random: () => 0 });
  });
  afterEach(async () => {
    await model.close();
    await upstream.close();
  });

  /** By name and labels; only what has a value. */
  async function shown(): Promise<Record<string, number>> {
    const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('manga_model_') && !line.includes('_bucket'));
    return Object.fromEntries(lines.map((line) => [line.slice('manga_model_'.length, line.lastIndexOf(' ')).replace(/service="test",|,service="test"/, ''), Number(line.slice(line.lastIndexOf(' ')))]));
  }

  it('is every request, what became of it, and who stood in for whom', async () => {
    const answer = answers({ content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 300_000, output_tokens: 100_000 } });
    upstream.reply(throttle, throttle, answer);

    await model.invoke(aModelRequest('Hello', { model: 'sonnet' }), aModelCall());

    expect(await shown()).toMatchObject({
      [`calls_total{model="${SONNET}",operation="invoke",outcome="failed"}`]: 2,
      [`failures_total{model="${SONNET}",code="bedrock.throttled"}`]: 2,
      [`retries_total{model="${SONNET}"}`]: 1,
      [`calls_total{model="${HAIKU}",operation="invoke",outcome="completed"}`]: 1,
      [`fallbacks_total{model="${HAIKU}"}`]: 1,
      [`tokens_total{model="${HAIKU}",kind="input"}`]: 300_000,
      [`tokens_total{model="${HAIKU}",kind="output"}`]: 100_000,
      [`cost_usd_total{model="${HAIKU}"}`]: expect.closeTo(0.2, 9),
      [`seconds_count{model="${HAIKU}",operation="invoke"}`]: 1,
    });
    expect(Object.keys(await shown())).not.toContain(`retries_total{model="${HAIKU}"}`);
    expect(Object.keys(await shown())).not.toContain(`seconds_count{model="${SONNET}",operation="invoke"}`);
    expect(ledger.entries.map(({ failureCode, isStandIn }) => [failureCode, isStandIn])).toEqual([['bedrock.throttled', false], ['bedrock.throttled', false], [undefined, true]]);
  });

  it('is cached tokens and batches too, but not the hours that a batch took', async () => {
    counted.record(batchRow);
    counted.record({ ...batchRow, callId: 'batch_2', outcome: 'failed', failureCode: 'bedrock.model-error' });

    const now = await shown();
    expect(now).toMatchObject({
      [`tokens_total{model="${HAIKU}",kind="cache-read"}`]: 14,
      [`tokens_total{model="${HAIKU}",kind="cache-write"}`]: 22,
      [`cost_usd_total{model="${HAIKU}"}`]: 0.5,
      [`failures_total{model="${HAIKU}",code="bedrock.model-error"}`]: 1,
    });
    expect(Object.keys(now).filter((name) => name.startsWith('seconds'))).toEqual([]);
  });

  it('is nothing while nobody collects it, and the ledger gets every entry all the same', async () => {
    const quiet = new ModelCallMetrics(ledger);

    quiet.record(batchRow);
    await quiet.close();

    expect(ledger.entries).toEqual([batchRow]);
    expect(ledger.flushes).toBe(1);
  });
});
