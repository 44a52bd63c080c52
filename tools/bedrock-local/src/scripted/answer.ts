import type { MessagesRequest } from '../messages/messages-request.ts';
import { answerInWords } from './answers/answer-in-words.ts';
import { readConversation } from './conversation.ts';
import { readFindings } from './findings.ts';
import { readIntent } from './read-intent.ts';
import { nextCalls } from './plan.ts';
import type { Answer } from './scripted-answer.ts';
import { answerTask } from './tasks/answer-task.ts';
import { pick } from './text.ts';

/** The scripted model: a bookseller who names only what the catalogue has shown. The same request always gets the same answer. */
export function answer(request: MessagesRequest): Answer {
  const conversation = readConversation(request);
  const task = answerTask(conversation);
  if (task !== undefined) return { text: task, calls: [] };
  const intent = readIntent(conversation);
  const findings = readFindings(conversation);
  const calls = nextCalls(intent, conversation, findings);
  if (calls.length === 0) return { text: answerInWords({ intent, conversation, findings }), calls };
  return { text: conversation.outcomes.length === 0 && conversation.toolChoice.type === 'auto' ? announcement(conversation.language, conversation.question) : '', calls };
}

function announcement(language: 'ja' | 'en', seed: string): string {
  return language === 'ja'
    ? pick(['お調べします。', '確認いたしますね。', '少々お待ちください、お調べします。'], seed)
    : pick(['Let me check that for you.', "I'll look that up.", 'One moment, let me look.'], seed);
}
