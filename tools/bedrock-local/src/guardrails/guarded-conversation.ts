import type { FinishedMessage } from '../messages/finished-message.ts';
import { finishMessage } from '../messages/finished-message.ts';
import { asString, isObject, type JsonObject } from '../messages/json.ts';
import { eventsOf } from '../messages/message-events.ts';
import type { MessagesEvent, MessagesStream } from '../messages/messages-event.ts';
import type { MessagesRequest, TextBlock } from '../messages/messages-request.ts';
import { validation } from '../wire/bedrock-error.ts';
import { checkGuardrailName } from './apply-guardrail.ts';
import { assessText, type Verdict } from './assess-text.ts';
import type { GuardrailPolicy } from './guardrail-policy.ts';
import { guardrailMetrics } from './guardrail-usage.ts';

/** A guardrail on one Converse call: the shopper's words before the model, the answer after it. */
export class GuardedConversation {
  private readonly policy: GuardrailPolicy;
  private readonly id: string;
  private readonly traces: boolean;
  private readonly passesAtOnce: boolean;
  private inputAssessment: Record<string, unknown> | undefined;
  private outputAssessments: Record<string, unknown>[] = [];
  private modelOutput: string[] = [];

  private constructor(config: JsonObject, policy: GuardrailPolicy) {
    const id = asString(config['guardrailIdentifier']);
    const version = asString(config['guardrailVersion']);
    if (id === undefined || version === undefined) throw validation('guardrailConfig needs both guardrailIdentifier and guardrailVersion.');
    checkGuardrailName(id, version);
    this.policy = policy;
    this.id = id.slice(id.lastIndexOf('/') + 1);
    this.traces = config['trace'] === 'enabled' || config['trace'] === 'enabled_full';
    this.passesAtOnce = config['streamProcessingMode'] === 'async';
  }

  /** Nothing when the call has no guardrail. */
  static from(config: unknown, policy: GuardrailPolicy): GuardedConversation | undefined {
    return isObject(config) ? new GuardedConversation(config, policy) : undefined;
  }

  /** Masks the request in place; true when it must not reach the model. Only guardContent is checked where there is any; system prompts never are. */
  blocksInput(request: MessagesRequest): boolean {
    const startedAt = performance.now();
    const texts = request.messages.filter(({ role }) => role === 'user').flatMap(({ content }) => content.filter((block): block is TextBlock => block.type === 'text'));
    const marked = texts.filter(({ isGuarded }) => isGuarded);
    const checked = marked.length > 0 ? marked : texts;
    const verdict = assessText(checked.map(({ text }) => text).join('\n'), this.policy);
    const characters = checked.reduce((sum, { text }) => sum + text.length, 0);
    this.inputAssessment = { ...verdict.assessment, invocationMetrics: guardrailMetrics(characters, performance.now() - startedAt) };
    if (verdict.isMasked && !verdict.isBlocked) for (const block of checked) block.text = assessText(block.text, this.policy).masked;
    return verdict.isBlocked;
  }

  blockedStream(model: string, id: string): MessagesStream {
    return once(eventsOf(this.blocked({ id, model, usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 } }, this.policy.blockedInputMessage)));
  }

  /** `async` streams pass as they come, unmasked, and only their stop reason tells; everything else is held back until it is checked. */
  guard(stream: MessagesStream): MessagesStream {
    return this.passesAtOnce ? this.watched(stream) : this.held(stream);
  }

  get trace(): Record<string, unknown> | undefined {
    if (!this.traces) return undefined;
    return {
      guardrail: {
        ...(this.modelOutput.length > 0 ? { modelOutput: this.modelOutput } : {}),
        ...(this.inputAssessment ? { inputAssessment: { [this.id]: this.inputAssessment } } : {}),
        ...(this.outputAssessments.length > 0 ? { outputAssessments: { [this.id]: this.outputAssessments } } : {}),
      },
    };
  }

  private async *held(stream: MessagesStream): MessagesStream {
    const message = await finishMessage(stream);
    for (const block of message.content) {
      if (block.type !== 'text') continue;
      const verdict = this.judge(block.text);
      if (verdict.isBlocked) return yield eventsOf(this.blocked(message, this.policy.blockedOutputMessage));
      block.text = verdict.masked;
    }
    yield eventsOf(message);
  }

  private async *watched(stream: MessagesStream): MessagesStream {
    let text = '';
    for await (const batch of stream) {
      for (const event of batch) if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
      yield batch.map((event): MessagesEvent => {
        if (event.type !== 'message_delta' || !this.judge(text).isBlocked) return event;
        return { ...event, delta: { stop_reason: 'guardrail_intervened', stop_sequence: null } };
      });
    }
  }

  private judge(text: string): Verdict {
    const startedAt = performance.now();
    const verdict = assessText(text, this.policy);
    this.modelOutput.push(text);
    this.outputAssessments.push({ ...verdict.assessment, invocationMetrics: guardrailMetrics(text.length, performance.now() - startedAt) });
    return verdict;
  }

  private blocked({ id, model, usage }: Pick<FinishedMessage, 'id' | 'model' | 'usage'>, text: string): FinishedMessage {
    return { id, model, content: [{ type: 'text', text }], stopReason: 'guardrail_intervened', stopSequence: null, usage };
  }
}

async function* once(events: readonly MessagesEvent[]): MessagesStream {
  yield events;
}
