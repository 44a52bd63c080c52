import type { BenchStack } from '../bench-stack.ts';
import { DirectBedrock } from '../direct-bedrock.ts';
import { added, ms, perSecond, us, type Finding } from '../finding.ts';
import { HttpLanes } from '../http-lanes.ts';
import { ownCpuUs, timed } from '../own-process.ts';
import { Questions } from '../questions.ts';
import { httpRequest } from '../raw-http.ts';
import { takeTurns, type Measured, type Pace } from '../take-turns.ts';
import { searchCall } from '../tool-call.ts';

const HEADERS = { 'content-type': 'application/json', 'x-api-key': 'local' };

/** A question that nobody asked before, over a search that answers at once: beside it the two calls that it cannot do without, made the plainest way. */
async function measure(stack: BenchStack, pace: Pace, lanes: number): Promise<{ ours: Measured; parts: Measured }> {
  const warmUpLanes = Math.max(lanes, 8);
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const rest = await HttpLanes.open(stack.restUrl, warmUpLanes);
  const tools = await HttpLanes.open(stack.cannedToolUrl, warmUpLanes);
  const asked = new Questions();
  try {
    return await takeTurns(
      {
        parts: {
          once: (lane) =>
            timed(async () => {
              const query = asked.named();
              const results = await tools.send(lane, searchCall(stack.cannedToolUrl, query));
              await bedrock.invoke(`${results.toString()}\n${query}`);
            }),
          cpuUs: ownCpuUs,
        },
        ours: {
          once: (lane) =>
            timed(() => {
              const body = JSON.stringify({ query: asked.named(), temperature: asked.unused() });
              return rest.send(lane, httpRequest(stack.restUrl, '/v1/manga/query', HEADERS, body));
            }),
          cpuUs: () => stack.restApi.cpuUs(),
        },
      },
      pace,
      { lanes, warmUpLanes },
    );
  } finally {
    bedrock.close();
    rest.close();
    tools.close();
  }
}

export async function restMissAlone(stack: BenchStack, pace: Pace): Promise<Finding> {
  const { ours, parts } = await measure(stack, pace, 1);
  return {
    what: 'REST query, not cached, one at a time: p50 / p99',
    ours: `${ms(ours.p50Ms)} / ${ms(ours.p99Ms)}`,
    baseline: `${ms(parts.p50Ms)} / ${ms(parts.p99Ms)} a canned search over HTTP, then SDK InvokeModel`,
    ratio: `${added(ours.p50Ms - parts.p50Ms)} / ${added(ours.p99Ms - parts.p99Ms)}`,
    cpu: `${us(ours.cpuUsPerUnit)} a request in rest-api (${ours.count} requests)`,
  };
}

export async function restMissAtOnce(stack: BenchStack, pace: Pace): Promise<Finding> {
  const { ours, parts } = await measure(stack, pace, 16);
  return {
    what: 'REST query, not cached, 16 at once',
    ours: `${perSecond(1e6 / ours.cpuUsPerUnit)} per core of rest-api, ${perSecond(ours.unitsPerSecond)} here`,
    baseline: `${perSecond(1e6 / parts.cpuUsPerUnit)} per core: a canned search over HTTP, then SDK InvokeModel`,
    ratio: `${(ours.cpuUsPerUnit / parts.cpuUsPerUnit).toFixed(1)} × the CPU`,
    cpu: `${us(ours.cpuUsPerUnit)} a request in rest-api`,
  };
}
