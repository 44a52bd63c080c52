import type { LanguageModel, ModelCall, ModelMessage, ModelRequest, ReasoningBlock, StopReason } from '@manga-assist/bedrock';
import { AppError } from '@manga-assist/foundation';
import { callTools, type ToolWork } from '../tools/call-tools.ts';
import type { ToolResult, ToolUse } from '../tools/tool-client.ts';
import type { AnswerSoFar } from './answer-so-far.ts';

/** Enough to search, look closer and answer, twice over; past that the model is going in circles. */
const MOST_TOOL_ROUNDS = 5;
const MOST_CALLS = 10;

export interface AnswerWork {
  model: LanguageModel;
  call: ModelCall;
  /** Nothing of what the model says is used before this resolves; its failure ends the call. */
  begun?: Promise<unknown> | undefined;
  tools: Omit<ToolWork, 'callsLeft' | 'signal'>;
  /** The texts of one read, together. */
  onText(texts: readonly string[]): void;
}

/**
 * Lets the model answer, running the tools it asks for, until it has said everything. `answer` keeps
 * what was used on the way. Gives the reason it stopped; fails as the model fails, with
 * `chat.content-blocked`, or with `chat.no-answer` when there is nothing to show.
 */
export async function answerWithTools(prompt: ModelRequest, answer: AnswerSoFar, work: AnswerWork): Promise<StopReason> {
  const messages: ModelMessage[] = [...prompt.messages];
  const names = new Set<string>();
  let hasText = false;
  let calls = 0;
  for (let round = 1; ; round++) {
    // At the cap the model is shown no tools, so that it has to answer with what it knows.
    const mayCall = round <= MOST_TOOL_ROUNDS && calls < MOST_CALLS;
    const reply = await oneRound({ ...prompt, messages: [...messages], tools: mayCall ? prompt.tools : [] }, answer, work, hasText);
    hasText ||= reply.text !== '';

    if (reply.stopReason !== 'tool_use') return checked(reply.stopReason, hasText);
    if (!mayCall) throw new AppError('unavailable', 'chat.tool-limit', 'The question needed too many steps.');
    if (reply.toolUses.length === 0) throw noAnswer();

    const toolUses = reply.toolUses.map((use) => withOwnId(use, names));
    const results = await callTools(toolUses, { ...work.tools, callsLeft: MOST_CALLS - calls, signal: work.call.signal });
    calls += toolUses.length;
    if (results.some(({ code }) => code === 'unavailable' || code === 'timed_out')) answer.degradedReasons.add('tools');
    answer.toolRounds.push({ toolUses, results: results.map(({ toolUseId, status, content }) => ({ toolUseId, status, content })) });
    messages.push(assistantMessage(reply, toolUses), resultsMessage(results));
  }
}

interface Reply {
  /** Goes back with the results, as it came. */
  reasoning: readonly ReasoningBlock[];
  text: string;
  toolUses: ToolUse[];
  stopReason: StopReason;
}

/** One call to the model, its text handed on as it comes. */
async function oneRound(request: ModelRequest, answer: AnswerSoFar, { model, call, begun, onText }: AnswerWork, followsText: boolean): Promise<Reply> {
  const toolUses: ToolUse[] = [];
  const reasoning: ReasoningBlock[] = [];
  const open = (answer.openRound = { prompt: promptText(request), text: '' });
  answer.rounds++;
  let stopReason: StopReason | undefined;
  for await (const batch of model.converseStream(request, call)) {
    await begun;
    const texts: string[] = [];
    for (const event of batch) {
      switch (event.type) {
        case 'message-start':
          answer.model = event.model;
          if (event.degraded) answer.degradedReasons.add('model');
          break;
        case 'text-delta':
          // What the model said before it used a tool is its own paragraph.
          texts.push(followsText && open.text === '' ? `\n\n${event.text}` : event.text);
          open.text += event.text;
          break;
        case 'reasoning':
          reasoning.push(event.block);
          break;
        case 'tool-use':
          toolUses.push({ toolUseId: event.toolUseId, name: event.name, input: event.input });
          break;
        case 'message-end':
          stopReason = event.stopReason;
          answer.roundEnded(event.usage, event.costUsd);
          break;
      }
    }
    if (texts.length > 0) onText(texts);
  }
  if (stopReason !== undefined) return { reasoning, text: open.text, toolUses, stopReason };
  throw new AppError('unavailable', 'bedrock.stream-cut', 'The answer broke off. Please try again.');
}

/** Every reason has its own meaning; only some of them are answers. */
function checked(stopReason: StopReason, hasText: boolean): StopReason {
  switch (stopReason) {
    case 'end_turn':
    case 'stop_sequence':
    case 'max_tokens':
      if (!hasText && stopReason !== 'max_tokens') throw noAnswer();
      return stopReason;
    case 'guardrail_intervened':
    case 'content_filtered':
      throw new AppError('forbidden', 'chat.content-blocked', 'This cannot be answered here.');
    case 'model_context_window_exceeded':
      throw new AppError('invalid', 'chat.conversation-too-long', 'The conversation is too long. Please start a new one.');
    case 'malformed_model_output':
    case 'malformed_tool_use':
    case 'tool_use':
      throw noAnswer();
  }
}

function noAnswer(): AppError {
  return new AppError('unavailable', 'chat.no-answer', 'The model could not answer. Please try again.');
}

/** A model that uses an id twice would get two results for one call, which Bedrock refuses. */
function withOwnId(use: ToolUse, taken: Set<string>): ToolUse {
  let toolUseId = use.toolUseId;
  for (let count = 2; taken.has(toolUseId); count++) toolUseId = `${use.toolUseId.slice(0, 60)}_${count}`;
  taken.add(toolUseId);
  return { ...use, toolUseId };
}

function assistantMessage({ reasoning, text }: Reply, toolUses: readonly ToolUse[]): ModelMessage {
  return {
    role: 'assistant',
    content: [...reasoning, ...(text === '' ? [] : [{ type: 'text' as const, text }]), ...toolUses.map((use) => ({ type: 'tool-use' as const, ...use }))],
  };
}

function resultsMessage(results: readonly ToolResult[]): ModelMessage {
  return { role: 'user', content: results.map(({ toolUseId, status, content }) => ({ type: 'tool-result', toolUseId, status, content })) };
}

/** What the model reads, roughly: only for an estimate when it never says what it used. */
function promptText({ system, messages, tools = [] }: ModelRequest): () => string {
  return () => JSON.stringify([system, messages, tools]);
}
