import { randomUUID } from 'node:crypto';
import type { CallLog } from '../admin/call-log.ts';
import type { Usage } from '../messages/messages-event.ts';
import type { Exchange } from '../server/exchange.ts';
import { BedrockError } from '../wire/bedrock-error.ts';
import type { AnyOperation } from './operation.ts';

/** Follows one call from its first byte to its line in the call log. */
export class CallTracker {
  readonly requestId = randomUUID();
  private readonly startedAtIso = new Date().toISOString();
  readonly startedAt: number;
  inputTokens = 0;
  outputTokens = 0;
  cacheReadTokens = 0;
  cacheWriteTokens = 0;
  firstEventAt?: number;
  fault: string | null = null;
  status = 200;
  outcome = 'ok';
  private readonly log: CallLog;
  private readonly exchange: Exchange;
  private readonly operation: AnyOperation;
  private readonly modelId: string;

  constructor(log: CallLog, exchange: Exchange, operation: AnyOperation, modelId: string) {
    this.log = log;
    this.exchange = exchange;
    this.operation = operation;
    this.modelId = modelId;
    this.startedAt = exchange.startedAt;
    log.inFlight += 1;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  /** The input side of the usage is known when a message starts. */
  started(usage: Usage): void {
    this.inputTokens = usage.input_tokens;
    this.cacheReadTokens = usage.cache_read_input_tokens;
    this.cacheWriteTokens = usage.cache_creation_input_tokens;
  }

  failed(error: unknown): void {
    if (error instanceof BedrockError) {
      this.status = error.status;
      this.outcome = error.exception;
    } else if (this.exchange.signal.aborted) {
      this.outcome = 'aborted';
    } else {
      this.status = 500;
      this.outcome = 'InternalServerException';
    }
  }

  finish(): void {
    if (this.outcome === 'ok' && this.exchange.signal.aborted) this.outcome = 'aborted';
    this.log.inFlight -= 1;
    this.log.add({
      id: this.requestId,
      op: this.operation,
      model: this.modelId,
      status: this.status,
      outcome: this.outcome,
      input_tokens: this.inputTokens,
      output_tokens: this.outputTokens,
      cache_read_tokens: this.cacheReadTokens,
      cache_write_tokens: this.cacheWriteTokens,
      first_token_ms: this.firstEventAt === undefined ? null : round(this.firstEventAt - this.startedAt),
      ms: round(this.elapsedMs),
      attempt: this.exchange.header('amz-sdk-request') ?? null,
      invocation_id: this.exchange.header('amz-sdk-invocation-id') ?? null,
      connection_id: this.exchange.connectionId,
      protocol: this.exchange.protocol,
      fault: this.fault,
      started_at: this.startedAtIso,
    });
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
