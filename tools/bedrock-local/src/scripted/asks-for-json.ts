import type { MessagesRequest } from '../messages/messages-request.ts';

/** Whether an answer to this has to be JSON: by schema, or because the prompt says so. */
export function asksForJson({ answerSchema, system, messages }: MessagesRequest): boolean {
  if (answerSchema) return true;
  const words = /\bjson\b/i;
  return system.some(({ text }) => words.test(text)) || messages.some(({ role, content }) => role === 'user' && content.some((block) => block.type === 'text' && words.test(block.text)));
}
