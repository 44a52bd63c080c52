import type { JsonObject } from '@manga-assist/foundation';
import type { InvokeModelCommandInput } from '@aws-sdk/client-bedrock-runtime';
import type { ServedModel } from '../model-catalogue.ts';
import type { ModelRequest } from '../model-request.ts';
import { sendableMessages } from './sendable-messages.ts';

/** The request as InvokeModel takes it: the Anthropic Messages body, without tools. */
export function toAnthropicInput(request: ModelRequest, { modelId, profile }: ServedModel): InvokeModelCommandInput {
  const takesTemperature = request.temperature !== undefined && profile.sampling.parameters.includes('temperature');
  const body: JsonObject = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: Math.min(request.maxTokens, profile.maxOutputTokens),
    ...(request.system.trim() === '' ? {} : { system: request.system }),
    messages: sendableMessages(request, { tools: false }).map(({ role, content }) => ({
      role,
      content: content.flatMap((block) => (block.type === 'text' ? [{ type: 'text', text: block.text }] : [])),
    })),
    ...(takesTemperature ? { temperature: request.temperature ?? null } : {}),
  };
  return { modelId, contentType: 'application/json', accept: 'application/json', body: JSON.stringify(body) };
}
