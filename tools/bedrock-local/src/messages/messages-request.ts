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
  /** How long the model may think before it answers; none when left out. */
  thinking?: Thinking;
  /** Members we do not interpret (thinking, metadata …), passed to an upstream as they came. */
  extra: Record<string, unknown>;
}

export interface Thinking {
  /** 0: not at all. */
  maximumTokens: number;
}

export interface Message {
  role: 'user' | 'assistant';
  content: ContentBlock[];
}

export interface TextBlock {
  type: 'text';
  text: string;
  cache_control?: unknown;
  /** Came as guardContent: where there is any, a guardrail looks at nothing else. */
  isGuarded?: true;
}

export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
  cache_control?: unknown;
}

export interface ToolResultBlock {
  type: 'tool_result';
  tool_use_id: string;
  /** Text of the result; JSON results are serialised. */
  content: string;
  is_error?: boolean;
  cache_control?: unknown;
}

/** Images, documents, thinking: counted and passed on, never read. */
export interface OpaqueBlock {
  type: 'image' | 'document' | 'thinking' | 'redacted_thinking';
  body: Record<string, unknown>;
  cache_control?: unknown;
}

export type ContentBlock = TextBlock | ToolUseBlock | ToolResultBlock | OpaqueBlock;

export interface ToolDefinition {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
  cache_control?: unknown;
}

export type ToolChoice = { type: 'auto' } | { type: 'any' } | { type: 'none' } | { type: 'tool'; name: string };
