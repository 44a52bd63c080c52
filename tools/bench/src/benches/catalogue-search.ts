import type { BenchStack } from '../bench-stack.ts';
import { added, ms, us, type Finding } from '../finding.ts';
import { HttpLanes } from '../http-lanes.ts';
import { ownCpuUs, timed } from '../own-process.ts';
import { Questions } from '../questions.ts';
import { SearchAlone } from '../search-alone.ts';
import { takeTurns, type Pace } from '../take-turns.ts';
import { searchCall } from '../tool-call.ts';

export async function catalogueSearch(stack: BenchStack, pace: Pace): Promise<Finding> {
  const tools = await HttpLanes.open(stack.toolUrl, 4);
  const alone = await SearchAlone.open(stack);
  // Each contestant is asked the same questions in the same order.
  const called = (asked: Questions, ask: (questions: Questions) => string) => ({
    once: (lane: number) => timed(() => tools.send(lane, searchCall(stack.toolUrl, ask(asked)))),
    cpuUs: () => stack.toolService.cpuUs(),
  });
  const direct = (asked: Questions, ask: (questions: Questions) => string) => ({ once: () => timed(() => alone.search(ask(asked))), cpuUs: ownCpuUs });
  const byName = (asked: Questions): string => asked.named();
  const byIdea = (asked: Questions): string => asked.described();
  try {
    const { named, namedAlone, described, describedAlone } = await takeTurns(
      {
        named: called(new Questions(), byName),
        namedAlone: direct(new Questions(), byName),
        described: called(new Questions(), byIdea),
        describedAlone: direct(new Questions(), byIdea),
      },
      pace,
      { lanes: 1, warmUpLanes: 4 },
    );
    return {
      what: 'tool call of the catalogue search over HTTP, one at a time: p50 / p99',
      ours: `by name ${ms(named.p50Ms)} / ${ms(named.p99Ms)}, by idea ${ms(described.p50Ms)} / ${ms(described.p99Ms)} (its meaning asked of bedrock-local)`,
      baseline: `by name ${ms(namedAlone.p50Ms)} / ${ms(namedAlone.p99Ms)}, by idea ${ms(describedAlone.p50Ms)} / ${ms(describedAlone.p99Ms)}: the same search in one process`,
      ratio: `${added(named.p50Ms - namedAlone.p50Ms)} by name, ${added(described.p50Ms - describedAlone.p50Ms)} by idea at p50`,
      cpu: `by name ${us(named.cpuUsPerUnit)}, by idea ${us(described.cpuUsPerUnit)} in tool-service`,
    };
  } finally {
    tools.close();
    await alone.close();
  }
}
