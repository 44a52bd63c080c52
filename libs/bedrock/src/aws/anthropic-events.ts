import type { ModelEvent, StopReason } from '../model-event.ts';
import type { EventMapper, StreamEnd } from './event-mapper.ts';
import { readJsonText, startsWith } from './json-text.ts';
import { StreamedReasoning } from './streamed-reasoning.ts';
import { StreamedToolUses } from './streamed-tool-uses.ts';
import { readAnthropicUsage, type AnthropicUsage } from './usage.ts';

/** As much of the Anthropic Messages stream as we read. */
interface AnthropicEvent {
  type: string;
  index?: number;
  message?: { usage?: AnthropicUsage };
  content_block?: { type: string; id?: string; name?: string; data?: string };
  delta?: { type?: string; text?: string; partial_json?: string; thinking?: string; signature?: string; stop_reason?: StopReason };
  usage?: AnthropicUsage;
  'amazon-bedrock-guardrailAction'?: string;
  'amazon-bedrock-invocationMetrics'?: {
    inputTokenCount?: number;
    outputTokenCount?: number;
    cacheReadInputTokenCount?: number;
    cacheWriteInputTokenCount?: number;
  };
}

const BYTES = Buffer.from('{"bytes":"');
const TEXT_DELTA_START = Buffer.from('{"type":"content_block_delta","index":');
const TEXT_DELTA = Buffer.from(',"delta":{"type":"text_delta","text":"');
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** InvokeModelWithResponseStream: every frame is a `chunk` holding one Anthropic event in base64. */
export class AnthropicEvents implements EventMapper {
  readonly #toolUses = new StreamedToolUses();
  readonly #reasoning = new StreamedReasoning();
  #isBlocked = false;
  #usage: AnthropicUsage = {};
  #stopReason: StopReason | undefined;
  hasContent = false;
  end: StreamEnd | undefined;

  get heldText(): string {
    return this.#toolUses.heldText;
  }

  accept(name: string, buffer: Buffer, start: number, end: number, events: ModelEvent[]): void {
    if (name !== 'chunk') return;
    const inner = innerEvent(buffer, start, end);
    const text = textDelta(inner);
    if (text === undefined) return this.#read(JSON.parse(inner.toString('utf8', 0, inner.length)) as AnthropicEvent, events);
    this.hasContent = true;
    if (text !== '') events.push({ type: 'text-delta', text });
  }

  #read(event: AnthropicEvent, events: ModelEvent[]): void {
    const { index = 0, delta } = event;
    this.#isBlocked ||= event['amazon-bedrock-guardrailAction'] === 'INTERVENED';
    switch (event.type) {
      case 'message_start':
        this.#usage = { ...event.message?.usage };
        return;
      case 'content_block_start':
        return this.#blockStart(index, event.content_block, events);
      case 'content_block_delta':
        this.hasContent = true;
        if (delta?.text) events.push({ type: 'text-delta', text: delta.text });
        if (delta?.partial_json) this.#toolUses.add(index, delta.partial_json);
        if (delta?.thinking || delta?.signature) this.#reasoning.add(index, { text: delta.thinking ?? '', signature: delta.signature ?? '' }, events);
        return;
      case 'content_block_stop':
        this.#reasoning.finish(index, events);
        return this.#toolUses.finish(index, events);
      case 'message_delta':
        this.#usage = { ...this.#usage, ...event.usage };
        this.#stopReason = delta?.stop_reason;
        if (this.#stopReason) this.#toolUses.checkAtEnd(this.#stopReason);
        return;
      case 'message_stop':
        return this.#stop(event);
    }
  }

  #blockStart(index: number, block: AnthropicEvent['content_block'], events: ModelEvent[]): void {
    if (block?.type === 'redacted_thinking') {
      this.hasContent = true;
      this.#reasoning.add(index, { redacted: block.data ?? '' }, events);
    }
    if (block?.type !== 'tool_use') return;
    this.hasContent = true;
    this.#toolUses.begin(index, block.id ?? '', block.name ?? '');
  }

  #stop(event: AnthropicEvent): void {
    if (!this.#stopReason) return;
    const usage = readAnthropicUsage(this.#usage);
    const metrics = event['amazon-bedrock-invocationMetrics'];
    this.end = {
      // In this operation a guardrail does not show in the model's own reason.
      stopReason: this.#isBlocked ? 'guardrail_intervened' : this.#stopReason,
      // Bedrock's own count is what the bill says; the model's is there when Bedrock's is not.
      usage: {
        ...usage,
        inputTokens: metrics?.inputTokenCount ?? usage.inputTokens,
        outputTokens: metrics?.outputTokenCount ?? usage.outputTokens,
        cacheReadInputTokens: metrics?.cacheReadInputTokenCount ?? usage.cacheReadInputTokens,
        cacheWriteInputTokens: metrics?.cacheWriteInputTokenCount ?? usage.cacheWriteInputTokens,
      },
    };
  }
}

function innerEvent(buffer: Buffer, start: number, end: number): Buffer {
  if (startsWith(buffer, start, end, BYTES)) {
    const from = start + BYTES.length;
    const to = buffer.indexOf(QUOTE, from);
    // Base64 holds no quote and no escape.
    if (to !== -1 && to < end) return Buffer.from(buffer.toString('latin1', from, to), 'base64');
  }
  const { bytes } = JSON.parse(buffer.toString('utf8', start, end)) as { bytes?: string };
  return Buffer.from(bytes ?? '', 'base64');
}

/** The commonest event read by its bytes; undefined for anything else. */
function textDelta(inner: Buffer): string | undefined {
  const end = inner.length;
  if (!startsWith(inner, 0, end, TEXT_DELTA_START)) return undefined;
  let at = TEXT_DELTA_START.length;
  while (isDigit(inner[at])) at++;
  if (!startsWith(inner, at, end, TEXT_DELTA)) return undefined;
  const found = readJsonText(inner, at + TEXT_DELTA.length, end);
  // Nothing may stand beside the delta: a guardrail says there that it has stepped in.
  const isAll = found?.end === end - 3 && inner[end - 2] === CLOSING_BRACE && inner[end - 1] === CLOSING_BRACE;
  return isAll ? found.text : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}
