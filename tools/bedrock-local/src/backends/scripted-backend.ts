import { createHash } from 'node:crypto';
import type { BlockDelta, MessagesEvent, MessagesStream, StopReason, Usage } from '../messages/messages-event.ts';
import { answer } from '../scripted/answer.ts';
import { obey } from '../scripted/obedient.ts';
import { signatureOf, thoughtsOn } from '../scripted/thoughts.ts';
import type { Answer } from '../scripted/scripted-answer.ts';
import { cutIntoPieces, rawTokens } from '../tokens/token-estimator.ts';
import { LanguageBackend, type BackendCall } from './language-backend.ts';
import { Pace } from './pacing.ts';

const PIECES_PER_BATCH = 512;

/** The built-in model: writes the whole answer at once and then streams it at the pace that is set. */
export class ScriptedBackend extends LanguageBackend {
  readonly name = 'scripted';
  async *stream(call: BackendCall): MessagesStream {
    const startedAt = performance.now();
    const plan = call.benchmarkTokens > 0 ? benchmarkPlan(call.benchmarkTokens) : planOf(answerOf(call), call);
    const tokens = call.isStreamed ? plan.blocks.reduce((sum, { deltas }) => sum + deltas.length, 0) : plan.outputTokens;
    const pace = new Pace(call.pacing, call.signal, { startedAt, tokens });
    await pace.firstToken();
    if (!call.isStreamed) await pace.lastToken(tokens);
    let ready: MessagesEvent[] = [startOf(call)];
    let sent = 0;
    for (const [index, block] of plan.blocks.entries()) {
      ready.push({ type: 'content_block_start', index, content_block: block.start });
      for (const delta of block.deltas) {
        if (call.isStreamed && sent >= pace.dueTokens()) {
          yield ready;
          ready = [];
          await pace.nextToken(sent);
        }
        ready.push({ type: 'content_block_delta', index, delta });
        sent += 1;
        if (ready.length >= PIECES_PER_BATCH) {
          yield ready;
          ready = [];
        }
      }
      ready.push({ type: 'content_block_stop', index });
    }
    ready.push(
      {
        type: 'message_delta',
        delta: { stop_reason: plan.stopReason, stop_sequence: plan.stopSequence },
        usage: { output_tokens: plan.outputTokens },
      },
      { type: 'message_stop' },
    );
    yield ready;
  }
}

function answerOf({ mode, request, isUnfit }: BackendCall): Answer {
  const answered = (mode === 'obedient' ? obey(request) : undefined) ?? answer(request);
  return isUnfit ? { ...answered, text: spoilt(answered.text) } : answered;
}

