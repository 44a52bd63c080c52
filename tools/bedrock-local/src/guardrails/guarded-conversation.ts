import type { FinishedMessage } from '../messages/finished-message.ts';
import { finishMessage } from '../messages/finished-message.ts';
import { eventsOf } from '../messages/message-events.ts';
import type { MessagesEvent, MessagesStream } from '../messages/messages-event.ts';
import type { MessagesRequest } from '../messages/messages-request.ts';
import { assessText, type Verdict } from './assess-text.ts';
import { guardedTexts } from './guarded-texts.ts';
import type { GuardrailCall } from './guardrail-call.ts';
import type { GuardrailPolicy } from './guardrail-policy.ts';
import { guardrailMetrics } from './guardrail-usage.ts';

/** A guardrail on one call: the prompt before the model, the answer after it. */
export class GuardedConversation {
  private readonly call: GuardrailCall;
  private readonly policy: GuardrailPolicy;
  private inputAssessment: Record<string, unknown> | undefined;
  private outputAssessments: Record<string, unknown>[] = [];
  private modelOutput: string[] = [];
  private hasIntervened = false;

  constructor(call: GuardrailCall, policy: GuardrailPolicy) {
    this.call = call;
    this.policy = policy;
  }

  /** Masks the request in place; true when it must not reach the model. */
  blocksInput(request: MessagesRequest): boolean {
    const startedAt = performance.now();
    const checked = guardedTexts(request, this.call);
    const verdict = assessText(checked.map(({ text }) => text).join('\n'), this.policy);
    const characters = checked.reduce((sum, { text }) => sum + text.length, 0);
    this.inputAssessment = { ...verdict.assessment, invocationMetrics: guardrailMetrics(characters, performance.now() - startedAt) };
    this.hasIntervened ||= verdict.isBlocked || verdict.isMasked;
    if (verdict.isMasked && !verdict.isBlocked) for (const { text, write } of checked) write(assessText(text, this.policy).masked);
    return verdict.isBlocked;
  }

  blockedStream(model: string, id: string): MessagesStream {
    return once(eventsOf(this.blocked({ id, model, usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 } }, this.policy.blockedInputMessage)));
  }

  /** `async` streams pass as they come, unmasked, and only their stop reason tells; everything else is held back until it is checked. */
  guard(stream: MessagesStream): MessagesStream {
    return this.call.passesAtOnce ? this.watched(stream) : this.held(stream);
  }

  get trace(): Record<string, unknown> | undefined {
    if (!this.call.traces) return undefined;
    return {
      guardrail: {
        ...(this.modelOutput.length > 0 ? { modelOutput: this.modelOutput } : {}),
        ...(this.inputAssessment ? { inputAssessment: { [this.call.id]: this.inputAssessment } } : {}),
        ...(this.outputAssessments.length > 0 ? { outputAssessments: { [this.call.id]: this.outputAssessments } } : {}),
      },
    };
  }

  /** What InvokeModel's bodies and last chunks tell. */
  get members(): Record<string, unknown> {
    const { id, traces } = this.call;
    const input = this.inputAssessment ? { input: { [id]: this.inputAssessment } } : {};
    const outputs = this.outputAssessments.map((assessment) => ({ [id]: assessment }));
    const guardrail = { ...(this.modelOutput.length > 0 ? { modelOutput: this.modelOutput } : {}), ...input, ...(outputs.length > 0 ? { outputs } : {}) };
    return { 'amazon-bedrock-guardrailAction': this.hasIntervened ? 'INTERVENED' : 'NONE', ...(traces ? { 'amazon-bedrock-trace': { guardrail } } : {}) };
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
    this.hasIntervened ||= verdict.isBlocked || verdict.isMasked;
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
