import type { ContentBlock, ConverseCommandInput, Tool } from '@aws-sdk/client-bedrock-runtime';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelBlock, ModelRequest, ToolDefinition } from '../model-request.ts';
import { sendableMessages } from './sendable-messages.ts';

/**
 * The request as Converse and ConverseStream take it. `cachePrefix`: marks the end of what every call
 * repeats (tools, then system prompt) for the model's prompt cache.
 */
export function toConverseInput(request: ModelRequest, { modelId, profile }: ServedModel, { cachePrefix }: { cachePrefix: boolean }): ConverseCommandInput {
  const tools = request.tools ?? [];
  const hasTools = tools.length > 0;
  const hasSystem = request.system.trim() !== '';
  const takesTemperature = request.temperature !== undefined && profile.sampling.parameters.includes('temperature');
  return {
    modelId,
    ...(hasSystem ? { system: [{ text: request.system }, ...(cachePrefix ? [CACHE_POINT] : [])] } : {}),
    messages: sendableMessages(request, { tools: hasTools }).map(({ role, content }) => ({ role, content: content.map(toContentBlock) })),
    inferenceConfig: {
      // A fallback may have a lower limit than the model that was asked for.
      maxTokens: Math.min(request.maxTokens, profile.maxOutputTokens),
      ...(takesTemperature ? { temperature: request.temperature } : {}),
    },
    ...(hasTools ? { toolConfig: { tools: [...tools.map(toTool), ...(cachePrefix && !hasSystem ? [CACHE_POINT] : [])] } } : {}),
  };
}

const CACHE_POINT = { cachePoint: { type: 'default' as const } };

function toContentBlock(block: ModelBlock): ContentBlock {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'tool-use':
      return { toolUse: { toolUseId: block.toolUseId, name: block.name, input: block.input } };
    case 'tool-result':
      return { toolResult: { toolUseId: block.toolUseId, content: [{ json: block.content }], status: block.status } };
  }
}

function toTool({ name, description, inputSchema }: ToolDefinition): Tool {
  return { toolSpec: { name, description, inputSchema: { json: inputSchema } } };
}
