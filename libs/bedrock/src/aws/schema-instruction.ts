import type { ModelRequest } from '../model-request.ts';

/** The system prompt; for a model that cannot be held to a schema, with the schema in words. */
export function systemPrompt({ system, outputSchema }: ModelRequest, { keepsToSchema }: { keepsToSchema: boolean }): string {
  if (!outputSchema || keepsToSchema) return system;
  const instruction = `Answer with one JSON value and nothing else: no explanation, no code fence. It has to fit this JSON schema:\n${JSON.stringify(outputSchema.schema)}`;
  return system.trim() === '' ? instruction : `${system}\n\n${instruction}`;
}
