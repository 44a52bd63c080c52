import { AppError } from '@manga-assist/foundation';
import type { ModelBlock, ModelMessage, ModelRequest } from '../model-request.ts';
import { checkMedia } from './media-limits.ts';

/**
 * The messages as Bedrock accepts them: no empty text, no empty message, roles that alternate.
 *
 * Without tools in the request, tool calls and results of the history are told as text: Bedrock
 * refuses tool blocks when no tools are declared, and a model that is shown no tools cannot ask for
 * one more (the last round of a tool loop). Thoughts go only to a model that is to think.
 */
export function sendableMessages(request: ModelRequest, { tools, reasoning = false }: { tools: boolean; reasoning?: boolean }): readonly ModelMessage[] {
  const messages: { role: ModelMessage['role']; content: ModelBlock[] }[] = [];
  for (const { role, content } of request.messages) {
    const blocks = (tools ? content : content.map(toolsAsText)).filter(
      (block) => (block.type !== 'text' || block.text.trim() !== '') && (block.type !== 'reasoning' || (reasoning && tools)),
    );
    if (blocks.length === 0) continue;
    const previous = messages.at(-1);
    if (previous?.role === role) previous.content.push(...blocks);
    else messages.push({ role, content: blocks });
  }
  return messages;
}

/** Throws `bedrock.invalid-request` when nothing would be left to send, or an image or document is beyond Bedrock's limits. */
export function checkSendable(request: ModelRequest): void {
  const isEmpty = request.messages.every(({ content }) => content.every((block) => block.type === 'reasoning' || (block.type === 'text' && block.text.trim() === '')));
  if (isEmpty) throw new AppError('invalid', 'bedrock.invalid-request', 'There is nothing to answer.');
  checkMedia(request);
}

function toolsAsText(block: ModelBlock): ModelBlock {
  switch (block.type) {
    case 'tool-use':
      return { type: 'text', text: `<tool_call name="${block.name}">${JSON.stringify(block.input)}</tool_call>` };
    case 'tool-result':
      return { type: 'text', text: `<tool_result status="${block.status}">${JSON.stringify(block.content)}</tool_result>` };
    default:
      return block;
  }
}

/** Everything of the request that the model reads as text, for an estimate of its tokens. */
export function promptText(request: Pick<ModelRequest, 'system' | 'messages' | 'tools'>): string {
  const blocks = request.messages.flatMap(({ content }) => content.map(toolsAsText));
  const tools = (request.tools ?? []).map((tool) => `${tool.name} ${tool.description} ${JSON.stringify(tool.inputSchema)}`);
  return [request.system, ...tools, ...blocks.map(textOf)].join('\n');
}

function textOf(block: ModelBlock): string {
  if (block.type === 'text') return block.text;
  return block.type === 'reasoning' && 'text' in block ? block.text : '';
}
