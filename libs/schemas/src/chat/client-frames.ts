import { Equals, IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min, MinLength, MaxLength } from 'class-validator';
import { LANGUAGES, MODEL_CHOICES, type AnswerLanguage, type ModelChoice } from '../models.ts';
import { CodePoints, LowerCaseUuid } from '../rules.ts';

const TURN_ID = /^trn_[0-9A-HJKMNP-TV-Z]{26}$/;

/** A shopper's question. There are no `messages`, `system` or roles: history belongs to the server. */
export class ChatSendFrame {
  @Equals('chat.send')
  type: 'chat.send';

  /** Made by the client, once per question: sending the same id again joins the same turn. */
  @LowerCaseUuid()
  client_message_id: string;

  /** Null or absent starts a new conversation; `turn.started` says its id. */
  @IsOptional()
  @LowerCaseUuid()
  conversation_id?: string | null;

  /** 1 to 4,000 characters, counted again after cleaning. */
  @CodePoints(1, 4000)
  text: string;

  @IsIn(MODEL_CHOICES)
  model: ModelChoice = 'haiku';

  @IsIn(LANGUAGES)
  language: AnswerLanguage = 'auto';

  @IsInt()
  @Min(1)
  @Max(4096)
  max_tokens: number = 1024;
}

export class ChatCancelFrame {
  @Equals('chat.cancel')
  type: 'chat.cancel';

  @Matches(TURN_ID, { message: 'must be a turn id' })
  turn_id: string;
}

export class ChatResumeFrame {
  @Equals('chat.resume')
  type: 'chat.resume';

  @Matches(TURN_ID, { message: 'must be a turn id' })
  turn_id: string;

  @MinLength(1)
  @MaxLength(16)
  epoch: string;

  /** The last token sequence the client has. */
  @IsInt()
  @Min(0)
  after_sequence: number;
}

export class ChatAckFrame {
  @Equals('chat.ack')
  type: 'chat.ack';

  @Matches(TURN_ID, { message: 'must be a turn id' })
  turn_id: string;

  @IsInt()
  @Min(0)
  sequence: number;
}

export class PingFrame {
  @Equals('ping')
  type: 'ping';

  /** The client's own time, sent back as it is. */
  @IsNumber({ allowNaN: false, allowInfinity: false })
  t: number;
}

/** Every frame a client may send, by its `type`. */
export const CLIENT_FRAMES = {
  'chat.send': ChatSendFrame,
  'chat.cancel': ChatCancelFrame,
  'chat.resume': ChatResumeFrame,
  'chat.ack': ChatAckFrame,
  ping: PingFrame,
} as const;

export type ClientFrame = ChatSendFrame | ChatCancelFrame | ChatResumeFrame | ChatAckFrame | PingFrame;
