import { randomUUID } from 'node:crypto';
import type { BenchStack } from './bench-stack.ts';
import { ChatSocket } from './chat-socket.ts';
import { closedLoop, median, percentile, type LoopResult } from './closed-loop.ts';
import { DirectBedrock } from './direct-bedrock.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { RawHttpConnection } from './raw-http.ts';

/** One line of the report: what was measured, beside the same work done the plainest way in the same run. */
export interface Finding {
  what: string;
  ours: string;
  baseline: string;
  ratio: string;
  /** Server CPU for one unit of work, in microseconds. */
  cpu: string;
}

export interface BenchOptions {
  secondsEach: number;
  rounds: number;
}

const HEADERS = { 'content-type': 'application/json', 'x-api-key': 'local' };

const us = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} µs`;
const ms = (value: number): string => `${value.toFixed(2)} ms`;
const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;

export async function restMiss(stack: BenchStack, { secondsEach, rounds }: BenchOptions): Promise<Finding> {
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const direct: LoopResult[] = [];
  const ours: LoopResult[] = [];
  let cpuUs = 0;
  let count = 0;
  const ask = async (): Promise<void> => {
    const query = `What is like ${randomUUID()}?`;
    const reply = await fetch(new URL('/v1/manga/query', stack.restUrl), { method: 'POST', headers: HEADERS, body: JSON.stringify({ query }) });
    if (reply.status !== 200) throw new Error(`rest-api said ${reply.status}: ${await reply.text()}`);
    await reply.arrayBuffer();
  };
  for (let round = 0; round < rounds; round++) {
    direct.push(await closedLoop(1, secondsEach * 1_000, () => bedrock.invoke('What is like One Piece?')));
    const before = await stack.restApi.cpuUs();
    const loop = await closedLoop(1, secondsEach * 1_000, ask);
    cpuUs += (await stack.restApi.cpuUs()) - before;
    count += loop.count;
    ours.push(loop);
  }
  bedrock.close();
  const [oursP50, oursP99] = [median(ours.map(({ p50Ms }) => p50Ms)), median(ours.map(({ p99Ms }) => p99Ms))];
  const [directP50, directP99] = [median(direct.map(({ p50Ms }) => p50Ms)), median(direct.map(({ p99Ms }) => p99Ms))];
  return {
    what: 'REST query, not cached, one at a time: p50 / p99 (with retrieval)',
    ours: `${ms(oursP50)} / ${ms(oursP99)}`,
    baseline: `${ms(directP50)} / ${ms(directP99)} SDK InvokeModel`,
    ratio: `+${ms(oursP50 - directP50)} / +${ms(oursP99 - directP99)}`,
    cpu: `${us(cpuUs / count)} a request, ${perSecond((count / cpuUs) * 1e6)} per core`,
  };
}

export async function cacheHits(stack: BenchStack, { secondsEach, rounds }: BenchOptions): Promise<Finding> {
  const body = JSON.stringify({ query: 'What manga series are similar to One Piece?' });
  const [ours, bare] = [await measureHits(stack.restApi, stack.restUrl), await measureHits(stack.bareServer, stack.bareUrl)];
  async function measureHits(server: MeasuredProcess, url: URL): Promise<{ perSecond: number; cpuUs: number }> {
    const lanes = await Promise.all(Array.from({ length: 32 }, () => RawHttpConnection.open(url, '/v1/manga/query', HEADERS, body)));
    const once = async (lane: number): Promise<void> => {
      const reply = await (lanes[lane] as RawHttpConnection).send();
      if (reply.status !== 200) throw new Error(`said ${reply.status}: ${reply.body.toString()}`);
    };
    await closedLoop(lanes.length, 1_000, once);
    const rates: number[] = [];
    const costs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = await server.cpuUs();
      const loop = await closedLoop(lanes.length, secondsEach * 1_000, once);
      costs.push(((await server.cpuUs()) - before) / loop.count);
      rates.push((loop.count / loop.tookMs) * 1_000);
    }
    for (const lane of lanes) lane.close();
    return { perSecond: median(rates), cpuUs: median(costs) };
  }
  return {
    what: 'REST query, cached, 32 at once',
    ours: perSecond(ours.perSecond),
    baseline: `${perSecond(bare.perSecond)} bare node:http`,
    ratio: `${(ours.cpuUs / bare.cpuUs).toFixed(1)} × the CPU`,
    cpu: `${us(ours.cpuUs)} a request, ${perSecond(1e6 / ours.cpuUs)} per core (bare: ${us(bare.cpuUs)})`,
  };
}

export async function firstToken(stack: BenchStack, { secondsEach, rounds }: BenchOptions): Promise<Finding> {
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const socket = await ChatSocket.open(stack.chatUrl);
  const direct: number[] = [];
  const ours: number[] = [];
  await socket.ask('hello');
  for (let round = 0; round < rounds; round++) {
    await closedLoop(1, (secondsEach * 1_000) / 2, async () => direct.push((await bedrock.stream('hello')).firstTokenMs));
    await closedLoop(1, (secondsEach * 1_000) / 2, async () => ours.push((await socket.ask('hello')).firstTokenMs));
  }
  bedrock.close();
  socket.close();
  direct.sort((one, other) => one - other);
  ours.sort((one, other) => one - other);
  const p = (values: readonly number[], share: number): number => percentile(values, share);
  return {
    what: 'chat, first token, one at a time: p50 / p99',
    ours: `${ms(p(ours, 0.5))} / ${ms(p(ours, 0.99))}`,
    baseline: `${ms(p(direct, 0.5))} / ${ms(p(direct, 0.99))} SDK ConverseStream`,
    ratio: `+${ms(p(ours, 0.5) - p(direct, 0.5))} / +${ms(p(ours, 0.99) - p(direct, 0.99))}`,
    cpu: '–',
  };
}

export async function relayedTokens(stack: BenchStack, { secondsEach, rounds }: BenchOptions): Promise<Finding> {
  const lanes = await Promise.all(Array.from({ length: 32 }, () => ChatSocket.open(stack.chatUrl)));
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const ours: { cost: number; rate: number }[] = [];
  const direct: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let tokens = 0;
    const before = await stack.chatGateway.cpuUs();
    const loop = await closedLoop(lanes.length, secondsEach * 1_000, async (lane) => {
      const answer = await (lanes[lane] as ChatSocket).ask('hello');
      tokens += answer.tokens;
    });
    ours.push({ cost: ((await stack.chatGateway.cpuUs()) - before) / tokens, rate: (tokens / loop.tookMs) * 1_000 });

    let directTokens = 0;
    const ownBefore = process.cpuUsage();
    await closedLoop(32, secondsEach * 1_000, async () => {
      const answer = await bedrock.stream('hello');
      directTokens += answer.tokens;
    });
    const own = process.cpuUsage(ownBefore);
    direct.push((own.user + own.system) / directTokens);
  }
  for (const lane of lanes) lane.close();
  bedrock.close();
  const cost = median(ours.map((one) => one.cost));
  return {
    what: 'chat, relayed tokens, 32 turns at once',
    ours: `${perSecond(median(ours.map(({ rate }) => rate)))} here, ${perSecond(1e6 / cost)} per core`,
    baseline: `${perSecond(1e6 / median(direct))} per core, SDK ConverseStream read and dropped`,
    ratio: `${(median(direct) / cost).toFixed(1)} × the tokens per core`,
    cpu: `${us(cost)} a token, turn and frames included (SDK: ${us(median(direct))})`,
  };
}
