import type { ContentBlock, ConverseStreamCommandInput, Message, ReasoningContentBlock, Tool } from '@aws-sdk/client-bedrock-runtime';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelBlock, ModelRequest, ReasoningBlock, ToolDefinition } from '../model-request.ts';
import { NO_CACHE_POINTS } from '../prompt-cache/cache-points.ts';
import type { PromptCacheTtl } from '../model-profile.ts';
import type { RequestExtras } from './request-extras.ts';
import { samplingOf } from './sampling.ts';
import { systemPrompt } from './schema-instruction.ts';
import { sendableMessages } from './sendable-messages.ts';

/** The request as ConverseStream takes it, and Converse, which is the same without a word on streaming. */
export function toConverseInput(request: ModelRequest, { modelId, profile }: ServedModel, extras: RequestExtras = {}): ConverseStreamCommandInput {
  const { cachePoints = NO_CACHE_POINTS, guardrail, streams = false } = extras;
  const tools = request.tools ?? [];
  const hasTools = tools.length > 0;
  const { thinking, ...inferenceConfig } = samplingOf(request, profile);
  const { outputSchema } = request;
  const keepsToSchema = profile.jsonSchemaOutput;
  const system = systemPrompt(request, { keepsToSchema });
  const messages = sendableMessages(request, { tools: hasTools, reasoning: thinking !== undefined });
  return {
    modelId,
    ...(system.trim() === '' ? {} : { system: [{ text: system }, ...pointAt(cachePoints.system)] }),
    messages: messages.map(({ role, content }, index): Message => {
      const isLast = index === messages.length - 1;
      return { role, content: [...content.map(toContentBlock), ...(isLast ? pointAt(cachePoints.history) : [])] };
    }),
    inferenceConfig,
    ...(hasTools ? { toolConfig: { tools: [...tools.map(toTool), ...pointAt(cachePoints.tools)] } } : {}),
    ...(thinking && { additionalModelRequestFields: { thinking } }),
    ...(outputSchema && keepsToSchema
      ? {
          outputConfig: {
            textFormat: {
              type: 'json_schema',
              structure: { jsonSchema: { name: outputSchema.name, schema: JSON.stringify(outputSchema.schema) } },
            },
          },
        }
      : {}),
    ...(guardrail && {
      guardrailConfig: {
        guardrailIdentifier: guardrail.identifier,
        guardrailVersion: guardrail.version,
        ...(streams && { streamProcessingMode: guardrail.streamMode ?? 'sync' }),
      },
    }),
  };
}

/** Five minutes are what Bedrock takes when nothing is said, also models that know no other. */
function pointAt(ttl: PromptCacheTtl | undefined): { cachePoint: { type: 'default'; ttl?: PromptCacheTtl } }[] {
  if (ttl === undefined) return [];
  return [{ cachePoint: { type: 'default', ...(ttl !== '5m' && { ttl }) } }];
}

function toContentBlock(block: ModelBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'tool-use':
      return { toolUse: { toolUseId: block.toolUseId, name: block.name, input: block.input } };
    case 'tool-result':
      return { toolResult: { toolUseId: block.toolUseId, content: [{ json: block.content }], status: block.status } };
    case 'reasoning':
      return { reasoningContent: toReasoning(block) };
    case 'image':
      return { image: { format: block.format, source: { bytes: block.bytes } } };
    case 'document':
      return { document: { format: block.format, name: block.name, source: { bytes: block.bytes } } };
  }
}

function toReasoning(block: ReasoningBlock): ReasoningContentBlock {
  if ('redacted' in block) return { redactedContent: Buffer.from(block.redacted, 'base64') };
  return { reasoningText: { text: block.text, ...(block.signature !== undefined && { signature: block.signature }) } };
}

function toTool({ name, description, inputSchema }: ToolDefinition): Tool {
  return { toolSpec: { name, description, inputSchema: { json: inputSchema } } };
}
