/** The Anthropic Messages stream: the one form every backend produces and every operation is framed from. */
export type MessagesEvent =
  | { type: 'message_start'; message: StartedMessage }
  | { type: 'content_block_start'; index: number; content_block: StartedBlock }
  | { type: 'content_block_delta'; index: number; delta: BlockDelta }
  | { type: 'content_block_stop'; index: number }
  | { type: 'message_delta'; delta: { stop_reason: StopReason; stop_sequence: string | null }; usage: { output_tokens: number } }
  | { type: 'message_stop' };

export interface StartedMessage {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: [];
  stop_reason: null;
  stop_sequence: null;
  usage: Usage;
}

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  /** The written tokens by their time to live. */
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
}

export type StartedBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, never> };

export type BlockDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'input_json_delta'; partial_json: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string };

export type StopReason = 'end_turn' | 'tool_use' | 'max_tokens' | 'stop_sequence' | 'guardrail_intervened';

/** Events come in batches: whatever is ready at the same moment is framed and written together. */
export type MessagesStream = AsyncIterable<readonly MessagesEvent[]>;
