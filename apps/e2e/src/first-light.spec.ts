import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatErrorFrame, TurnStartedFrame } from '@manga-assist/schemas/chat';
import { ChatClient, type Answer } from './chat-client.ts';
import { run, startStack, type Stack } from './stack.ts';

interface Series {
  title_ja: string;
  title_en: string;
}

const series = readFileSync(new URL('../../../tools/catalogue/data/series.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Series);
const titles = new Set(series.flatMap(({ title_ja, title_en }) => [title_ja, title_en]));

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ BEDROCK_LOCAL_TTFT_MS: '0', BEDROCK_LOCAL_TOKENS_PER_SECOND: '0' });
}, 120_000);

afterAll(async () => {
  await stack?.stop();
}, 30_000);

describe('npm start', () => {
  it.each(['restUrl', 'toolUrl', 'workerUrl'] as const)('starts a service that lives and is ready: %s', async (service) => {
    expect((await fetch(`${stack[service]}/livez`)).status).toBe(200);
    expect((await fetch(`${stack[service]}/readyz`)).status).toBe(200);
  });

  it('starts the gateway that lives and is ready', async () => {
    const gateway = stack.chatUrl.replace(/^ws/, 'http').replace('/v1/chat', '');

    expect((await fetch(`${gateway}/livez`)).status).toBe(200);
    expect((await fetch(`${gateway}/readyz`)).status).toBe(200);
  });

  it('serves the page, and the page knows where the gateway is', async () => {
    const page = await fetch(stack.webUrl);

    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await fetch(`${stack.webUrl}/config.json`)).json()).toMatchObject({ chatUrl: stack.chatUrl });
  });
});

