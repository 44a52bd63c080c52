import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConverseStreamCommand, type BedrockRuntimeClient, type ContentBlock, type Message, type Tool } from '@aws-sdk/client-bedrock-runtime';
import { startBedrockLocal, type BedrockLocal } from './index.ts';
import { HAIKU, openClient, PROTOCOLS, userSays } from './testing/sdk-clients.ts';
import { runTool, SHOP_TOOLS } from './testing/shop.ts';

type ToolInput = Record<string, never>;
const tools: Tool[] = SHOP_TOOLS.map(({ name, description, inputSchema }) => ({ toolSpec: { name, description, inputSchema: { json: inputSchema as ToolInput } } }));

let server: BedrockLocal;
beforeAll(async () => {
  server = await startBedrockLocal();
});
afterAll(() => server.close());

/** One assistant message, put together from its stream as an application does. */
async function nextMessage(client: BedrockRuntimeClient, messages: Message[]): Promise<{ content: ContentBlock[]; stopReason: string }> {
  const reply = await client.send(new ConverseStreamCommand({ modelId: HAIKU, messages, toolConfig: { tools } }));
  const blocks: { text: string; id?: string; name?: string }[] = [];
  let stopReason = '';
  for await (const event of reply.stream ?? []) {
    const index = event.contentBlockStart?.contentBlockIndex ?? event.contentBlockDelta?.contentBlockIndex ?? 0;
    const toolUse = event.contentBlockStart?.start?.toolUse;
    if (toolUse) blocks[index] = { text: '', id: toolUse.toolUseId ?? '', name: toolUse.name ?? '' };
    const delta = event.contentBlockDelta?.delta;
    if (delta) (blocks[index] ??= { text: '' }).text += delta.text ?? delta.toolUse?.input ?? '';
    stopReason = event.messageStop?.stopReason ?? stopReason;
  }
  const content = blocks.map(({ text, id, name }): ContentBlock => (id === undefined ? { text } : { toolUse: { toolUseId: id, name, input: JSON.parse(text || '{}') as ToolInput } }));
  return { content, stopReason };
}

async function converse(client: BedrockRuntimeClient, question: string): Promise<{ text: string; toolNames: string[] }> {
  const messages: Message[] = [userSays(question)];
  const toolNames: string[] = [];
  for (;;) {
    const { content, stopReason } = await nextMessage(client, messages);
    messages.push({ role: 'assistant', content });
    if (stopReason !== 'tool_use') return { text: content.map(({ text }) => text ?? '').join(''), toolNames };
    const results = content.flatMap(({ toolUse }): ContentBlock[] => {
      if (!toolUse) return [];
      toolNames.push(toolUse.name ?? '');
      const result = runTool(toolUse.name ?? '', toolUse.input as ToolInput);
      return [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ json: result.content as ToolInput }], status: result.isError ? 'error' : 'success' } }];
    });
    messages.push({ role: 'user', content: results });
  }
}

describe.each(PROTOCOLS)('a tool loop over %s', (protocol) => {
  it('finds the series, checks the stock and answers in Japanese', async () => {
    const client = openClient(server.url, protocol);
    const { text, toolNames } = await converse(client, '「よつばと！」の3巻は在庫ありますか？');

    expect(toolNames).toEqual(['search_manga_catalog', 'check_manga_availability']);
    expect(text).toMatch(/「よつばと!」3巻は在庫がございます/);
    client.destroy();
  });

  it('does the same in English', async () => {
    const client = openClient(server.url, protocol);
    const { text, toolNames } = await converse(client, 'Do you have volume 3 of Yotsuba?');

    expect(toolNames).toEqual(['search_manga_catalog', 'check_manga_availability']);
    expect(text).toMatch(/Yotsuba&!, volume 3, is in stock \(2 left\)\. It costs ¥660\./);
    client.destroy();
  });
});
