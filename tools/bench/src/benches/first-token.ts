import type { BenchStack } from '../bench-stack.ts';
import { ChatSocket } from '../chat-socket.ts';
import { DirectBedrock } from '../direct-bedrock.ts';
import { added, ms, us, type Finding } from '../finding.ts';
import { ownCpuUs } from '../own-process.ts';
import { takeTurns, type Pace } from '../take-turns.ts';

const WARM_UP_LANES = 8;

export async function firstToken(stack: BenchStack, pace: Pace): Promise<Finding> {
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const sockets = await Promise.all(Array.from({ length: WARM_UP_LANES }, () => ChatSocket.open(stack.chatUrl)));
  try {
    const { direct, ours } = await takeTurns(
      {
        direct: {
          once: async () => ({ tookMs: (await bedrock.stream('hello')).firstTokenMs, units: 1 }),
          cpuUs: ownCpuUs,
        },
        ours: {
          once: async (lane) => ({ tookMs: (await (sockets[lane] as ChatSocket).ask('hello')).firstTokenMs, units: 1 }),
          cpuUs: () => stack.chatGateway.cpuUs(),
        },
      },
      pace,
      { lanes: 1, warmUpLanes: WARM_UP_LANES },
    );
    return {
      what: 'chat, first token, one turn at a time: p50 / p99',
      ours: `${ms(ours.p50Ms)} / ${ms(ours.p99Ms)}`,
      baseline: `${ms(direct.p50Ms)} / ${ms(direct.p99Ms)} SDK ConverseStream`,
      ratio: `${added(ours.p50Ms - direct.p50Ms)} / ${added(ours.p99Ms - direct.p99Ms)}`,
      cpu: `${us(ours.cpuUsPerUnit)} a turn of 300 tokens in chat-gateway (${ours.count} turns)`,
    };
  } finally {
    bedrock.close();
    for (const socket of sockets) socket.close();
  }
}
