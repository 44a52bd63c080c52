import type { BenchStack } from '../bench-stack.ts';
import { perSecond, us, type Finding } from '../finding.ts';
import { HttpLanes } from '../http-lanes.ts';
import { timed } from '../own-process.ts';
import { httpRequest } from '../raw-http.ts';
import { takeTurns, type Pace } from '../take-turns.ts';

const LANES = 32;
const HEADERS = { 'content-type': 'application/json', 'x-api-key': 'local' };
const QUESTIONS = { English: 'What manga series are similar to One Piece?', Japanese: 'ワンピースに似たアクション漫画を教えてください' };

export async function cacheHits(stack: BenchStack, pace: Pace): Promise<Finding> {
  const rest = await HttpLanes.open(stack.restUrl, LANES);
  const bare = await HttpLanes.open(stack.bareUrl, LANES);
  const request = (url: URL, query: string): Buffer => httpRequest(url, '/v1/manga/query', HEADERS, JSON.stringify({ query }));
  const asking = (query: string) => {
    const bytes = request(stack.restUrl, query);
    return { once: (lane: number) => timed(() => rest.send(lane, bytes)), cpuUs: () => stack.restApi.cpuUs() };
  };
  const bareBytes = request(stack.bareUrl, QUESTIONS.English);
  try {
    const measured = await takeTurns(
      {
        bare: { once: (lane) => timed(() => bare.send(lane, bareBytes)), cpuUs: () => stack.bareServer.cpuUs() },
        English: asking(QUESTIONS.English),
        Japanese: asking(QUESTIONS.Japanese),
      },
      pace,
      { lanes: LANES },
    );
    const { English, Japanese, bare: plain } = measured;
    return {
      what: `REST query, cached, ${LANES} at once`,
      ours: `${perSecond(1e6 / English.cpuUsPerUnit)} per core, Japanese ${perSecond(1e6 / Japanese.cpuUsPerUnit)}; ${perSecond(English.unitsPerSecond)} here`,
      baseline: `${perSecond(1e6 / plain.cpuUsPerUnit)} per core, bare node:http`,
      ratio: `${(English.cpuUsPerUnit / plain.cpuUsPerUnit).toFixed(1)} × the CPU`,
      cpu: `${us(English.cpuUsPerUnit)} a request, Japanese ${us(Japanese.cpuUsPerUnit)} (bare: ${us(plain.cpuUsPerUnit)})`,
    };
  } finally {
    rest.close();
    bare.close();
  }
}
