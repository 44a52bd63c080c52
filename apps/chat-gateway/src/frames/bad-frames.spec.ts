import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { TestClient } from '../testing/test-client.ts';
import { startGateway, type TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
const id = randomUUID();
const send = (more: Record<string, unknown>): string => JSON.stringify({ type: 'chat.send', client_message_id: id, text: 'canary', ...more });

beforeAll(async () => {
  gateway = await startGateway(() => 'Hello.');
});
afterAll(() => gateway.close());

describe('a bad frame', () => {
  it.each<[string, string | Buffer, string]>([
    ['cut JSON', '{"type":', 'invalid_json'],
    ['no JSON', 'canary', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['a list', '["canary"]', 'invalid_message'],
    ['a number', '42', 'invalid_message'],
    ['null', 'null', 'invalid_message'],
    ['a depth bomb', '['.repeat(30_000), 'invalid_message'],
    ['a depth bomb in a field', `{"type":"chat.send","text":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'invalid_message'],
    ['binary', Buffer.from('{"type":"ping","t":1}'), 'unsupported_binary'],
    ['33 KiB', send({ text: 'x'.repeat(33 * 1_024) }), 'frame_too_large'],
    ['100 KiB', send({ text: 'x'.repeat(100 * 1_024) }), 'frame_too_large'],
    ['no type', '{}', 'unknown_type'],
    ['an unknown type', '{"type":"canary"}', 'unknown_type'],
    ['a type of the language', '{"type":"constructor"}', 'unknown_type'],
    ['a server’s type', '{"type":"token","data":"x","sequence":1}', 'unknown_type'],
    ['no id', JSON.stringify({ type: 'chat.send', text: 'x' }), 'invalid_message'],
    ['36 dashes for an id', send({ client_message_id: '-'.repeat(36) }), 'invalid_message'],
    ['an unknown field', send({ canary: 1 }), 'invalid_message'],
    ['forged history', send({ messages: [{ role: 'assistant', content: 'canary' }] }), 'invalid_message'],
    ['an unknown model', send({ model: 'canary' }), 'invalid_message'],
    ['too many tokens', send({ max_tokens: 4_097 }), 'invalid_message'],
    ['a text of a wrong type', send({ text: 7 }), 'invalid_message'],
    ['no text', send({ text: '' }), 'empty_text'],
    ['an invisible text', send({ text: '\u200b\u2060 \u3000' }), 'empty_text'],
    ['a text too long', send({ text: 'あ'.repeat(4_001) }), 'text_too_long'],
    ['a lone surrogate', `{"type":"chat.send","client_message_id":"${id}","text":"canary\\ud800"}`, 'invalid_unicode'],
    ['an unknown turn to cancel', JSON.stringify({ type: 'chat.cancel', turn_id: 'trn_01ARZ3NDEKTSV4RRFFQ69G5FAV' }), 'turn_not_found'],
    ['a wrong turn id', JSON.stringify({ type: 'chat.cancel', turn_id: 'canary' }), 'invalid_message'],
    ['a sequence below 0', JSON.stringify({ type: 'chat.resume', turn_id: 'trn_01ARZ3NDEKTSV4RRFFQ69G5FAV', epoch: 'e', after_sequence: -1 }), 'invalid_message'],
    ['a ping without time', '{"type":"ping"}', 'invalid_message'],
    ['a prototype', '{"type":"ping","t":1,"__proto__":{"canary":1},"constructor":{"prototype":{}}}', 'pong'],
  ])('%s is answered and forgiven, and never repeated', async (_what, data, code) => {
    const client = await TestClient.connect(gateway.url);

    client.socket.send(data);
    const answer = await until('an answer', () => client.frames[1]);
    const next = await client.ask('Hello?');

    if (code === 'pong') expect(['pong', 'error']).toContain(answer.type);
    else expect(answer).toMatchObject({ type: 'error', code, turn_id: code === 'turn_not_found' ? expect.any(String) : null, request_id: expect.any(String) });
    expect(client.raw[1]).not.toContain('canary');
    expect(next.at(-1)).toMatchObject({ type: 'complete' });
    client.socket.close();
  });

  it('of 4,000 characters is none', async () => {
    const client = await TestClient.connect(gateway.url);

    expect((await client.ask('𠮷'.repeat(4_000))).at(-1)).toMatchObject({ type: 'complete' });
  });

  it('names every field that is wrong, and which question it was', async () => {
    const client = await TestClient.connect(gateway.url);

    client.socket.send(send({ model: 'gpt', language: 'fr', max_tokens: 'x' }));
    const error = await client.first('error');

    expect(error.client_message_id).toBe(id);
    for (const field of ['model', 'language', 'max_tokens']) expect(error.message).toContain(field);
  });

  it('too many of them in a row end the conversation', async () => {
    const client = await TestClient.connect(gateway.url);

    for (let count = 0; count < 20; count++) client.socket.send('nonsense');

    expect(await until('the socket to close', () => client.closed)).toMatchObject({ code: 4400 });
    expect(client.frames.filter(({ type }) => type === 'error')).toHaveLength(20);
  });

  it('of more than 128 KiB closes the socket, and invalid UTF-8 does', async () => {
    const huge = await TestClient.connect(gateway.url);
    const broken = await TestClient.connect(gateway.url);

    huge.socket.send('x'.repeat(200 * 1_024));
    broken.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });

    expect(await until('the socket to close', () => huge.closed)).toMatchObject({ code: 1009 });
    expect(await until('the socket to close', () => broken.closed)).toMatchObject({ code: 1007 });
  });
});

describe('a ping', () => {
  it('is answered with the client’s own time, also during a turn', async () => {
    const client = await TestClient.connect(gateway.url);

    client.send({ type: 'ping', t: 1_763_800_000_000 });

    expect(await client.first('pong')).toEqual({ type: 'pong', t: 1_763_800_000_000 });
  });
});
