import { AppError, canonicalSha256, toAppError, type Json } from '@manga-assist/foundation';
import type { Principal } from '@manga-assist/identity';
import { IdempotencyRecords, type IdempotentCall } from '@manga-assist/jobs';
import { Logger } from '@manga-assist/observability';
import { Injectable } from '@nestjs/common';
import type { Accepted } from './accepted.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

export interface RepeatableRequest {
  caller: Pick<Principal, 'tenantId' | 'subject'>;
  /** Method and path, such as `POST /v1/manga/batch`. */
  operation: string;
  /** The header as it came. */
  keyHeader: string | undefined;
  /** What makes two requests the same. */
  body: object;
  signal: AbortSignal;
}

const RETRY_RUNNING_MS = 1_000;
/** The answer is remembered though its caller may be gone: then above all it will be asked for again. */
const REMEMBER_WITHIN_MS = 1_000;

/** Lets a request be sent again without being done again, where the caller gave it an Idempotency-Key. */
@Injectable()
export class IdempotentRequests {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly logger: Logger,
  ) {}

  /**
   * `work` is told a name of the request (key and content), from which the ids of what it makes are
   * derived: a request that died half-way is finished by its repetition, and one that comes again when
   * its record is long gone still makes nothing twice. Refusals and outages are not remembered. Errors: `unavailable`
   * `request.still-running`, `invalid` `request.idempotency-key-reused`, and those of `work`.
   */
  async run<Answer extends object>(request: RepeatableRequest, work: (name: string | undefined) => Promise<Accepted<Answer>>): Promise<Accepted<Answer>> {
    const key = readIdempotencyKey(request.keyHeader);
    if (key === undefined) return work(undefined);
    const call: IdempotentCall = {
      owner: { tenantId: request.caller.tenantId, subject: request.caller.subject },
      operation: request.operation,
      key,
      fingerprint: canonicalSha256(JSON.parse(JSON.stringify(request.body)) as Json),
    };
    const begun = await this.records.begin(call, request.signal);
    switch (begun.kind) {
      case 'finished':
        return { answer: JSON.parse(begun.answer) as Answer, isRepeated: true };
      case 'running':
        throw new AppError('unavailable', 'request.still-running', 'The same request is being answered just now; ask again in a moment.', { retryAfterMs: RETRY_RUNNING_MS });
      case 'mismatch':
        throw new AppError('invalid', 'request.idempotency-key-reused', 'This Idempotency-Key was used for another request.', {
          problems: [{ path: 'Idempotency-Key', message: 'was used for another request' }],
        });
      case 'begun':
        return this.#doOnce(call, () => work(`${key}:${call.fingerprint}`));
    }
  }

  /** The same for what makes nothing with an id: a request that died half-way may be done a second time by its repetition. */
  once<Answer extends object>(request: RepeatableRequest, work: () => Promise<Answer>): Promise<Accepted<Answer>> {
    return this.run(request, async () => ({ answer: await work(), isRepeated: false }));
  }

  async #doOnce<Answer extends object>(call: IdempotentCall, work: () => Promise<Accepted<Answer>>): Promise<Accepted<Answer>> {
    try {
      const accepted = await work();
      // What was done is done: that it could not be remembered must not look like a failure. Its repetition makes the same ids.
      await this.records.finish(call, JSON.stringify(accepted.answer), AbortSignal.timeout(REMEMBER_WITHIN_MS)).catch((error: unknown) => this.#warn(error, 'an answer could not be remembered'));
      return accepted;
    } catch (error) {
      await this.records.abandon(call, AbortSignal.timeout(REMEMBER_WITHIN_MS)).catch((cause: unknown) => this.#warn(cause, 'a key could not be given back'));
      throw error;
    }
  }

  #warn(error: unknown, what: string): void {
    this.logger.warn({ error: toAppError(error) }, what);
  }
}
