import type { ConverseCommandOutput } from '@aws-sdk/client-bedrock-runtime';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import type { ModelAnswer, StopReason } from '../model-event.ts';
import { readAnthropicUsage, readConverseUsage, type AnthropicUsage } from './usage.ts';

/** What an answer says, before it has a price and a name. */
export type RawAnswer = Pick<ModelAnswer, 'text' | 'toolUses' | 'stopReason' | 'usage'>;

export function readConverseOutput(output: ConverseCommandOutput): RawAnswer {
  const blocks = output.output?.message?.content ?? [];
  if (!output.stopReason) throw unreadable();
  return {
    text: blocks.map((block) => block.text ?? '').join(''),
    toolUses: blocks.flatMap(({ toolUse }) =>
      toolUse ? [{ toolUseId: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: (toolUse.input ?? {}) as JsonObject }] : [],
    ),
    stopReason: output.stopReason,
    usage: readConverseUsage(output.usage),
  };
}

interface AnthropicMessage {
  content?: readonly { type: string; text?: string }[];
  stop_reason?: StopReason;
  usage?: AnthropicUsage;
}

export function readAnthropicBody(body: Uint8Array): RawAnswer {
  // A broken body is a SyntaxError here, which the error table knows.
  const message = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as AnthropicMessage | null;
  if (!message?.stop_reason || !Array.isArray(message.content)) throw unreadable();
  return {
    text: message.content.map((block: { type: string; text?: string }) => (block.type === 'text' ? (block.text ?? '') : '')).join(''),
    toolUses: [],
    stopReason: message.stop_reason,
    usage: readAnthropicUsage(message.usage),
  };
}

function unreadable(): AppError {
  return new AppError('unavailable', 'bedrock.model-error', 'The model failed to answer. Please try again.');
}
