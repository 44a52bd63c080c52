import { validation } from '../wire/bedrock-error.ts';
import { asString, isObject, type JsonObject } from './json.ts';
import type { ToolDefinition } from './messages-request.ts';

const text = (...names: string[]): JsonObject => ({ type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])), required: names.slice(0, 1) });

/** Claude's own tools on Bedrock, by the beginning of their type: their schemas are part of the model. */
const OWN_TOOLS: Readonly<Record<string, { description: string; inputSchema: JsonObject }>> = {
  bash: { description: 'Run a command in a shell.', inputSchema: text('command') },
  text_editor: { description: 'View and edit files.', inputSchema: text('command', 'path', 'file_text', 'old_str', 'new_str') },
  computer: { description: 'Use a screen, a mouse and a keyboard.', inputSchema: text('action', 'text') },
  memory: { description: 'Keep notes between conversations.', inputSchema: text('command', 'path', 'file_text') },
};
const DATED = /^([a-z_]+)_(20\d{6})$/;

export function parseTools(value: unknown): ToolDefinition[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw validation('tools: Input should be a valid list');
  return value.map((tool: unknown, index) => {
    if (!isObject(tool)) throw validation(`tools.${index}: Input should be a valid dictionary`);
    const name = asString(tool['name']);
    if (name === undefined) throw validation(`tools.${index}.name: Field required`);
    const parsed: ToolDefinition = { name, ...definition(tool, index) };
    if (tool['cache_control'] !== undefined && tool['cache_control'] !== null) parsed.cache_control = tool['cache_control'];
    return parsed;
  });
}

function definition(tool: JsonObject, index: number): Pick<ToolDefinition, 'description' | 'inputSchema'> {
  const type = asString(tool['type']) ?? 'custom';
  const own = OWN_TOOLS[DATED.exec(type)?.[1] ?? ''];
  if (own) return own;
  if (type !== 'custom') throw validation(`tools.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'memory_20250818', 'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728'`);
  if (!isObject(tool['input_schema'])) throw validation(`tools.${index}.custom.input_schema: Field required`);
  return { description: asString(tool['description']) ?? '', inputSchema: tool['input_schema'] };
}
