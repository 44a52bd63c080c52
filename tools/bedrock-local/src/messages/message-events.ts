import { cutIntoPieces } from '../tokens/token-estimator.ts';
import type { FinishedBlock, FinishedMessage } from './finished-message.ts';
import type { BlockDelta, MessagesEvent, StartedBlock } from './messages-event.ts';

/** A whole message as the stream that would have brought it. */
export function eventsOf(message: FinishedMessage): MessagesEvent[] {
  const { id, model, usage, stopReason, stopSequence } = message;
  return [
    { type: 'message_start', message: { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null, usage } },
    ...message.content.flatMap((block, index): MessagesEvent[] => [
      { type: 'content_block_start', index, content_block: startOf(block) },
      ...deltasOf(block).map((delta): MessagesEvent => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: stopSequence }, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ];
}

function startOf(block: FinishedBlock): StartedBlock {
  if (block.type === 'text') return { type: 'text', text: '' };
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return { type: 'tool_use', id: block.id, name: block.name, input: {} };
}

function deltasOf(block: FinishedBlock): BlockDelta[] {
  if (block.type === 'text') return cutIntoPieces(block.text).map(({ text }) => ({ type: 'text_delta', text }));
  if (block.type === 'tool_use') return cutIntoPieces(JSON.stringify(block.input)).map(({ text }) => ({ type: 'input_json_delta', partial_json: text }));
  return [...cutIntoPieces(block.thinking).map(({ text }): BlockDelta => ({ type: 'thinking_delta', thinking: text })), { type: 'signature_delta', signature: block.signature }];
}
