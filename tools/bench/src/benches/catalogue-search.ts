import type { BenchStack } from '../bench-stack.ts';
import { ms, us, type Finding } from '../finding.ts';
import { HttpLanes } from '../http-lanes.ts';
import { timed } from '../own-process.ts';
import { Questions } from '../questions.ts';
import { httpRequest } from '../raw-http.ts';
import { takeTurns, type Pace } from '../take-turns.ts';
import { searchCall } from '../tool-call.ts';

export async function catalogueSearch(stack: BenchStack, pace: Pace): Promise<Finding> {
  const tools = await HttpLanes.open(stack.toolUrl, 4);
  const asked = new Questions();
  const search = (question: () => string) => ({
    once: (lane: number) => timed(() => tools.send(lane, searchCall(stack.toolUrl, question()))),
    cpuUs: () => stack.toolService.cpuUs(),
  });
  const livez = httpRequest(stack.toolUrl, '/livez', {});
  try {
    const { plain, named, described } = await takeTurns(
      {
        plain: { once: (lane) => timed(() => tools.send(lane, livez)), cpuUs: () => stack.toolService.cpuUs() },
        named: search(() => asked.named()),
        described: search(() => asked.described()),
      },
      pace,
      { lanes: 1, warmUpLanes: 4 },
    );
    return {
      what: 'catalogue search over HTTP, one at a time: p50 / p99',
      ours: `by name ${ms(named.p50Ms)} / ${ms(named.p99Ms)}, by idea ${ms(described.p50Ms)} / ${ms(described.p99Ms)} (its meaning asked of bedrock-local)`,
      baseline: `${ms(plain.p50Ms)} / ${ms(plain.p99Ms)} GET /livez`,
      ratio: `${(named.p50Ms / plain.p50Ms).toFixed(0)} × by name, ${(described.p50Ms / plain.p50Ms).toFixed(0)} × by idea`,
      cpu: `by name ${us(named.cpuUsPerUnit)}, by idea ${us(described.cpuUsPerUnit)} in tool-service`,
    };
  } finally {
    tools.close();
  }
}
