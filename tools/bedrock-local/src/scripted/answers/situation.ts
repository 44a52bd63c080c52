import type { Conversation } from '../conversation.ts';
import type { Findings } from '../findings.ts';
import type { Intent } from '../intent.ts';

/** Everything an answer is made from. */
export interface Situation {
  intent: Intent;
  conversation: Conversation;
  findings: Findings;
}
