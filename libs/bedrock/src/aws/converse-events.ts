import type { ModelEvent, StopReason } from '../model-event.ts';
import type { EventMapper, StreamEnd } from './event-mapper.ts';
import { readJsonText, startsWith } from './json-text.ts';
import { StreamedReasoning } from './streamed-reasoning.ts';
import { StreamedToolUses } from './streamed-tool-uses.ts';
import { readConverseUsage, type ConverseUsage } from './usage.ts';

/** As much of ConverseStream's events as we read; each frame holds one member, not wrapped in its name. */
interface ConverseEvent {
  contentBlockIndex?: number;
  start?: { toolUse?: { toolUseId: string; name: string } };
  delta?: { text?: string; toolUse?: { input?: string }; reasoningContent?: { text?: string; signature?: string; redactedContent?: string } };
  stopReason?: StopReason;
  usage?: ConverseUsage;
}

const INDEX = Buffer.from('{"contentBlockIndex":');
const TEXT_DELTA = Buffer.from(',"delta":{"text":"');
const CLOSING_BRACE = 0x7d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** ConverseStream: messageStart · blocks · messageStop · metadata (usage comes last, after the stop reason). */
export class ConverseEvents implements EventMapper {
  readonly #toolUses = new StreamedToolUses();
  readonly #reasoning = new StreamedReasoning();
  #stopReason: StopReason | undefined;
  hasContent = false;
  end: StreamEnd | undefined;

  get heldText(): string {
    return this.#toolUses.heldText;
  }

  accept(name: string, buffer: Buffer, start: number, end: number, events: ModelEvent[]): void {
    if (name === 'contentBlockDelta') {
      this.hasContent = true;
      const text = textDelta(buffer, start, end);
      if (text === undefined) this.#delta(parse(buffer, start, end), events);
      else if (text !== '') events.push({ type: 'text-delta', text });
      return;
    }
    switch (name) {
      case 'contentBlockStart':
        return this.#blockStart(parse(buffer, start, end));
      case 'contentBlockStop':
        return this.#blockStop(parse(buffer, start, end), events);
      case 'messageStop':
        return this.#stop(parse(buffer, start, end).stopReason);
      case 'metadata':
        return this.#metadata(parse(buffer, start, end));
    }
    // messageStart says only the role; event types of the future say nothing to us.
  }

  #blockStart({ contentBlockIndex = 0, start }: ConverseEvent): void {
    // Only tools (and images) have a start event; text begins with its first delta.
    if (!start?.toolUse) return;
    this.hasContent = true;
    this.#toolUses.begin(contentBlockIndex, start.toolUse.toolUseId, start.toolUse.name);
  }

  #blockStop({ contentBlockIndex = 0 }: ConverseEvent, events: ModelEvent[]): void {
    this.#reasoning.finish(contentBlockIndex, events);
    this.#toolUses.finish(contentBlockIndex, events);
  }

  #delta({ contentBlockIndex = 0, delta }: ConverseEvent, events: ModelEvent[]): void {
    if (delta?.text) events.push({ type: 'text-delta', text: delta.text });
    if (delta?.toolUse?.input) this.#toolUses.add(contentBlockIndex, delta.toolUse.input);
    const thought = delta?.reasoningContent;
    if (thought) this.#reasoning.add(contentBlockIndex, { text: thought.text ?? '', signature: thought.signature ?? '', redacted: thought.redactedContent ?? '' }, events);
    // Citations and images are not for the shopper.
  }

  #stop(stopReason: StopReason | undefined): void {
    if (!stopReason) return;
    this.#toolUses.checkAtEnd(stopReason);
    this.#stopReason = stopReason;
  }

  #metadata({ usage }: ConverseEvent): void {
    if (this.#stopReason) this.end = { stopReason: this.#stopReason, usage: readConverseUsage(usage) };
  }
}

function parse(buffer: Buffer, start: number, end: number): ConverseEvent {
  return JSON.parse(buffer.toString('utf8', start, end)) as ConverseEvent;
}

/** `{"contentBlockIndex":0,"delta":{"text":"…"}…` read by its bytes; undefined for anything else. */
function textDelta(buffer: Buffer, start: number, end: number): string | undefined {
  if (!startsWith(buffer, start, end, INDEX)) return undefined;
  let at = start + INDEX.length;
  while (isDigit(buffer[at])) at++;
  if (!startsWith(buffer, at, end, TEXT_DELTA)) return undefined;
  const found = readJsonText(buffer, at + TEXT_DELTA.length, end);
  // The text must be the only member of its delta.
  return found && buffer[found.end + 1] === CLOSING_BRACE ? found.text : undefined;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}
