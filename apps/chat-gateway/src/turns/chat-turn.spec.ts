import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ScriptedAnswer } from '@manga-assist/bedrock/testing';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { TestClient } from '../testing/test-client.ts';
import { startGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const shopper = { headers: { 'x-api-key': 'local' } };

afterEach(() => gateway.close());

describe('a chat turn', () => {
  it('streams the answer and then says what it cost', async () => {
    gateway = await startGateway([{ text: '『よつばと！』です。 とても 楽しい 漫画です。', costUsd: 0.000_42, usage: { inputTokens: 500, outputTokens: 300 } }]);
    const client = await TestClient.connect(gateway.url, shopper);

    const clientMessageId = client.question('おすすめは？');
    await client.ending();

    expect(client.frames.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1])).toEqual([
      'hello',
      'turn.started',
      'token',
      'turn.usage',
      'complete',
    ]);
    const started = await client.first('turn.started');
    expect(started).toEqual({
      type: 'turn.started',
      turn_id: expect.stringMatching(/^trn_[0-9A-HJKMNP-TV-Z]{26}$/),
      epoch: expect.stringMatching(/^[0-9a-f]{8}$/),
      conversation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      client_message_id: clientMessageId,
      model: 'haiku',
      degraded: false,
      cached: false,
      duplicate: false,
    });
    expect(client.text()).toBe('『よつばと！』です。 とても 楽しい 漫画です。');
    expect(client.tokens().map(({ sequence }) => sequence)).toEqual(client.tokens().map((_, index) => index + 1));
    expect(await client.first('turn.usage')).toEqual({
      type: 'turn.usage',
      turn_id: started.turn_id,
      model: 'haiku',
      degraded: false,
      rounds: 1,
      usage: { input_tokens: 500, output_tokens: 300 },
      estimated_cost_usd: 0.000_42,
      first_token_ms: expect.any(Number),
      latency_ms: expect.any(Number),
    });
  });

  it('leaves the choice of the model open, and then says who answered', async () => {
    gateway = await startGateway([{ text: 'Both are good.', model: 'sonnet', degraded: false }]);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('Compare Monster and Pluto.', { model: 'auto' });

    expect(gateway.model.requests[0]?.request.model).toBe('auto');
    expect(await client.first('turn.started')).toMatchObject({ model: 'auto' });
    expect(await client.first('turn.usage')).toMatchObject({ model: 'sonnet', degraded: false });
  });

  it('sends the customer’s frames byte for byte', async () => {
    gateway = await startGateway([
      [
        [
          { type: 'message-start', model: 'haiku', modelId: 'm', degraded: false },
          { type: 'text-delta', text: '漫画' },
        ],
        [
          {
            type: 'message-end',
            stopReason: 'end_turn',
            usage: { inputTokens: 500, outputTokens: 300, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
            costUsd: 0,
            latencyMs: 1,
          },
        ],
      ],
    ]);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('漫画');

    expect(client.raw).toContain('{"type":"token","data":"漫画","sequence":1}');
    expect(client.raw.at(-1)).toBe('{"type":"complete","usage":{"input_tokens":500,"output_tokens":300},"stop_reason":"end_turn"}');
  });

  it('never cuts a character in two, however the model cuts its text', async () => {
    const [high, low] = '𠮷';
    expect(low).toBeUndefined();
    const halves = (high ?? '').split('');
    gateway = await startGateway([
      [
        [{ type: 'message-start', model: 'haiku', modelId: 'm', degraded: false }],
        [{ type: 'text-delta', text: `"${halves[0]}` }],
        [{ type: 'text-delta', text: `${halves[1]}野家" \\` }],
        [
          { type: 'text-delta', text: '' },
          { type: 'text-delta', text: '😀'.repeat(20_000) },
        ],
        [
          {
            type: 'message-end',
            stopReason: 'end_turn',
            usage: { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
            costUsd: 0,
            latencyMs: 1,
          },
        ],
      ],
    ]);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('牛丼');

    expect(client.text()).toBe(`"𠮷野家" \\${'😀'.repeat(20_000)}`);
    for (const { data } of client.tokens()) expect(data.isWellFormed() && data !== '').toBe(true);
    for (const raw of client.raw) expect(Buffer.byteLength(raw)).toBeLessThanOrEqual(32_768);
  });

  it('asks the model in the question’s language, with the shop’s rules and tools', async () => {
    gateway = await startGateway(() => 'はい。');
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('ﾜﾝﾋﾟｰｽ');
    await client.ask('What is Berserk about?', { model: 'sonnet', max_tokens: 77 });
    await client.ask('What is Berserk about?', { language: 'ja' });

    const [japanese, english, wanted] = gateway.model.requests.map(({ request }) => request);
    expect(japanese?.system).toMatch(/^You are MangaAssist[\s\S]+\n\nAnswer language: ja$/);
    expect(japanese?.tools?.map(({ name }) => name)).toEqual(['search_manga_catalog', 'get_order_status']);
    expect(english).toMatchObject({ model: 'sonnet', maxTokens: 77 });
    expect(english?.system).toMatch(/\nAnswer language: en$/);
    expect(wanted?.system).toMatch(/\nAnswer language: ja$/);
  });

  it('remembers the conversation, tools included, and nobody else’s', async () => {
    gateway = await startGateway([
      { text: 'Let me see.', toolUses: [{ name: 'search_manga_catalog', input: { query: 'Yotsuba' } }] },
      'Volume 3 is there.',
      'So is volume 4.',
    ]);
    const client = await TestClient.connect(gateway.url, shopper);
    await client.ask('Do you have volume 3 of Yotsuba?');
    const { conversation_id } = await client.first('turn.started');

    await client.ask('And volume 4?', { conversation_id });
    const stranger = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'another' } });
    const refused = await stranger.ask('And volume 5?', { conversation_id });

    expect(gateway.model.requests[2]?.request.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Do you have volume 3 of Yotsuba?' }] },
      { role: 'assistant', content: [{ type: 'tool-use', toolUseId: 'tooluse_1', name: 'search_manga_catalog', input: { query: 'Yotsuba' } }] },
      { role: 'user', content: [{ type: 'tool-result', toolUseId: 'tooluse_1', status: 'success', content: { results: [], total: 0 } }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Let me see.\n\nVolume 3 is there.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And volume 4?' }] },
    ]);
    expect(refused).toMatchObject([{ type: 'error', code: 'not_found' }]);
    expect(gateway.model.requests).toHaveLength(3);
  });

  it('joins the turn when the same question is sent again, and runs it once', async () => {
    gateway = await startGateway(['One answer.']);
    const client = await TestClient.connect(gateway.url, shopper);
    const client_message_id = randomUUID();
    await client.ask('Hello?', { client_message_id });
    const from = client.frames.length;

    const again = await client.ask('Hello?', { client_message_id });

    expect(again[0]).toMatchObject({ type: 'turn.started', duplicate: true, turn_id: (await client.first('turn.started')).turn_id });
    expect(client.text(from)).toBe('One answer.');
    expect(gateway.model.requests).toHaveLength(1);
    expect(await client.ask('Something else', { client_message_id })).toMatchObject([{ type: 'error', code: 'invalid_message', client_message_id }]);
  });

  it('answers one question at a time on a socket and in a conversation', async () => {
    const gate = Promise.withResolvers<void>();
    gateway = await startGateway([{ text: 'One two three', until: gate.promise }, 'Later.']);
    const client = await TestClient.connect(gateway.url, shopper);
    const second = await TestClient.connect(gateway.url, shopper);
    client.question('First?');
    const { conversation_id, turn_id } = await client.first('turn.started');
    await client.first('token');

    const clientMessageId = client.question('Second?');
    const onSocket = await client.first('error');
    const onConversation = await second.ask('Second?', { conversation_id });
    gate.resolve();
    await client.first('complete');

    expect(onSocket).toMatchObject({ code: 'turn_in_progress', retryable: true, turn_id, client_message_id: clientMessageId });
    expect(onConversation).toMatchObject([{ type: 'error', code: 'turn_in_progress' }]);
    expect(client.text()).toBe('One two three');
    expect((await second.ask('Second?', { conversation_id })).at(-1)).toMatchObject({ type: 'complete' });
  });

  it('asks the model while a new conversation is being taken, and says nothing before it is', async () => {
    gateway = await startGateway(['First.', 'Two.']);
    const client = await TestClient.connect(gateway.url, shopper);
    await client.ask('Hello?');
    const gate = Promise.withResolvers<void>();
    gateway.conversations.until = gate.promise;
    const framesBefore = client.frames.length;

    const answer = client.ask('And now?');
    await until('the model to be asked', () => gateway.model.requests.length === 2);
    expect(client.frames.length).toBe(framesBefore);
    gate.resolve();

    expect((await answer).map(({ type }) => type)).toEqual(['turn.started', 'token', 'turn.usage', 'complete']);
  });

  it('says which model answered when it was not the one asked for', async () => {
    gateway = await startGateway([{ text: 'Hi.', model: 'haiku', degraded: true }]);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('Hello?', { model: 'sonnet' });

    expect(await client.first('turn.usage')).toMatchObject({ model: 'haiku', degraded: true });
  });

  it('stops at the limit of tokens without calling it complete prose', async () => {
    gateway = await startGateway([{ text: 'Once upon a', stopReason: 'max_tokens', toolUses: [{ name: 'search_manga_catalog', input: {} }] }]);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('Tell me everything');

    expect(await client.first('complete')).toMatchObject({ stop_reason: 'max_tokens' });
    expect(gateway.tools.calls).toEqual([]);
  });

  it('writes no question and no answer into the log', async () => {
    gateway = await startGateway(['canary-answer']);
    const client = await TestClient.connect(gateway.url, shopper);

    await client.ask('canary-question');
    await until('the log line', () => gateway.logs.lines.some(({ message }) => message === 'turn ended'));

    expect(gateway.logs.written).not.toMatch(/canary|"local"/);
  });
});