const query = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${stack.restUrl}/v1/manga/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': 'local', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a partner’s query', () => {
  it('is answered from the catalogue, priced, and remembered', async () => {
    const question = { query: 'What manga series are similar to One Piece?', model: 'haiku' };

    const first = (await (await query(question)).json()) as Record<string, unknown>;
    const second = (await (await query(question)).json()) as Record<string, unknown>;

    expect(first).toMatchObject({ model: 'haiku', stop_reason: 'end_turn', cached: false, degraded: false });
    expect(first['estimated_cost_usd']).toBeGreaterThan(0);
    expect(boldTitles(String(first['response']))).not.toEqual([]);
    for (const title of boldTitles(String(first['response']))) expect(titles).toContain(title);
    expect(second).toMatchObject({ response: first['response'], cached: true, estimated_cost_usd: 0 });
    expect(second['request_id']).not.toBe(first['request_id']);
  });

  it('is answered in Japanese when it is asked in Japanese', async () => {
    const answer = (await (await query({ query: 'ワンピースに似たアクション漫画を教えてください', model: 'sonnet' })).json()) as { response: string };

    expect(answer.response).toMatch(/[ぁ-ん]/);
    expect(boldTitles(answer.response)).not.toEqual([]);
  });

  it.each([
    ['malformed JSON', '{"query":', 400],
    ['an empty question', { query: '' }, 400],
    ['a question of invisible characters', { query: '\u200b\u2060' }, 400],
    ['a question that is too long', { query: 'あ'.repeat(4001) }, 400],
    ['a lone surrogate', '{"query":"a\\ud800b"}', 400],
    ['an unknown field', { query: 'x', surprise: 1 }, 400],
    ['an unknown model', { query: 'x', model: 'anthropic.claude-3-opus' }, 400],
    ['a wrong type', { query: 7, max_tokens: '512' }, 400],
    ['a depth bomb', `{"query":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400],
  ])('is refused with a clear problem: %s', async (_what, body, status) => {
    const response = await query(body);
    const problem = (await response.json()) as Record<string, unknown>;

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problem['error']).toEqual(expect.any(String));
    expect(problem['details']).toEqual(expect.any(Array));
  });

  it('needs a key', async () => {
    expect((await query({ query: 'x' }, { 'x-api-key': 'nonsense' })).status).toBe(401);
  });
});

describe('a shopper’s conversation', () => {
  it('streams a grounded answer in Japanese and shows the tool it used', async () => {
    const client = await ChatClient.connect(stack.chatUrl);

    const answer = await client.ask('ワンピースに似たアクション漫画を教えてください');

    expectWellFormed(client, answer);
    expect(answer.tools).toContainEqual({ name: 'find_similar_manga', state: 'finished' });
    expect(answer.text).toMatch(/[ぁ-ん]/);
    expect(boldTitles(answer.text)).not.toEqual([]);
    for (const title of boldTitles(answer.text)) expect(titles).toContain(title);
    client.close();
  });

  it('streams a grounded answer in English', async () => {
    const client = await ChatClient.connect(stack.chatUrl);

    const answer = await client.ask('What are the best seinen manga like Berserk?');

    expectWellFormed(client, answer);
    expect(answer.text).not.toMatch(/^[ぁ-ん]/);
    expect(boldTitles(answer.text)).not.toEqual([]);
    for (const title of boldTitles(answer.text)) expect(titles).toContain(title);
    expect(boldTitles(answer.text)).not.toContain('Berserk');
    client.close();
  });

  it('looks up stock, and remembers what it was about', async () => {
    const client = await ChatClient.connect(stack.chatUrl);

    const first = await client.ask('Do you have volume 3 of Yotsuba?');
    const second = await client.ask('And volume 4?', { conversation_id: first.conversationId });

    expect(first.tools.map(({ name }) => name)).toContain('check_manga_availability');
    expect(first.text).toMatch(/volume 3/i);
    expect(second.conversationId).toBe(first.conversationId);
    expect(second.frames.at(-1)?.type).toBe('complete');
    client.close();
  });

  it('sees the shopper’s own order and nobody else’s', async () => {
    const signedIn = await ChatClient.connect(stack.chatUrl);
    const guest = await ChatClient.connect(stack.chatUrl, {});

    const own = await signedIn.ask('注文番号 ＯＲＤ－７Ｋ２Ｍ９Ｑ４Ｘ の配送状況を教えて');
    const foreign = await guest.ask('注文番号 ORD-7K2M9Q4X の配送状況を教えて');

    expect(own.tools.map(({ name }) => name)).toContain('get_order_status');
    expect(own.text).toContain('ORD-7K2M9Q4X');
    expect(foreign.text).toMatch(/見つかりません|確認できません|見当たりません/);
    signedIn.close();
    guest.close();
  });

  it('can be stopped: what was said stays, and there is one ending', async () => {
    const client = await ChatClient.connect(stack.chatUrl);
    await setPacing({ ttft_ms: 0, tokens_per_second: 20 });
    try {
      client.question('ワンピースに似た漫画を10作品教えてください');
      const started = await client.next<TurnStartedFrame>((frame) => frame.type === 'turn.started');
      await client.next((frame) => frame.type === 'token');

      client.send({ type: 'chat.cancel', turn_id: started.turn_id });
      await client.next((frame) => frame.type === 'turn.cancelled');
    } finally {
      await setPacing({ ttft_ms: 0, tokens_per_second: 0 });
    }
    const after = await client.ask('ありがとう');

    expect(after.frames.at(-1)?.type).toBe('complete');
    expect(client.frames.filter(({ type }) => type === 'turn.cancelled')).toHaveLength(1);
    client.close();
  });

  it('answers every bad frame with a code and stays open', async () => {
    const client = await ChatClient.connect(stack.chatUrl);
    const bad: [string | Buffer, string][] = [
      ['{"type":', 'invalid_json'],
      ['{"type":"chat.shout"}', 'unknown_type'],
      [Buffer.from([1, 2, 3]), 'unsupported_binary'],
      [JSON.stringify({ type: 'chat.send', client_message_id: randomUUID(), text: 'x'.repeat(33 * 1024) }), 'frame_too_large'],
      [JSON.stringify({ type: 'chat.send', text: 'x' }), 'invalid_message'],
      [JSON.stringify({ type: 'chat.send', client_message_id: randomUUID(), text: '\u200b' }), 'empty_text'],
      [JSON.stringify({ type: 'chat.send', client_message_id: randomUUID(), text: 'あ'.repeat(4001) }), 'text_too_long'],
      [`{"type":"chat.send","client_message_id":"${randomUUID()}","text":"a\\ud800b"}`, 'invalid_unicode'],
      [JSON.stringify({ type: 'chat.cancel', turn_id: 'trn_01ARZ3NDEKTSV4RRFFQ69G5FAV' }), 'turn_not_found'],
    ];

    for (const [frame, code] of bad) {
      const from = client.frames.length;
      client.sendRaw(frame);
      const error = await client.next<ChatErrorFrame>(({ type }) => type === 'error', from);

      expect([code, error.code]).toEqual([code, code]);
    }

    expect(client.isOpen).toBe(true);
    expect((await client.ask('こんにちは')).frames.at(-1)?.type).toBe('complete');
    client.close();
  });
});

describe('a Bedrock that fails', () => {
  it('gives 503 with Retry-After and an error frame, and is forgotten when it works again', async () => {
    const client = await ChatClient.connect(stack.chatUrl);
    await admin('POST', 'faults', { kind: 'unavailable', times: 1000 });
    let refused: Response;
    let failed: Answer;
    try {
      refused = await query({ query: `Something new ${randomUUID()}` });
      failed = await client.ask('What is Berserk about?');
    } finally {
      await admin('DELETE', 'faults');
    }

    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(failed.frames.at(-1)).toMatchObject({ type: 'error', code: 'upstream_error', retryable: true });
    await eventually(async () => (await client.ask('What is Berserk about?')).frames.at(-1)?.type === 'complete');
    await eventually(async () => (await query({ query: `Something new ${randomUUID()}` })).status === 200);
    client.close();
  });

  it('falls back from Sonnet to Haiku when throttled, and says so', async () => {
    await admin('POST', 'faults', { kind: 'throttle', model: 'anthropic.claude-3-sonnet-20240229-v1:0', times: 20 });
    try {
      const answer = (await (await query({ query: 'ベルセルクに似た漫画は？', model: 'sonnet' })).json()) as Record<string, unknown>;

      expect(answer).toMatchObject({ model: 'haiku', degraded: true, cached: false });
    } finally {
      await admin('DELETE', 'faults');
    }
  });
});

describe('npm run ask', () => {
  it('asks from a terminal and shows tools and cost', async () => {
    const asked = await run(['tools/ask/src/main.ts', '--url', stack.chatUrl, 'Do you have volume 3 of Yotsuba?']);

    expect(asked.exitCode).toBe(0);
    expect(asked.stdout).toMatch(/Yotsuba/);
    expect(asked.stderr).toContain('check_manga_availability');
    expect(asked.stderr).toMatch(/\$0\.\d+/);
  });
});

interface DevQuery {
  id: string;
  query: string;
  kind: string;
  expected: string[];
  mustNot?: string[];
}

describe('the customers’ queries', () => {
  it('find an expected series among the first five in at least nine of ten', async () => {
    const { queries } = JSON.parse(readFileSync(new URL('./fixtures/queries-dev.json', import.meta.url), 'utf8')) as { queries: DevQuery[] };
    const graded = queries.filter(({ expected }) => expected.length > 0);
    const english = new Map(series.map(({ title_ja, title_en }) => [title_ja, title_en]));
    const client = await ChatClient.connect(stack.chatUrl);
    const misses: string[] = [];

    for (const { id, query: text, expected, mustNot = [] } of graded) {
      const answer = (await client.ask(text)).text;
      const names = (title: string): boolean => answer.includes(title) || answer.includes(english.get(title) ?? title);
      const recommended = boldTitles(answer).slice(0, 5);
      const wrong = mustNot.some((title) => recommended.includes(title) || recommended.includes(english.get(title) ?? title));
      if (!expected.some(names) || wrong) misses.push(`${id} ${text}`);
    }

    const hits = graded.length - misses.length;
    console.info(`hit@5 through the whole stack: ${hits} of ${graded.length}${misses.length > 0 ? `\nmissed:\n  ${misses.join('\n  ')}` : ''}`);
    expect(hits / graded.length).toBeGreaterThanOrEqual(0.9);
    client.close();
  }, 180_000);
});

describe('Ctrl-C', () => {
  it('stops everything within five seconds and leaves no port taken', async () => {
    const { exitCode, tookMs } = await stack.stop();

    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(5_000);
    for (const url of [stack.restUrl, stack.toolUrl, stack.workerUrl, stack.webUrl, stack.bedrockUrl]) {
      await expect(fetch(url)).rejects.toThrow();
    }
  }, 30_000);
});

/** The series an answer names in bold: **「日本語タイトル」（Romaji）** or **Title (日本語タイトル, Romaji)**. */
function boldTitles(text: string): string[] {
  return [...text.matchAll(/\*\*(.+?)\*\*/g)].map(([, bold = '']) => /^「(.+?)」(?:（|$)/.exec(bold)?.[1] ?? bold.replace(/ \([^()]*(?:\([^()]*\))?[^()]*\)$/, ''));
}

function expectWellFormed(client: ChatClient, answer: Answer): void {
  const types = answer.frames.map(({ type }) => type);
  const tokens = answer.frames.flatMap((frame) => (frame.type === 'token' ? [frame] : []));
  expect(types[0]).toBe('turn.started');
  expect(types.slice(-2)).toEqual(['turn.usage', 'complete']);
  expect(tokens.map(({ sequence }) => sequence)).toEqual(tokens.map((_, index) => index + 1));
  for (const line of client.raw.filter((raw) => raw.startsWith('{"type":"token"'))) {
    expect(line).toMatch(/^\{"type":"token","data":"(?:[^"\\]|\\.)*","sequence":\d+\}$/);
  }
  expect(client.raw.at(-1)).toMatch(/^\{"type":"complete","usage":\{"input_tokens":\d+,"output_tokens":\d+\},"stop_reason":"end_turn"\}$/);
}

async function admin(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${stack.bedrockUrl}/_admin/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`bedrock-local said ${response.status}: ${await response.text()}`);
}

const setPacing = (pacing: { ttft_ms: number; tokens_per_second: number }): Promise<void> => admin('POST', 'pacing', pacing);

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never came true');
}
