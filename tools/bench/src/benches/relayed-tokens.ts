import { ANSWER_TOKENS, type BenchStack } from '../bench-stack.ts';
import { ChatSocket } from '../chat-socket.ts';
import { DirectBedrock } from '../direct-bedrock.ts';
import { perSecond, us, type Finding } from '../finding.ts';
import { ownCpuUs } from '../own-process.ts';
import { takeTurns, type Pace } from '../take-turns.ts';

const LANES = 32;

export async function relayedTokens(stack: BenchStack, pace: Pace): Promise<Finding> {
  const bedrock = new DirectBedrock(stack.bedrockUrl);
  const sockets = await Promise.all(Array.from({ length: LANES }, () => ChatSocket.open(stack.chatUrl)));
  try {
    const { direct, ours } = await takeTurns(
      {
        direct: {
          once: async () => {
            const { firstTokenMs, tokens } = await bedrock.stream('hello');
            return { tookMs: firstTokenMs, units: tokens };
          },
          cpuUs: ownCpuUs,
        },
        ours: {
          once: async (lane) => {
            const { firstTokenMs, tokens } = await (sockets[lane] as ChatSocket).ask('hello');
            return { tookMs: firstTokenMs, units: tokens };
          },
          cpuUs: () => stack.chatGateway.cpuUs(),
        },
      },
      pace,
      { lanes: LANES },
    );
    return {
      what: `chat, relayed tokens, ${LANES} turns of ${ANSWER_TOKENS} tokens at once`,
      ours: `${perSecond(1e6 / ours.cpuUsPerUnit)} per core, ${perSecond(ours.unitsPerSecond)} here`,
      baseline: `${perSecond(1e6 / direct.cpuUsPerUnit)} per core, SDK ConverseStream read and dropped`,
      ratio: `${(direct.cpuUsPerUnit / ours.cpuUsPerUnit).toFixed(1)} × the tokens per core`,
      cpu: `${us(ours.cpuUsPerUnit)} a token, ${us(ours.cpuUsPerUnit * ANSWER_TOKENS)} a turn with everything (SDK: ${us(direct.cpuUsPerUnit)} a token)`,
    };
  } finally {
    bedrock.close();
    for (const socket of sockets) socket.close();
  }
}
