import type { ConversationOwner, RecordedToolRound, StoredTurn } from '../conversation-store.ts';

/** The sort key of the item that holds the lease. After every `M#…`, so that one query from the end reads it first. */
export const META = 'META';

/** One turn as it lies in the table. `v` is the shape's version: other services read these items too. */
export interface TurnItem {
  pk: string;
  sk: string;
  v: 1;
  turn_id: string;
  client_message_id: string;
  at_ms: number;
  question: string;
  answer: string;
  language: StoredTurn['language'];
  /** JSON: what models and tools say may be nested deeper than DynamoDB takes. */
  tool_rounds: string;
  outcome: StoredTurn['outcome'];
  model: string;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  /** Unix seconds; DynamoDB deletes days later, so readers check it. */
  expires_at: number;
}

/** The owner is part of the key: a foreign conversation cannot be named. */
export function partitionKey({ tenantId, subject }: ConversationOwner, conversationId: string): string {
  return `T#${withoutHash(tenantId)}#U#${withoutHash(subject)}#C#${withoutHash(conversationId)}`;
}

// `#` separates the parts, so no part may hold one.
function withoutHash(part: string): string {
  return part.replaceAll('%', '%25').replaceAll('#', '%23');
}

/** `trn_<ULID>` sorts by time, and so do the items. */
export function turnSortKey(turnId: string): string {
  return `M#${turnId.replace(/^trn_/, '')}`;
}

export function toTurnItem(pk: string, turn: StoredTurn, expiresAtS: number): TurnItem {
  return {
    pk,
    sk: turnSortKey(turn.turnId),
    v: 1,
    turn_id: turn.turnId,
    client_message_id: turn.clientMessageId,
    at_ms: turn.atMs,
    question: turn.question,
    answer: turn.answer,
    language: turn.language,
    tool_rounds: JSON.stringify(turn.toolRounds),
    outcome: turn.outcome,
    model: turn.model,
    input_tokens: turn.usage.inputTokens,
    output_tokens: turn.usage.outputTokens,
    cost_usd: turn.costUsd,
    expires_at: expiresAtS,
  };
}

export function fromTurnItem(item: TurnItem): StoredTurn {
  return {
    turnId: item.turn_id,
    clientMessageId: item.client_message_id,
    atMs: item.at_ms,
    question: item.question,
    answer: item.answer,
    language: item.language,
    toolRounds: JSON.parse(item.tool_rounds) as RecordedToolRound[],
    outcome: item.outcome,
    model: item.model,
    usage: { inputTokens: item.input_tokens, outputTokens: item.output_tokens },
    costUsd: item.cost_usd,
  };
}
