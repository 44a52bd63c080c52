import type { InvokeModelCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import type { ServedModel } from '../model-catalogue.ts';
import type { DocumentBlock, ModelBlock, ModelRequest } from '../model-request.ts';
import type { PromptCacheTtl } from '../model-profile.ts';
import { NO_CACHE_POINTS } from '../prompt-cache/cache-points.ts';
import type { RequestExtras } from './request-extras.ts';
import { samplingOf } from './sampling.ts';
import { systemPrompt } from './schema-instruction.ts';
import { sendableMessages } from './sendable-messages.ts';

/** The request as InvokeModel and its stream take it: the Anthropic Messages body, without tools. */
export function toAnthropicInput(request: ModelRequest, { modelId, profile }: ServedModel, extras: RequestExtras = {}): InvokeModelCommandInput {
  const { cachePoints = NO_CACHE_POINTS, guardrail, streams = false } = extras;
  const { maxTokens, temperature, thinking } = samplingOf(request, profile);
  const system = systemPrompt(request, { keepsToSchema: false });
  const messages = sendableMessages(request, { tools: false, reasoning: false });
  const body: JsonObject = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: maxTokens,
    ...(system.trim() !== '' && { system: cachePoints.system === undefined ? system : marked([{ type: 'text', text: system }], cachePoints.system) }),
    messages: messages.map(({ role, content }, index) => {
      const isLast = index === messages.length - 1;
      return { role, content: marked(content.flatMap(toAnthropicBlock), isLast ? cachePoints.history : undefined) };
    }),
    ...(temperature !== undefined && { temperature }),
    ...(thinking && { thinking }),
    // What Bedrock does when nothing is said is to hold a stream back until it has been checked.
    ...(streams && guardrail?.streamMode === 'async' && { 'amazon-bedrock-guardrailConfig': { streamProcessingMode: 'ASYNCHRONOUS' } }),
  };
  return {
    modelId,
    contentType: 'application/json',
    accept: 'application/json',
    body: JSON.stringify(body),
    ...(guardrail && { guardrailIdentifier: guardrail.identifier, guardrailVersion: guardrail.version }),
  };
}

/** Everything up to the end of these blocks is to be kept. */
function marked(blocks: JsonObject[], ttl: PromptCacheTtl | undefined): JsonObject[] {
  const last = blocks.at(-1);
  if (ttl === undefined || !last) return blocks;
  return [...blocks.slice(0, -1), { ...last, cache_control: { type: 'ephemeral', ...(ttl !== '5m' && { ttl }) } }];
}

function toAnthropicBlock(block: ModelBlock): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [{ type: 'text', text: block.text }];
    case 'image':
      return [{ type: 'image', source: { type: 'base64', media_type: `image/${block.format}`, data: base64(block.bytes) } }];
    case 'document':
      return [{ type: 'document', title: block.name, source: documentSource(block) }];
    default:
      return [];
  }
}

function documentSource({ format, bytes }: DocumentBlock): JsonObject {
  if (format === 'pdf') return { type: 'base64', media_type: 'application/pdf', data: base64(bytes) };
  if (format === 'txt' || format === 'md' || format === 'csv') return { type: 'text', media_type: 'text/plain', data: Buffer.from(bytes).toString('utf8') };
  throw new AppError('invalid', 'bedrock.invalid-request', `A document of the format ${format} needs the Converse operations.`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
