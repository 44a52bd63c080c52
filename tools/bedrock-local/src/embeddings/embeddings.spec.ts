import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeModelCommand, type BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from '../index.ts';
import { COHERE, failure, openClient, TITAN } from '../testing/sdk-clients.ts';

const WORLDS: [string, string][] = [
  ['pirate ship treasure sea captain', '海賊 船 宝 海 船長'], ['romance school crush love confession', '恋愛 学校 片思い 告白'],
  ['cooking restaurant chef recipe', '料理 食堂 料理人 献立'], ['ghost haunted fear curse', '幽霊 恐怖 呪い 怪談'], ['baseball team stadium pitcher', '野球 球団 球場 投手'],
];
const folder = mkdtempSync(join(tmpdir(), 'bedrock-local-'));
const corpus = join(folder, 'corpus.ndjson');

let server: BedrockLocal;
let client: BedrockRuntimeClient;
beforeAll(async () => {
  const lines = WORLDS.flatMap(([en, ja]) => {
    const english = en.split(' ');
    const japanese = ja.split(' ');
    // Each document has a part of its world's words, in both languages.
    return english.map((_word, skip) => JSON.stringify({ id: skip, synopsis_en: english.filter((_, index) => index !== skip).join(' '), themes_ja: japanese.filter((_, index) => index !== skip) }));
  });
  writeFileSync(corpus, lines.join('\n'));
  server = await startBedrockLocal({ corpus });
  client = openClient(server.url);
});
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(folder, { recursive: true });
});

async function invoke(modelId: string, body: Record<string, unknown>, using = client): Promise<Record<string, unknown>> {
  const reply = await using.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
  return JSON.parse(Buffer.from(reply.body).toString()) as Record<string, unknown>;
}

const titan = async (inputText: string, more: Record<string, unknown> = {}): Promise<number[]> => (await invoke(TITAN, { inputText, ...more }))['embedding'] as number[];
const cosine = (a: number[], b: number[]): number => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

describe('embeddings', () => {
  it('put a word and its translation near each other, and other worlds far away', async () => {
    const [pirate, kaizoku, yakyuu, baseball] = await Promise.all([titan('pirate'), titan('海賊'), titan('野球'), titan('baseball')]);

    expect(cosine(pirate, kaizoku)).toBeGreaterThan(0.6);
    expect(cosine(yakyuu, baseball)).toBeGreaterThan(0.6);
    expect(cosine(pirate, yakyuu)).toBeLessThan(0.2);
  });

  it('have the length asked for, and length one', async () => {
    const [long, middle, short] = await Promise.all([titan('海賊の宝'), titan('海賊の宝', { dimensions: 512 }), titan('海賊の宝', { dimensions: 256 })]);

    expect([long.length, middle.length, short.length]).toEqual([1024, 512, 256]);
    expect(cosine(long, long)).toBeCloseTo(1, 4);
    expect(long.slice(0, 256)).toEqual(short);
  });

  it('are the same on every start', async () => {
    const other = await startBedrockLocal({ corpus });
    const otherClient = openClient(other.url);

    const again = (await invoke(TITAN, { inputText: '海賊 love' }, otherClient))['embedding'];

    expect(again).toEqual(await titan('海賊 love'));
    otherClient.destroy();
    await other.close();
  });

  it('come in Cohere form too, and agree with Titan', async () => {
    const reply = await invoke(COHERE, { texts: ['pirate', '海賊'], input_type: 'search_document' });
    const vectors = reply['embeddings'] as number[][];

    expect(reply).toMatchObject({ response_type: 'embeddings_floats', texts: ['pirate', '海賊'], id: expect.any(String) });
    expect(vectors[0]).toEqual(await titan('pirate'));
  });

  it('fall back to spelling without a corpus, and warn when it cannot be read', async () => {
    const warnings: string[] = [];
    const bare = await startBedrockLocal({ corpus: join(folder, 'missing.ndjson'), warn: (line) => warnings.push(line) });
    const bareClient = openClient(bare.url);

    const [a, b, c] = await Promise.all(['Chihayafuru', 'chihayafuru!', 'one piece'].map(async (inputText) => (await invoke(TITAN, { inputText }, bareClient))['embedding'] as number[]));

    expect(cosine(a ?? [], b ?? [])).toBeGreaterThan(0.9);
    expect(cosine(a ?? [], c ?? [])).toBeLessThan(0.5);
    expect(warnings).toEqual([expect.stringMatching(/^embeddings use spelling only/)]);
    bareClient.destroy();
    await bare.close();
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['an odd dimension', TITAN, { inputText: 'a', dimensions: 300 }], ['no text', TITAN, {}], ['empty text', TITAN, { inputText: '' }],
    ['Cohere without an input type', COHERE, { texts: ['a'] }], ['too many texts', COHERE, { texts: Array.from({ length: 97 }, () => 'a'), input_type: 'search_query' }],
  ])('refuse %s', async (_what, modelId, body) => {
    const error = await failure(client.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) })));

    expect(error.name).toBe('ValidationException');
    expect(error.message).toMatch(/^Malformed input request: /);
  });
});
