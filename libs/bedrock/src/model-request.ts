import type { JsonObject } from '@manga-assist/foundation';
import type { ModelChoice } from '@manga-assist/schemas';

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

/**
 * What the model thought before it spoke. Goes back to it as it came, first in its message, for as
 * long as a tool loop lasts: the signature is checked. Other models are not sent it.
 */
export type ReasoningBlock = { type: 'reasoning'; text: string; signature?: string } | { type: 'reasoning'; /** Encrypted, in base64. */ redacted: string };

/** At most 20 in a request, 3.75 MB and 8,000 pixels a side each. */
export interface ImageBlock {
  type: 'image';
  format: 'png' | 'jpeg' | 'gif' | 'webp';
  bytes: Uint8Array;
}

/** At most 5 in a request, 4.5 MB each, with a text beside them. `invoke` and `stream` take `pdf` and `txt` only. */
export interface DocumentBlock {
  type: 'document';
  format: 'pdf' | 'csv' | 'doc' | 'docx' | 'xls' | 'xlsx' | 'html' | 'txt' | 'md';
  /** Letters, digits, single spaces, hyphens and brackets. The model reads it: give it nothing of a stranger's. */
  name: string;
  bytes: Uint8Array;
}

export type ModelBlock = TextBlock | ToolUseBlock | ToolResultBlock | ReasoningBlock | ImageBlock | DocumentBlock;

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
  /** `auto` needs a router before the model (`withRouting`). */
  model: ModelChoice;
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
  /** Left out of the call where the model refuses it, and while it is to think first. */
  temperature?: number;
  /** Lets models that can think first. The budget is part of `maxTokens` and at least 1,024; adaptive models ignore it. */
  reasoning?: { budgetTokens: number };
  /** The answer's text is to be JSON that fits. A promise only where the model can keep it: see `answerAs`. */
  outputSchema?: { name: string; schema: JsonObject };
}