/** JSON by its looks that keeps to no schema: members nobody asked for, or no JSON at all where there was none to spoil. */
function spoilt(text: string): string {
  return /^\s*\{/.test(text) ? JSON.stringify({ unexpected: text.slice(0, 40) }) : 'I would rather say it in words.';
}

interface PlannedBlock {
  start: Extract<MessagesEvent, { type: 'content_block_start' }>['content_block'];
  deltas: readonly BlockDelta[];
}

interface Plan {
  blocks: PlannedBlock[];
  stopReason: StopReason;
  stopSequence: string | null;
  outputTokens: number;
}

const textDelta = (text: string): BlockDelta => ({ type: 'text_delta', text });
const inputDelta = (json: string): BlockDelta => ({ type: 'input_json_delta', partial_json: json });

function startOf(call: BackendCall): MessagesEvent {
  return {
    type: 'message_start',
    message: {
      id: `msg_bdrk_${call.requestId.replaceAll('-', '').slice(0, 24)}`,
      type: 'message',
      role: 'assistant',
      model: call.model.name,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usageOf(call),
    },
  };
}

function usageOf({ inputTokens, cache: { read, write5m, write1h } }: BackendCall): Usage {
  const usage: Usage = { input_tokens: inputTokens, output_tokens: 1, cache_read_input_tokens: read, cache_creation_input_tokens: write5m + write1h };
  if (write5m + write1h > 0) usage.cache_creation = { ephemeral_5m_input_tokens: write5m, ephemeral_1h_input_tokens: write1h };
  return usage;
}

/** Cuts the answer into pieces, stops at a stop sequence, and truly ends at max_tokens. */
function planOf(answered: Answer, call: BackendCall): Plan {
  const plan: Plan = { blocks: [], stopReason: answered.calls.length > 0 ? 'tool_use' : 'end_turn', stopSequence: null, outputTokens: 0 };
  const budget = new TokenBudget(call.request.maxTokens);
  const stop = firstStop(answered.text, call.request.stopSequences);
  const text = stop ? answered.text.slice(0, stop.at) : answered.text;
  if ((call.request.thinking?.maximumTokens ?? 0) > 0) plan.blocks.push(thinkingBlock(answered, call, budget));
  if (text !== '' && !budget.isSpent) {
    const pieces = budget.fit(text, call);
    plan.blocks.push({ start: { type: 'text', text: '' }, deltas: pieces.map(textDelta) });
  }
  for (const [index, toolCall] of (stop ? [] : answered.calls).entries()) {
    if (budget.isSpent) break;
    const json = JSON.stringify(toolCall.input);
    const id = `toolu_bdrk_${toolUseHash(call, index, toolCall.name, json)}`;
    const pieces = ['', ...budget.fit(json, call)];
    plan.blocks.push({ start: { type: 'tool_use', id, name: toolCall.name, input: {} }, deltas: pieces.map(inputDelta) });
  }
  if (stop) Object.assign(plan, { stopReason: 'stop_sequence', stopSequence: stop.sequence });
  if (budget.isSpent) Object.assign(plan, { stopReason: 'max_tokens', stopSequence: null });
  plan.outputTokens = Math.max(1, budget.used);
  return plan;
}

/** Thinking comes first and is paid as output; it ends at its own budget. */
function thinkingBlock(answered: Answer, call: BackendCall, budget: TokenBudget): PlannedBlock {
  const thoughts = thoughtsOn(call.request, answered);
  const thought = budget.fit(thoughts, call);
  const deltas = thought.map((thinking): BlockDelta => ({ type: 'thinking_delta', thinking }));
  return { start: { type: 'thinking', thinking: '', signature: '' }, deltas: [...deltas, { type: 'signature_delta', signature: signatureOf(thoughts) }] };
}

class TokenBudget {
  isSpent = false;
  private exact = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return Math.min(this.limit, Math.ceil(this.exact));
  }

  /** As much of the text as max_tokens holds, in the pieces in which it is streamed, or in one where it is not. */
  fit(text: string, { estimator, isStreamed }: BackendCall): string[] {
    const factor = estimator.factorFor(text);
    const before = this.exact;
    if (!isStreamed && this.holds(before + rawTokens(text) * factor)) return text === '' ? [] : [text];
    const fitting: string[] = [];
    let tokens = 0;
    for (const piece of cutIntoPieces(text)) {
      tokens += piece.tokens;
      // Even max_tokens 1 gives a word: a token of ours may be worth a little more than one.
      const isFirst = before === 0 && fitting.length === 0;
      if (!this.holds(isFirst ? Math.min(tokens * factor, this.limit) : before + tokens * factor)) {
        this.isSpent = true;
        this.exact = this.limit;
        break;
      }
      fitting.push(piece.text);
    }
    return fitting;
  }

  private holds(exact: number): boolean {
    if (Math.ceil(exact) > this.limit) return false;
    this.exact = exact;
    return true;
  }
}

function firstStop(text: string, sequences: readonly string[]): { at: number; sequence: string } | undefined {
  let first: { at: number; sequence: string } | undefined;
  for (const sequence of sequences) {
    const at = text.indexOf(sequence);
    if (at >= 0 && (!first || at < first.at)) first = { at, sequence };
  }
  return first;
}

/** The same question at the same place of a conversation gives the same id. */
function toolUseHash(call: BackendCall, index: number, name: string, json: string): string {
  const place = `${call.request.messages.length}/${index}`;
  return createHash('sha256').update(`${place} ${name} ${json}`).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 22);
}

const BENCHMARK_WORDS = ['The', ' quiet', ' story', ' follows', ' a', ' young', ' librarian', ' and', ' her', ' cat', ' through', ' one', ' long', ' summer.'];

function benchmarkPlan(tokens: number): Plan {
  const pieces = Array.from({ length: tokens }, (_, index) => BENCHMARK_WORDS[index % BENCHMARK_WORDS.length] ?? ' word');
  return { blocks: [{ start: { type: 'text', text: '' }, deltas: pieces.map(textDelta) }], stopReason: 'end_turn', stopSequence: null, outputTokens: tokens };
}
