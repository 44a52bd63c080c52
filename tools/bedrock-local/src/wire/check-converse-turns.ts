import { idsOfResults, idsOfUses } from '../messages/check-invoke-turns.ts';
import type { Message, MessagesRequest } from '../messages/messages-request.ts';
import { validation } from './bedrock-error.ts';

/** The rules Converse applies to a conversation before any model sees it, in its words. */
export function checkConverseTurns(request: MessagesRequest, hasToolConfig: boolean): void {
  const { messages } = request;
  if (messages[0]?.role !== 'user') {
    throw validation('A conversation must start with a user message. Try again with a conversation that starts with a user message.');
  }
  for (const [index, message] of messages.entries()) {
    if (index > 0 && messages[index - 1]?.role === message.role) {
      throw validation(
        'A conversation must alternate between user and assistant roles. ' +
          'Make sure the conversation alternates between user and assistant roles and try again.',
      );
    }
    checkContent(message, index);
    checkToolPairs(messages, index);
  }
  const usesTools = messages.some(({ content }) => content.some(({ type }) => type === 'tool_use' || type === 'tool_result'));
  if (usesTools && !hasToolConfig) throw validation('The toolConfig field must be defined when using toolUse and toolResult content blocks.');
}

function checkContent(message: Message, index: number): void {
  if (message.content.length === 0) {
    throw validation(
      `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  }
  for (const [place, block] of message.content.entries()) {
    if (block.type === 'text' && block.text.trim() === '') {
      throw validation(
        `The text field in the ContentBlock object at messages.${index}.content.${place} is blank. Add text to the text field, and try again.`,
      );
    }
  }
}

function checkToolPairs(messages: readonly Message[], index: number): void {
  const asked = idsOfUses(messages[index - 1]);
  const answered = idsOfResults(messages[index]);
  if (answered.length > asked.length) {
    throw validation(`The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`);
  }
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) throw validation(`Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(', ')}`);
}
