import { AppError } from '@manga-assist/foundation';
import type { ModelBlock, ModelMessage, ModelRequest } from '../model-request.ts';

/**
 * The messages as Bedrock accepts them: no empty text, no empty message, roles that alternate.
 *
 * Without tools in the request, tool calls and results of the history are told as text: Bedrock
 * refuses tool blocks when no tools are declared, and a model that is shown no tools cannot ask for
 * one more (the last round of a tool loop).
 */
export function sendableMessages(request: ModelRequest, { tools }: { tools: boolean }): readonly ModelMessage[] {
  const messages: { role: ModelMessage['role']; content: ModelBlock[] }[] = [];
  for (const { role, content } of request.messages) {
    const blocks = (tools ? content : content.map(asText)).filter((block) => block.type !== 'text' || block.text.trim() !== '');
    if (blocks.length === 0) continue;
    const previous = messages.at(-1);
    if (previous?.role === role) previous.content.push(...blocks);
    else messages.push({ role, content: blocks });
  }
  return messages;
}

/** Throws `bedrock.invalid-request` when nothing would be left to send. */
export function checkSendable(request: ModelRequest): void {
  const isEmpty = request.messages.every(({ content }) => content.every((block) => block.type === 'text' && block.text.trim() === ''));
  if (isEmpty) throw new AppError('invalid', 'bedrock.invalid-request', 'There is nothing to answer.');
}

function asText(block: ModelBlock): ModelBlock {
  switch (block.type) {
    case 'text':
      return block;
    case 'tool-use':
      return { type: 'text', text: `<tool_call name="${block.name}">${JSON.stringify(block.input)}</tool_call>` };
    case 'tool-result':
      return { type: 'text', text: `<tool_result status="${block.status}">${JSON.stringify(block.content)}</tool_result>` };
  }
}

/** Everything of the request that the model reads, for an estimate of its tokens. */
export function promptText(request: ModelRequest): string {
  const blocks = request.messages.flatMap(({ content }) => content.map(asText));
  const tools = (request.tools ?? []).map((tool) => `${tool.name} ${tool.description} ${JSON.stringify(tool.inputSchema)}`);
  return [request.system, ...tools, ...blocks.map((block) => (block.type === 'text' ? block.text : ''))].join('\n');
}
