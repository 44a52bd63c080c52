import { Injectable } from '@nestjs/common';
import { cleanText, Clock, Ids } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import type { ChatSendFrame } from '@manga-assist/schemas/chat';
import type { ChatRefusal } from '../frames/chat-refusal.ts';
import { answerLanguage } from './answer-language.ts';
import { Turn } from './turn.ts';
import { Turns } from './turns.ts';

const MOST_CODE_POINTS = 4_000;

export type Admission =
  | { kind: 'refused'; refusal: ChatRefusal }
  /** The same question was sent before: its turn is read, not run again. */
  | { kind: 'joined'; turn: Turn }
  | { kind: 'admitted'; turn: Turn };

/** Decides which questions become turns. Asks nobody, so that two frames can never both slip in. */
@Injectable()
export class TurnAdmission {
  #isDraining = false;

  constructor(
    private readonly turns: Turns,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** No turn is admitted from here on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** `reading`: the turn that the asking socket is being sent, when there is one. */
  admit(frame: ChatSendFrame, principal: Principal, reading: Turn | undefined): Admission {
    const { client_message_id: clientMessageId } = frame;
    const refused = (refusal: ChatRefusal): Admission => ({ kind: 'refused', refusal: { clientMessageId, ...refusal } });

    const cleaned = cleanText(frame.text);
    if (cleaned === undefined) return refused({ code: 'invalid_unicode' });
    if (cleaned.codePoints === 0) return refused({ code: 'empty_text' });
    if (cleaned.codePoints > MOST_CODE_POINTS) return refused({ code: 'text_too_long' });

    const sent = this.turns.byClientMessage(principal, clientMessageId);
    if (sent !== undefined) {
      const isSame = sent.question.text === cleaned.text && isConversationOf(sent, frame);
      if (!isSame) return refused({ code: 'invalid_message', message: 'client_message_id was used for another question.' });
      if (reading === undefined || reading === sent) return { kind: 'joined', turn: sent };
    }
    // The customer's token frames name no turn, so a socket is sent one turn at a time.
    if (reading !== undefined) return refused({ code: 'turn_in_progress', turnId: reading.turnId });
    if (this.#isDraining) return refused({ code: 'draining' });

    const turn = new Turn({
      question: {
        clientMessageId,
        conversationId: frame.conversation_id ?? this.ids.uuid(),
        isNewConversation: frame.conversation_id === undefined || frame.conversation_id === null,
        text: cleaned.text,
        model: frame.model,
        language: answerLanguage(frame.language, cleaned.key),
        maxTokens: frame.max_tokens,
      },
      principal,
      turnId: this.ids.sortable('trn'),
      epoch: this.ids.uuid().slice(0, 8),
      startedMs: this.clock.elapsedMs(),
    });
    this.turns.add(turn);
    return { kind: 'admitted', turn };
  }
}

function isConversationOf({ question }: Turn, { conversation_id: named }: ChatSendFrame): boolean {
  // The client may not have heard of the conversation that its question started.
  return named === undefined || named === null || named === question.conversationId;
}