describe('a cancelled turn', () => {
  it('stops at once, keeps what was said, and ends once', async () => {
    gateway = await startGateway([{ text: 'One two three four', until: new Promise(() => undefined) }, 'Next.']);
    const client = await TestClient.connect(gateway.url, shopper);
    client.question('Count');
    const { turn_id, conversation_id } = await client.first('turn.started');
    await client.first('token');

    client.send({ type: 'chat.cancel', turn_id });
    client.send({ type: 'chat.cancel', turn_id });
    const cancelled = await client.first('turn.cancelled');
    await client.ask('Go on', { conversation_id });

    expect(cancelled).toEqual({
      type: 'turn.cancelled',
      turn_id,
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      usage_source: 'estimated',
    });
    expect(cancelled.usage.input_tokens).toBeGreaterThan(0);
    expect(client.frames.filter(({ type }) => type === 'turn.cancelled')).toHaveLength(1);
    expect(gateway.model.requests[1]?.request.messages.slice(0, 2)).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Count' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'One' }] },
    ]);
    expect(await gateway.conversations.recent({ tenantId: 'store', subject: 'demo-customer-1' }, conversation_id, 10)).toMatchObject([
      { outcome: 'cancelled', answer: 'One' },
      { outcome: 'complete', answer: 'Next.' },
    ]);
  });

  it('stops while a tool is being called', async () => {
    gateway = await startGateway([{ toolUses: [{ name: 'search_manga_catalog', input: {} }] }]);
    gateway.tools.answer = () => 'hang';
    const client = await TestClient.connect(gateway.url, shopper);
    client.question('Search');
    await client.first('turn.tool');

    client.send({ type: 'chat.cancel', turn_id: (await client.first('turn.started')).turn_id });

    expect(await client.first('turn.cancelled')).toMatchObject({ usage_source: 'measured' });
  });

  it('is nobody else’s to cancel', async () => {
    const gate = Promise.withResolvers<void>();
    gateway = await startGateway([{ text: 'One two', until: gate.promise }]);
    const client = await TestClient.connect(gateway.url, shopper);
    const stranger = await TestClient.connect(gateway.url, { headers: { 'x-api-key': 'another' } });
    client.question('Count');
    const { turn_id } = await client.first('turn.started');

    stranger.send({ type: 'chat.cancel', turn_id });
    const refused = await stranger.first('error');
    gate.resolve();

    expect(refused).toMatchObject({ code: 'turn_not_found' });
    expect(await client.ending()).toMatchObject({ type: 'complete' });
  });
});

