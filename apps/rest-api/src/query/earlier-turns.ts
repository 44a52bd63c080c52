import type { ModelMessage } from '@manga-assist/bedrock';
import { windowByTokens, type ConversationOwner, type ConversationStore } from '@manga-assist/conversations';
import { AppError } from '@manga-assist/foundation';
import { withoutBlockMarks } from '../catalogue/catalogue-results.ts';

/** Enough to know what "it" means; more only costs. */
const MOST_TURNS = 10;
const MOST_TOKENS = 4_000;

/**
 * What was said before in the caller's own conversation, oldest first, whole turns only.
 * Error `not-found` `query.conversation-not-found`, also when the conversation is someone else's.
 */
export async function earlierTurns(conversations: ConversationStore, owner: ConversationOwner, conversationId: string): Promise<ModelMessage[]> {
  const turns = await conversations.recent(owner, conversationId, MOST_TURNS);
  if (turns === undefined) throw new AppError('not-found', 'query.conversation-not-found', 'There is no such conversation.');
  const spoken = turns
    // Bedrock refuses empty text, which a cancelled turn may have.
    .filter(({ question, answer }) => question !== '' && answer !== '')
    // What tools said then may be out of date, and this call has no tools.
    .map((turn) => ({ ...turn, toolRounds: [] }));
  return windowByTokens(spoken, MOST_TOKENS, mostTokensOf).flatMap(({ question, answer }) => [said('user', withoutBlockMarks(question)), said('assistant', answer)]);
}

/** Japanese takes about a token a character and English less, so this never counts too few by much. */
function mostTokensOf(text: string): number {
  return text.length;
}

function said(role: ModelMessage['role'], text: string): ModelMessage {
  return { role, content: [{ type: 'text', text }] };
}
