import { AppError, toAppError, type Clock } from '@manga-assist/foundation';
import { withDeadline, type Timers } from '@manga-assist/resilience';
import { Server, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { textAttributes, type ReceivedMessage } from '../aws/received-message.ts';
import { deadLetter } from '../settlement.ts';
import { SqsDelivery } from '../sqs-delivery.ts';
import { FIRST_SENT_AT } from '../aws/message-attributes.ts';
import { verdictOnError, verdictOnResult, type Verdict } from './verdict.ts';

/** Claim checks are a hundred bytes: what is a thousand times larger is not ours. */
const MOST_BODY_BYTES = 65_536;
/** How long a handler whose signal has fired may take to end; after that it is left to itself and its place is given away. */
const ABANDON_AFTER_MS = 5_000;
/** The same for a worker that has to be gone soon. */
const ABANDON_WHEN_DRAINING_MS = 1_000;

export interface HandlingOptions {
  handlerTimeoutMs: number;
  clock: Clock;
  timers: Timers;
  random(): number;
}

/** The handlers of a Nest application, and how a message is put before the one it names. */
export abstract class MessageHandlers extends Server {
  // Failures of handlers are awaited here and settle their message.
  override readonly propagatesEventHandlerErrors: boolean = true;

  /** Runs the message's handler and says what becomes of the message. Never throws. */
  protected async handle(queueName: string, message: ReceivedMessage, parent: AbortSignal, options: HandlingOptions): Promise<Verdict> {
    const attributes = textAttributes(message.rawAttributes);
    const read = readPayload(message.body);
    if ('poison' in read) return read.poison;
    const pattern = attributes['Pattern'];
    const handler = pattern === undefined ? undefined : this.messageHandlers.get(pattern);
    if (!handler) return deadLetter('queues.unknown-pattern', `Nothing here handles ${pattern ? `the pattern ${pattern.slice(0, 100)}` : 'a message without a pattern'}.`);

    const { signal, clear } = withDeadline(parent, options.handlerTimeoutMs, options);
    const delivery = new SqsDelivery({
      queueName,
      messageId: message.messageId,
      receiveCount: message.receiveCount,
      sentAtMs: firstSentAtMs(message),
      ...(message.groupId !== undefined && { groupId: message.groupId }),
      attributes,
      signal,
    });
    try {
      const result = await orAbandoned(call(handler, read.payload, delivery), signal, options.timers);
      return verdictOnResult(result, message.receiveCount, options.random);
    } catch (error) {
      return verdictOnError(signal.aborted ? whyAborted(signal) : error, message.receiveCount, options.random);
    } finally {
      clear();
    }
  }

  on(): never {
    throw new AppError('bug', 'queues.not-supported', 'The SQS transport tells of events through its options.');
  }
}

/** When it was first put into a queue, also when it has been sent anew since. */
export function firstSentAtMs({ rawAttributes, sentAtMs }: ReceivedMessage): number {
  const first = Number(rawAttributes[FIRST_SENT_AT]?.StringValue);
  return Number.isSafeInteger(first) && first > 0 ? first : sentAtMs;
}

function readPayload(body: string): { payload: object } | { poison: Verdict } {
  if (Buffer.byteLength(body) > MOST_BODY_BYTES) return { poison: deadLetter('queues.too-large', `The message has more than ${MOST_BODY_BYTES} bytes.`) };
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return { poison: deadLetter('queues.not-json', 'The message is not JSON.') };
  }
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return { poison: deadLetter('queues.not-an-object', 'The message is not a JSON object.') };
  return { payload };
}

async function call(handler: MessageHandler, payload: object, delivery: SqsDelivery): Promise<unknown> {
  const result: unknown = await handler(payload, delivery);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

/** The handler's end, or, some time after its signal has fired, its abandonment. */
function orAbandoned(running: Promise<unknown>, signal: AbortSignal, timers: Timers): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      const { reason } = signal;
      const isDraining = reason instanceof AppError && reason.code === 'queues.draining';
      const timer = timers.start(isDraining ? ABANDON_WHEN_DRAINING_MS : ABANDON_AFTER_MS, () => reject(reason));
      void running.finally(() => timer.stop()).catch(() => undefined);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** A handler that was stopped may end with any error; what matters is who stopped it. A deadline of ours counts as a failure. */
function whyAborted(signal: AbortSignal): AppError {
  const reason = toAppError(signal.reason);
  return reason.kind === 'timed-out' ? new AppError('bug', 'queues.handler-timed-out', 'A handler took too long.', { cause: reason }) : reason;
}
