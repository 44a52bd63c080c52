import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal } from '../index.ts';
import { drain, failure, HAIKU, openClient, userSays } from '../testing/sdk-clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'bedrock-local-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SAID = [
  { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 11, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Ask hana@exa' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'mple.com. よつばと!' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];

describe('a recorded upstream', () => {
  it('answers again without the upstream, from files without personal data or keys', async () => {
    const upstream = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(SAID.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const recorder = await startBedrockLocal({ record: folder, backend: { kind: 'anthropic-compatible', upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, upstreamKey: 'very-secret-key' } });
    const question = { modelId: HAIKU, messages: [userSays('My card is 4111 1111 1111 1111')] };
    const recording = openClient(recorder.url);
    const first = await recording.send(new ConverseCommand(question));
    await recorder.close();
    upstream.close();

    const player = await startBedrockLocal({ replay: folder });
    const client = openClient(player.url);
    const { events } = await drain((await client.send(new ConverseStreamCommand(question))).stream);
    const unknown = await failure(client.send(new ConverseCommand({ modelId: HAIKU, messages: [userSays('something else')] })));
    const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');

    expect(first.output?.message?.content?.[0]?.text).toBe('Ask hana@example.com. よつばと!');
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join('')).toBe('Ask {EMAIL}. よつばと!');
    expect(events.at(-1)?.metadata?.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
    expect(unknown.message).toMatch(/^No recording of this call/);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(kept).not.toMatch(/secret|4111|hana@/);
    recording.destroy();
    client.destroy();
    await player.close();
  });
});
