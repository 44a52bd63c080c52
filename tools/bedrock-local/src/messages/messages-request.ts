/** The Anthropic Messages request: what InvokeModel takes and what Converse is translated to. */
export interface MessagesRequest {
  system: TextBlock[];
  messages: Message[];
  tools: ToolDefinition[];
  toolChoice: ToolChoice;
  maxTokens: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stopSequences: string[];
  /** JSON Schema the answer must follow, when the caller asked for structured output. */
  answerSchema?: Record<string, unknown>;
  /** Members we do not interpret (thinking, metadata …), passed to an upstream as they came. */
  extra: Record<string, unknown>;
}

export interface Message {
  role: 'user' | 'assistant';
  content: ContentBlock[];
}

export interface TextBlock {
  type: 'text';
  text: string;
  cache_control?: unknown;
}

export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}

export interface ToolResultBlock {
  type: 'tool_result';
  tool_use_id: string;
  /** Text of the result; JSON results are serialised. */
  content: string;
  is_error?: boolean;
}

/** Images, documents, thinking: counted and passed on, never read. */
export interface OpaqueBlock {
  type: 'image' | 'document' | 'thinking' | 'redacted_thinking';
  body: Record<string, unknown>;
}

export type ContentBlock = TextBlock | ToolUseBlock | ToolResultBlock | OpaqueBlock;

export interface ToolDefinition {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export type ToolChoice = { type: 'auto' } | { type: 'any' } | { type: 'none' } | { type: 'tool'; name: string };
