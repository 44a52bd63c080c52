import type { JsonObject } from '@manga-assist/foundation';
import type { ModelAlias } from '@manga-assist/schemas';

export interface TextBlock {
  type: 'text';
  text: string;
}

export interface ToolUseBlock {
  type: 'tool-use';
  toolUseId: string;
  name: string;
  input: JsonObject;
}

export interface ToolResultBlock {
  type: 'tool-result';
  toolUseId: string;
  status: 'success' | 'error';
  /** Always an object: Bedrock refuses a bare list. */
  content: JsonObject;
}

export type ModelBlock = TextBlock | ToolUseBlock | ToolResultBlock;

export interface ModelMessage {
  role: 'user' | 'assistant';
  content: readonly ModelBlock[];
}

export interface ToolDefinition {
  name: string;
  description: string;
  inputSchema: JsonObject;
}

export interface ModelRequest {
  model: ModelAlias;
  /** The same for every call, so that a prompt cache can hold it. */
  system: string;
  /** Begins with the user. Empty texts are left out and neighbours of one role are merged: Bedrock refuses both. */
  messages: readonly ModelMessage[];
  /**
   * Only for `converse` and `converseStream`. Left out (the last round of a tool loop), the tool calls
   * and results of the history are told to the model as text, so that it must answer.
   */
  tools?: readonly ToolDefinition[];
  /** Always set: Bedrock reserves quota by it. Cut down to the model's own limit. */
  maxTokens: number;
  /** Left out of the call where the model refuses it. */
  temperature?: number;
}