describe('a turn whose model fails', () => {
  it.each([
    ['rate-limited', 'upstream_throttled', true],
    ['timed-out', 'upstream_timeout', true],
    ['unavailable', 'upstream_error', true],
    ['invalid', 'upstream_error', false],
    ['bug', 'internal', false],
  ] as const)('ends with an error frame (%s) and the next question is answered', async (kind, code, retryable) => {
    gateway = await startGateway([new AppError(kind, 'bedrock.test', 'canary from below', { retryAfterMs: 1_234 }), 'All is well.']);
    const client = await TestClient.connect(gateway.url, shopper);

    const clientMessageId = client.question('Hello?');
    const error = await client.first('error');
    const next = await client.ask('Hello again?');

    expect(error).toMatchObject({ code, retryable, client_message_id: clientMessageId, turn_id: (await client.first('turn.started')).turn_id });
    expect(error.retry_after_ms).toBe(retryable ? 1_234 : undefined);
    expect(error.message).not.toContain('canary');
    expect(next.at(-1)).toMatchObject({ type: 'complete' });
    expect(client.frames.filter(({ type }) => type === 'complete')).toHaveLength(1);
  });

  it('keeps what was said before, marked, and sends no complete', async () => {
    gateway = await startGateway([{ text: 'One two', failsWith: new AppError('unavailable', 'bedrock.stream-cut', 'cut') }]);
    const client = await TestClient.connect(gateway.url, shopper);

    const frames = await client.ask('Count');
    const { conversation_id } = await client.first('turn.started');

    expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'upstream_error' });
    expect(await gateway.conversations.recent({ tenantId: 'store', subject: 'demo-customer-1' }, conversation_id, 10)).toMatchObject([
      { outcome: 'failed', answer: 'One two' },
    ]);
  });

  it('may be asked again under the same id, as a new attempt', async () => {
    gateway = await startGateway([new AppError('unavailable', 'bedrock.unavailable', 'down'), 'Up again.']);
    const client = await TestClient.connect(gateway.url, shopper);
    const client_message_id = randomUUID();
    await client.ask('Hello?', { client_message_id });

    const frames = await client.ask('Hello?', { client_message_id });

    expect(frames[0]).toMatchObject({ type: 'turn.started', duplicate: false });
    expect(frames.at(-1)).toMatchObject({ type: 'complete' });
  });

  it.each([
    ['content_filtered', 'content_blocked'],
    ['guardrail_intervened', 'content_blocked'],
    ['malformed_tool_use', 'upstream_error'],
    ['model_context_window_exceeded', 'upstream_error'],
    ['tool_use', 'upstream_error'],
  ] as const)('ends with an error when it stops for %s', async (stopReason, code) => {
    gateway = await startGateway([{ text: 'Well', stopReason } satisfies ScriptedAnswer]);
    const client = await TestClient.connect(gateway.url, shopper);

    expect((await client.ask('Hello?')).at(-1)).toMatchObject({ type: 'error', code });
  });

  it('takes an empty answer for a failure', async () => {
    gateway = await startGateway([{ text: '' }]);
    const client = await TestClient.connect(gateway.url, shopper);

    expect((await client.ask('Hello?')).at(-1)).toMatchObject({ type: 'error', code: 'upstream_error', retryable: true });
  });

  it('ends when its time is up', async () => {
    gateway = await startGateway([{ text: 'One two', until: new Promise(() => undefined) }], { turnTimeoutMs: 100 });
    const client = await TestClient.connect(gateway.url, shopper);

    expect((await client.ask('Count')).at(-1)).toMatchObject({ type: 'error', code: 'upstream_timeout', retryable: true });
  });
});

