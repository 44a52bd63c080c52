import { validation } from '../wire/bedrock-error.ts';
import type { Model } from '../models/model-directory.ts';
import type { Message, MessagesRequest } from './messages-request.ts';

/** The rules Claude itself applies to an InvokeModel conversation, in its words. */
export function checkInvokeTurns(request: MessagesRequest): void {
  const { messages } = request;
  if (messages.length === 0) throw validation('messages: at least one message is required');
  if (messages[0]?.role !== 'user') throw validation('messages: first message must use the "user" role');
  for (const [index, message] of messages.entries()) {
    if (index > 0 && messages[index - 1]?.role === message.role) {
      throw validation(
        `messages: roles must alternate between "user" and "assistant", but found multiple "${message.role}" roles in a row`,
      );
    }
    checkContent(message, index, index === messages.length - 1);
    checkToolPairs(messages, index);
  }
}

/** An answer begun by the caller: refused by the models that take none, and never with blanks at its end. */
export function checkPrefill({ messages }: MessagesRequest, model: Model, prefix = ''): void {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return;
  if (!model.takesPrefill) throw validation(`${prefix}This model does not support assistant message prefill. The conversation must end with a user message.`);
  const block = last.content.at(-1);
  if (block?.type === 'text' && /\s$/.test(block.text)) throw validation(`${prefix}messages: final assistant content cannot end with trailing whitespace`);
}

function checkContent(message: Message, index: number, isLast: boolean): void {
  if (message.content.length === 0 && !(isLast && message.role === 'assistant')) {
    throw validation(`messages.${index}: all messages must have non-empty content except for the optional final assistant message`);
  }
  for (const block of message.content) {
    if (block.type !== 'text') continue;
    if (block.text === '') throw validation('messages: text content blocks must be non-empty');
    if (block.text.trim() === '') throw validation('messages: text content blocks must contain non-whitespace text');
  }
}

function checkToolPairs(messages: readonly Message[], index: number): void {
  const message = messages[index];
  const asked = idsOfUses(messages[index - 1]);
  const answered = idsOfResults(message);
  const unexpected = answered.find((id) => !asked.includes(id));
  if (unexpected) {
    throw validation(
      `messages.${index}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected}. ` +
        'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
    );
  }
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    throw validation(
      `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. ` +
        'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    );
  }
}

export function idsOfUses(message: Message | undefined): string[] {
  if (message?.role !== 'assistant') return [];
  return message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

export function idsOfResults(message: Message | undefined): string[] {
  if (message?.role !== 'user') return [];
  return message.content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
}
