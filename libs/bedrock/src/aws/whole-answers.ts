import type { ConverseCommandOutput, ReasoningContentBlock } from '@aws-sdk/client-bedrock-runtime';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import type { ModelAnswer, StopReason } from '../model-event.ts';
import type { ReasoningBlock } from '../model-request.ts';
import { readAnthropicUsage, readConverseUsage, type AnthropicUsage } from './usage.ts';

/** What an answer says, before it has a price and a name. */
export type RawAnswer = Pick<ModelAnswer, 'reasoning' | 'text' | 'toolUses' | 'stopReason' | 'usage'>;

export function readConverseOutput(output: ConverseCommandOutput): RawAnswer {
  const blocks = output.output?.message?.content ?? [];
  if (!output.stopReason) throw unreadable();
  const reasoning = blocks.flatMap(({ reasoningContent }) => (reasoningContent ? [readReasoning(reasoningContent)] : []));
  return {
    ...(reasoning.length > 0 && { reasoning }),
    text: blocks.map((block) => block.text ?? '').join(''),
    toolUses: blocks.flatMap(({ toolUse }) =>
      toolUse ? [{ toolUseId: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: (toolUse.input ?? {}) as JsonObject }] : [],
    ),
    stopReason: output.stopReason,
    usage: readConverseUsage(output.usage),
  };
}

function readReasoning({ reasoningText, redactedContent }: ReasoningContentBlock): ReasoningBlock {
  if (redactedContent) return { type: 'reasoning', redacted: Buffer.from(redactedContent).toString('base64') };
  const { text = '', signature } = reasoningText ?? {};
  return { type: 'reasoning', text, ...(signature !== undefined && { signature }) };
}

interface AnthropicBlock {
  type: string;
  text?: string;
  thinking?: string;
  signature?: string;
  data?: string;
}

interface AnthropicMessage {
  content?: readonly AnthropicBlock[];
  stop_reason?: StopReason;
  'amazon-bedrock-guardrailAction'?: string;
  usage?: AnthropicUsage;
}

export function readAnthropicBody(body: Uint8Array): RawAnswer {
  // A broken body is a SyntaxError here, which the error table knows.
  const message = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as AnthropicMessage | null;
  if (!message?.stop_reason || !Array.isArray(message.content)) throw unreadable();
  const reasoning = message.content.flatMap((block: AnthropicBlock) => anthropicReasoning(block));
  return {
    ...(reasoning.length > 0 && { reasoning }),
    text: message.content.map((block: AnthropicBlock) => (block.type === 'text' ? (block.text ?? '') : '')).join(''),
    toolUses: [],
    // In this operation a guardrail does not show in the model's own reason.
    stopReason: message['amazon-bedrock-guardrailAction'] === 'INTERVENED' ? 'guardrail_intervened' : message.stop_reason,
    usage: readAnthropicUsage(message.usage),
  };
}

function anthropicReasoning({ type, thinking = '', signature, data = '' }: AnthropicBlock): ReasoningBlock[] {
  if (type === 'redacted_thinking') return [{ type: 'reasoning', redacted: data }];
  return type === 'thinking' ? [{ type: 'reasoning', text: thinking, ...(signature !== undefined && { signature }) }] : [];
}

function unreadable(): AppError {
  return new AppError('unavailable', 'bedrock.model-error', 'The model failed to answer. Please try again.');
}
