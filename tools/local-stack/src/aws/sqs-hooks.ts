import { setTimeout as sleep } from 'node:timers/promises';
import type { Aws } from './aws.ts';
import { noFaults, readFaults, type Faults, type FaultsDone } from './faults.ts';
import type { QueueStore } from './fauxqs-internals.ts';
import { groupOfAttributes } from './local-queue.ts';

interface Entry {
  Id: string;
  MessageGroupId?: string;
  MessageAttributes?: object;
}

interface Failed {
  Id: string;
  SenderFault: boolean;
  Code: string;
  Message: string;
}

interface Received {
  Messages?: { ReceiptHandle: string; Attributes?: Record<string, string> }[];
}

/** Remembers the tenant of every message on its way into a queue. */
export function keepGroups(app: Aws): void {
  app.addHook('preHandler', async (request) => {
    const operation = request.headers['x-amz-target'];
    if (operation !== 'AmazonSQS.SendMessage' && operation !== 'AmazonSQS.SendMessageBatch') return;
    const body = request.body as Entry & { Entries?: Entry[] };
    for (const entry of body.Entries ?? [body]) {
      if (typeof entry.MessageGroupId === 'string') groupOfAttributes.set((entry.MessageAttributes ??= {}), entry.MessageGroupId);
    }
  });
}

/** Refuses a share of the entries of a batch for the moment, as SQS may. */
export function failBatchEntries(app: Aws, faults: Faults, done: FaultsDone): void {
  const failedOf = new WeakMap<object, Failed[]>();
  app.addHook('preHandler', async (request, reply) => {
    if (faults.failedBatchEntries === 0 || request.headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') return;
    const body = request.body as { Entries: Entry[] };
    const fails = new Set(body.Entries.filter(() => Math.random() < faults.failedBatchEntries));
    const failed = [...fails].map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError', Message: 'Refused for the moment' }));
    done.failedBatchEntries += failed.length;
    if (failed.length === body.Entries.length) return reply.type('application/x-amz-json-1.0').send(JSON.stringify({ Successful: [], Failed: failed }));
    body.Entries = body.Entries.filter((entry) => !fails.has(entry));
    failedOf.set(request, failed);
  });
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const failed = failedOf.get(request);
    const answer = payload as { Failed?: Failed[] };
    return failed && Array.isArray(answer.Failed) ? { ...answer, Failed: [...answer.Failed, ...failed] } : payload;
  });
}

/** Takes its time, as a service across a network does. */
export function delayAnswers(app: Aws, faults: Faults): void {
  app.addHook('preHandler', async (request) => {
    if (faults.answerDelayMs > 0 && String(request.headers['x-amz-target']).startsWith('AmazonSQS.')) await sleep(faults.answerDelayMs);
  });
}

/** Tells of a dead letter which queue it comes from. */
export function tellSources(app: Aws, store: QueueStore): void {
  app.addHook('preSerialization', async (request, _reply, payload) => {
    if (request.headers['x-amz-target'] !== 'AmazonSQS.ReceiveMessage') return payload;
    const { QueueUrl, MessageSystemAttributeNames: names = [] } = request.body as { QueueUrl: string; MessageSystemAttributeNames?: string[] };
    if (!names.includes('All') && !names.includes('DeadLetterQueueSourceArn')) return payload;
    const queue = store.getQueue(QueueUrl);
    for (const message of (payload as Received).Messages ?? []) {
      const source = queue?.inflightMessages.get(message.ReceiptHandle)?.message.deadLetterSourceArn;
      if (source !== undefined) message.Attributes = { ...message.Attributes, DeadLetterQueueSourceArn: source };
    }
    return payload;
  });
}

/** `PUT /local-stack/faults` with `{"duplicateDeliveries":0.2}` sets what is named, `DELETE` ends all of them, `GET` says what is set and how often it has been `done`. */
export function serveFaults(app: Aws, faults: Faults, done: FaultsDone): void {
  const path = '/local-stack/faults';
  app.get(path, () => ({ ...faults, done }));
  app.delete(path, () => Object.assign(faults, noFaults()));
  app.put(path, (request, reply) => {
    const wanted = readFaults(String(request.body));
    if (!wanted) return reply.code(400).send({ message: `Give shares from 0 to 1, or milliseconds, of: ${Object.keys(faults).join(', ')}` });
    return Object.assign(faults, wanted);
  });
}
