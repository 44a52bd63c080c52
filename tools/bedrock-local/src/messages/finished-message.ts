import type { MessagesEvent, MessagesStream, StopReason, Usage } from './messages-event.ts';

export type FinishedBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown };

export interface FinishedMessage {
  id: string;
  model: string;
  content: FinishedBlock[];
  stopReason: StopReason;
  stopSequence: string | null;
  usage: Usage;
}

/** Puts a stream together again for the operations that answer in one piece. */
export async function finishMessage(stream: MessagesStream): Promise<FinishedMessage> {
  const assembly = new MessageAssembly();
  for await (const batch of stream) for (const event of batch) assembly.add(event);
  return assembly.message;
}

/** Grows a message event by event. */
export class MessageAssembly {
  readonly message: FinishedMessage = {
    id: '',
    model: '',
    content: [],
    stopReason: 'end_turn',
    stopSequence: null,
    usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
  };
  private readonly toolInputs = new Map<number, string>();

  add(event: MessagesEvent): void {
    switch (event.type) {
      case 'message_start':
        Object.assign(this.message, { id: event.message.id, model: event.message.model, usage: { ...event.message.usage } });
        break;
      case 'content_block_start':
        this.message.content[event.index] = { ...event.content_block };
        break;
      case 'content_block_delta':
        this.grow(event.index, event.delta);
        break;
      case 'content_block_stop':
        this.close(event.index);
        break;
      case 'message_delta':
        this.message.stopReason = event.delta.stop_reason;
        this.message.stopSequence = event.delta.stop_sequence;
        this.message.usage.output_tokens = event.usage.output_tokens;
        break;
      case 'message_stop':
        break;
    }
  }

  private grow(index: number, delta: Extract<MessagesEvent, { type: 'content_block_delta' }>['delta']): void {
    const block = this.message.content[index];
    if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
    if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
    if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature += delta.signature;
    if (delta.type === 'input_json_delta') this.toolInputs.set(index, (this.toolInputs.get(index) ?? '') + delta.partial_json);
  }

  private close(index: number): void {
    const block = this.message.content[index];
    if (block?.type !== 'tool_use') return;
    const json = this.toolInputs.get(index) ?? '';
    try {
      block.input = json === '' ? {} : JSON.parse(json);
    } catch {
      // Cut off by max_tokens: the arguments so far are all there is.
      block.input = {};
    }
  }
}