describe('a turn whose store fails', () => {
  it('is refused before anything is spent', async () => {
    gateway = await startGateway(['Never.']);
    gateway.conversations.isDown = true;
    const client = await TestClient.connect(gateway.url, shopper);

    expect(await client.ask('Hello?')).toMatchObject([{ type: 'error', code: 'store_unavailable', retryable: true, turn_id: null }]);
    expect(gateway.model.requests).toEqual([]);
  });

  it('has asked the model already when the table was well a moment ago, and shows nothing of it', async () => {
    gateway = await startGateway(['First.', 'Never shown.']);
    const client = await TestClient.connect(gateway.url, shopper);
    await client.ask('Hello?');
    const gate = Promise.withResolvers<void>();
    gateway.conversations.until = gate.promise;

    const answer = client.ask('Anybody there?');
    await until('the model to be asked', () => gateway.model.requests.length === 2);
    gateway.conversations.isDown = true;
    gate.resolve();

    expect(await answer).toMatchObject([{ type: 'error', code: 'store_unavailable', retryable: true, turn_id: null }]);
    await until('the model to be let go', () => gateway.model.requests[1]?.call.signal.aborted === true);
  });

  it('delivers the answer all the same and stores it when the table is back', async () => {
    const gate = Promise.withResolvers<void>();
    gateway = await startGateway([{ text: 'One two', until: gate.promise }]);
    const client = await TestClient.connect(gateway.url, shopper);
    client.question('Count');
    const { conversation_id } = await client.first('turn.started');
    await client.first('token');

    gateway.conversations.isDown = true;
    gate.resolve();
    expect(await client.ending()).toMatchObject({ type: 'complete' });
    gateway.conversations.isDown = false;

    await until('the turn to be stored', async () => {
      const turns = await gateway.conversations.recent({ tenantId: 'store', subject: 'demo-customer-1' }, conversation_id, 10);
      return turns?.[0]?.answer === 'One two';
    });
  });
});
