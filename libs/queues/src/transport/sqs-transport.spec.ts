import { CreateQueueCommand, PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { until } from '@manga-assist/foundation/testing';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import type { Delivery } from '../delivery.ts';
import { deadLetter, done, retryIn, type Settlement } from '../settlement.ts';
import { LocalQueues, url } from '../testing/local-queues.ts';
import { SqsTransport, type SqsTransportOptions } from './sqs-transport.ts';
import type { MessageSettled, QueueTrouble } from './transport-events.ts';

let stack: LocalStack;
let queues: LocalQueues;
const running: SqsTransport[] = [];

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
  queues = new LocalQueues();
}, 30_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.close()));
});

afterAll(async () => {
  queues.close();
  await stack.close();
});

type Handler = (payload: Record<string, unknown>, delivery: Delivery) => Promise<Settlement | void> | Settlement | void;

function serve(names: string[], handler: Handler, more: Partial<SqsTransportOptions> = {}) {
  const settled: MessageSettled[] = [];
  const troubles: QueueTrouble[] = [];
  const transport = new SqsTransport({
    queues: names.map((name) => ({ name, weight: 1 })),
    mostInFlight: 10 * names.length,
    handlerTimeoutMs: 60_000,
    drainTimeoutMs: 0,
    // The shortest backoff.
    random: () => 0,
    onSettled: (event) => settled.push(event),
    onTrouble: (trouble) => troubles.push(trouble),
    ...more,
  });
  transport.addHandler('test', async (payload, delivery) => handler(payload, delivery as Delivery), true);
  transport.listen(() => undefined);
  running.push(transport);
  return { transport, settled, troubles };
}

const empty = (queueName: string) => until(`${queueName} to be empty`, async () => (await queues.depth(queueName)) === 0);
const attributesOf = ({ MessageAttributes = {} }: { MessageAttributes?: Record<string, { StringValue?: string | undefined }> | undefined } = {}) =>
  Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));
/** A promise and its end. */
const gate = () => Promise.withResolvers<void>();

describe('a served queue', () => {
  it('hands a message to its handler with all that is known of it, and is rid of it after that', async () => {
    const { name } = await queues.create();
    const seen: unknown[] = [];
    const before = Date.now();
    const { settled } = serve([name], (payload, { queueName, messageId, receiveCount, sentAtMs, attributes, signal }) => {
      seen.push({ payload, queueName, messageId, receiveCount, attributes, isStopped: signal.aborted, isRecent: sentAtMs >= before && sentAtMs <= Date.now() });
    });

    const messageId = await queues.send(name, { number: 1 }, { Pattern: 'test', TraceId: 'trace-1' });
    await empty(name);

    expect(seen).toEqual([
      { payload: { number: 1 }, queueName: name, messageId, receiveCount: 1, attributes: { Pattern: 'test', TraceId: 'trace-1' }, isStopped: false, isRecent: true },
    ]);
    expect(settled).toMatchObject([{ queueName: name, messageId, pattern: 'test', outcome: 'done', receiveCount: 1 }]);
    expect(settled[0]?.dwellMs).toBeGreaterThanOrEqual(0);
  });

  it('hands the message out again when its handler says so', async () => {
    const { name } = await queues.create();
    const counts: number[] = [];
    serve([name], (_payload, { receiveCount }) => (counts.push(receiveCount) < 3 ? retryIn(0) : done));

    await queues.send(name, {});
    await empty(name);

    expect(counts).toEqual([1, 2, 3]);
  });

  it('sends a message that waits long anew, so that waiting never makes it a dead letter', async () => {
    const { name, deadLetters } = await queues.create({ maxReceiveCount: 6 });
    const seen: { receiveCount: number; sentAtMs: number; trace: unknown }[] = [];
    serve([name], (_payload, { receiveCount, sentAtMs, attributes }) => (seen.push({ receiveCount, sentAtMs, trace: attributes['TraceId'] }) < 12 ? retryIn(0) : done));

    await queues.send(name, {}, { Pattern: 'test', TraceId: 'trace-1' });
    await empty(name);

    expect(seen.map(({ receiveCount }) => receiveCount)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]);
    expect(new Set(seen.map(({ sentAtMs }) => sentAtMs)).size).toBe(1);
    expect(new Set(seen.map(({ trace }) => trace))).toEqual(new Set(['trace-1']));
    expect(await queues.depth(deadLetters)).toBe(0);
  });

  it('puts a message with the reason into its dead-letter queue when its handler says so', async () => {
    const { name, deadLetters } = await queues.create();
    serve([name], () => deadLetter('jobs.failed', `Three attempts failed: 漫画 \u{0} ${'x'.repeat(2_000)}`));

    await queues.send(name, { number: 1 }, { Pattern: 'test', RequestId: 'job-1' });
    await empty(name);
    const [letter] = await queues.receive(deadLetters, 5);

    expect(letter?.Body).toBe('{"number":1}');
    expect(attributesOf(letter)).toMatchObject({ Pattern: 'test', RequestId: 'job-1', DeadLetterCode: 'jobs.failed', SourceQueue: name });
    expect(attributesOf(letter)['DeadLetterReason']).toMatch(/^Three attempts failed: 漫画 \u{FFFD} x+$/u);
  });

  it('makes room for the reason when a message has all the attributes it may have', async () => {
    const { name, deadLetters } = await queues.create();
    serve([name], () => deadLetter('jobs.failed', ''));
    const nine = Object.fromEntries(Array.from({ length: 8 }, (_, number) => [`A${number}`, 'x']));

    await queues.send(name, {}, { ...nine, RequestId: 'job-1', Pattern: 'test' });
    await empty(name);
    const [letter] = await queues.receive(deadLetters, 5);

    expect(Object.keys(attributesOf(letter))).toHaveLength(10);
    expect(attributesOf(letter)).toMatchObject({ Pattern: 'test', RequestId: 'job-1', DeadLetterCode: 'jobs.failed', DeadLetterReason: 'unknown' });
  });

  it('knows poison at sight, and goes on', async () => {
    const { name, deadLetters } = await queues.create();
    let handled = 0;
    serve([name], () => void handled++);
    const poison: Record<string, [body: string, attributes?: Record<string, string>]> = {
      'queues.not-json': ['{"half":'],
      'queues.not-an-object': ['[1,2]'],
      'queues.unknown-pattern': ['{}', { Pattern: 'nobody.handles' }],
      'queues.too-large': [JSON.stringify('x'.repeat(70_000))],
    };

    for (const [body, attributes] of Object.values(poison)) await queues.send(name, body, attributes);
    await queues.send(name, '{}', { Other: 'no pattern at all' });
    await queues.send(name, 'null');
    await queues.send(name, {});
    await empty(name);
    const letters = await queues.receive(deadLetters, 5);

    const codes = letters.map((letter) => attributesOf(letter)['DeadLetterCode']);
    expect(codes.toSorted()).toEqual([...Object.keys(poison), 'queues.unknown-pattern', 'queues.not-an-object'].toSorted());
    expect(handled).toBe(1);
  });

  it('settles a message whose handler throws by the kind of its error', async () => {
    const { name, deadLetters } = await queues.create({ maxReceiveCount: 2 });
    const errors: Record<string, Error> = {
      invalid: new AppError('invalid', 'jobs.bad-message', 'Nobody can do that.'),
      passing: new AppError('unavailable', 'jobs.unavailable', 'Come back.'),
      bug: new TypeError('undefined is not a function'),
    };
    const counts: Record<string, number> = {};
    const { settled } = serve([name], ({ kind }) => {
      const count = (counts[String(kind)] = (counts[String(kind)] ?? 0) + 1);
      // What is away comes back in time.
      if (kind === 'passing' && count === 2) return done;
      throw errors[String(kind)];
    });

    for (const kind of Object.keys(errors)) await queues.send(name, { kind });
    await empty(name);
    const letters = await queues.receive(deadLetters, 5);

    expect(counts).toEqual({ invalid: 1, passing: 2, bug: 2 });
    expect(letters.map((letter) => [letter.Body, attributesOf(letter)['DeadLetterCode']]).toSorted()).toEqual([
      ['{"kind":"bug"}', undefined],
      ['{"kind":"invalid"}', 'jobs.bad-message'],
    ]);
    expect(settled.find(({ outcome }) => outcome === 'failed')?.error).toMatchObject({ kind: 'bug', code: 'internal' });
  });

  it('takes what settles nothing for a bug of the handler', async () => {
    const { name } = await queues.create({ maxReceiveCount: 1 });
    const { settled } = serve([name], () => ({ kind: 'retry' }) as Settlement);

    await queues.send(name, {});
    await until('the message to be settled', () => settled.length > 0);

    expect(settled).toMatchObject([{ outcome: 'failed', error: { code: 'queues.not-a-settlement' } }]);
  });
});

describe('a message in hand', () => {
  it('stays hidden from others as long as its handler runs', async () => {
    const { name } = await queues.create();
    const { promise, resolve } = gate();
    serve([name], () => promise, { visibilityTimeoutSeconds: 1, heartbeatEverySeconds: 0.3 });

    await queues.send(name, {});
    await until('the message to be taken', async () => (await queues.depth(name)) === 1);
    const othersGot = await queues.receive(name, 3);
    resolve();
    await empty(name);

    expect(othersGot).toEqual([]);
  });

  it('tells its handler to stop when it is not ours any more, and settles nothing then', async () => {
    const { name, deadLetters } = await queues.create();
    const { settled, troubles } = serve(
      [name],
      async (_payload, { signal }) => {
        await queues.sqs.send(new PurgeQueueCommand({ QueueUrl: url(name) }));
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return deadLetter('late', 'too late');
      },
      { heartbeatEverySeconds: 0.05 },
    );

    await queues.send(name, {});
    await until('the message to be lost', () => settled.length > 0);

    expect(settled).toMatchObject([{ outcome: 'lost' }]);
    expect(troubles).toMatchObject([{ queueName: name, error: { code: 'queues.message-lost' } }]);
    expect(await queues.depth(deadLetters)).toBe(0);
  });

  it('counts as failed when its handler takes too long, and the handler is told to stop', async () => {
    const { name } = await queues.create();
    const reasons: unknown[] = [];
    const { settled } = serve(
      [name],
      (_payload, { signal, receiveCount }) =>
        receiveCount > 1 ? done : new Promise((_, reject) => signal.addEventListener('abort', () => reject(reasons.push(signal.reason)))),
      { handlerTimeoutMs: 50 },
    );

    await queues.send(name, {});
    await empty(name);

    expect(reasons).toMatchObject([{ name: 'TimeoutError' }]);
    expect(settled).toMatchObject([{ outcome: 'failed', error: { code: 'queues.handler-timed-out' } }, { outcome: 'done' }]);
  });

  it('is never one too many', async () => {
    const { name } = await queues.create();
    let inHand = 0;
    let most = 0;
    serve(
      [name],
      async () => {
        most = Math.max(most, ++inHand);
        // Until all places have been in use once: a busy machine brings them one by one.
        await until('the places to be full', () => most >= 3);
        // Time for one too many to show itself.
        await new Promise((resolve) => setTimeout(resolve, 20));
        inHand--;
      },
      { mostInFlight: 3 },
    );

    for (let number = 0; number < 40; number++) await queues.send(name, { number });
    await empty(name);

    expect(most).toBe(3);
  });
});

describe('queues of several priorities', () => {
  const weighted = async () => {
    const [high, low] = [await queues.create(), await queues.create()];
    const shares = [{ name: high.name, weight: 8 }, { name: low.name, weight: 1 }];
    return { high: high.name, low: low.name, shares };
  };

  it('serve an urgent message at once although others fill every place they can', async () => {
    const { high, low, shares } = await weighted();
    const { promise, resolve } = gate();
    let lowInHand = 0;
    let highDone = 0;
    serve([], (_payload, { queueName }) => (queueName === high ? void highDone++ : (lowInHand++, promise)), { queues: shares, mostInFlight: 8 });
    for (let number = 0; number < 20; number++) await queues.send(low, { number });
    await until('low ones to fill their places', () => lowInHand === 5);

    for (let number = 0; number < 5; number++) await queues.send(high, { number });
    await until('all urgent ones', () => highDone === 5);
    const stillInHand = lowInHand;
    resolve();

    expect(stillInHand).toBe(5);
    await empty(low);
  });

  it('serve the others too although urgent ones never end', async () => {
    const { high, low, shares } = await weighted();
    const { promise, resolve } = gate();
    let lowDone = 0;
    let highInHand = 0;
    serve([], (_payload, { queueName }) => (queueName === low ? void lowDone++ : (highInHand++, promise)), { queues: shares, mostInFlight: 8 });
    for (let number = 0; number < 20; number++) await queues.send(high, { number });
    await until('urgent ones to fill their places', () => highInHand === 7);

    for (let number = 0; number < 5; number++) await queues.send(low, { number });
    await until('all low ones', () => lowDone === 5);
    resolve();

    await empty(high);
  });
});

describe('a queue of several tenants', () => {
  const from = (name: string, tenant: string, number: number) => queues.send(name, { tenant, number }, { Pattern: 'test' }, { MessageGroupId: tenant });

  it('serves a quiet one at once although a noisy one has taken all that it may', async () => {
    const { name, deadLetters } = await queues.create({ maxReceiveCount: 8 });
    const { promise, resolve } = gate();
    const begun: Record<string, number> = { noisy: 0, quiet: 0 };
    const { settled } = serve([name], async ({ tenant }) => {
      begun[String(tenant)] = (begun[String(tenant)] ?? 0) + 1;
      if (tenant === 'noisy') await promise;
    });
    for (let number = 0; number < 60; number++) await from(name, 'noisy', number);
    await until('the noisy one to have its places, and to have been put off', () => begun['noisy'] === 9 && settled.length >= 30);

    for (let number = 0; number < 5; number++) await from(name, 'quiet', number);
    await until('all of the quiet one', () => begun['quiet'] === 5);
    const noisyMeanwhile = begun['noisy'];
    resolve();
    await until('all of the noisy one', () => settled.filter(({ outcome }) => outcome === 'done').length === 65, 60_000);

    expect(noisyMeanwhile).toBe(9);
    expect(new Set(settled.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'deferred']));
    expect(await queues.depth(deadLetters)).toBe(0);
  }, 70_000);
});

describe('a served FIFO queue', () => {
  const inGroup = (name: string, group: string, number: number) =>
    queues.send(name, { group, number }, { Pattern: 'test' }, { MessageGroupId: group, MessageDeduplicationId: `${group}-${number}` });

  it('keeps each group in order, one at a time, and groups beside each other', async () => {
    const { name } = await queues.create({ isFifo: true });
    const seen: Record<string, number[]> = { a: [], b: [] };
    const busy = new Set<unknown>();
    const together = gate();
    const clashes: unknown[] = [];
    serve(
      [],
      async ({ group, number }) => {
        if (busy.has(group)) clashes.push(group);
        busy.add(group);
        if (busy.size === 2) together.resolve();
        // Only ends when both groups are being worked on at the same time.
        await together.promise;
        seen[String(group)]?.push(Number(number));
        busy.delete(group);
      },
      { beside: [{ name, mostInFlight: 4 }] },
    );

    for (const number of [1, 2, 3]) for (const group of ['a', 'b']) await inGroup(name, group, number);
    await empty(name);

    expect(seen).toEqual({ a: [1, 2, 3], b: [1, 2, 3] });
    expect(clashes).toEqual([]);
  });

  it('lets nobody of a group pass one that is to come back', async () => {
    const { name, deadLetters } = await queues.create({ isFifo: true, maxReceiveCount: 6 });
    const seen: unknown[] = [];
    let tries = 0;
    serve(
      [],
      ({ number }) => {
        seen.push(number);
        return number === 1 && ++tries < 9 ? retryIn(0) : done;
      },
      { beside: [{ name, mostInFlight: 4 }] },
    );

    for (const number of [1, 2]) await inGroup(name, 'a', number);
    await empty(name);

    // Nine tries with six receives: the later ones waited in hand.
    expect(seen).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    expect(await queues.depth(deadLetters)).toBe(0);
  });

  it('gives the place of a message that waits in hand to other groups, and the message back when it stops', async () => {
    const { name } = await queues.create({ isFifo: true });
    const seen: unknown[] = [];
    const { transport } = serve(
      [],
      ({ group }) => {
        seen.push(group);
        if (group === 'b') return done;
        // At the fifth receive it is not hidden any more, but kept.
        return retryIn(seen.length < 5 ? 0 : 600_000);
      },
      { beside: [{ name, mostInFlight: 1 }] },
    );
    await inGroup(name, 'a', 1);
    await until('the fifth receive', () => seen.length === 5);

    await inGroup(name, 'b', 1);
    await until('the other group', () => seen.includes('b'));
    await transport.close();

    expect(seen).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    expect((await queues.receive(name)).map(({ Body }) => Body)).toEqual(['{"group":"a","number":1}']);
  });

  it('goes on with the group when one is a dead letter', async () => {
    const { name, deadLetters } = await queues.create({ isFifo: true });
    const seen: unknown[] = [];
    serve([], ({ number }) => (seen.push(number), number === 1 ? deadLetter('test.bad', 'bad') : done), { beside: [{ name, mostInFlight: 4 }] });

    for (const number of [1, 2]) await inGroup(name, 'a', number);
    await empty(name);
    const [letter] = await queues.receive(deadLetters, 5);

    expect(seen).toEqual([1, 2]);
    expect([letter?.Body, letter?.Attributes?.MessageGroupId]).toEqual(['{"group":"a","number":1}', 'a']);
  });
});

describe('a worker that is told to stop', () => {
  it('finishes what runs, begins nothing more, and leaves the rest for others at once', async () => {
    const { name } = await queues.create();
    const { promise, resolve } = gate();
    let begun = 0;
    const { transport, settled } = serve([name], () => (begun++, promise), { mostInFlight: 2, drainTimeoutMs: 60_000 });
    for (let number = 0; number < 5; number++) await queues.send(name, { number });
    await until('two to be begun', () => begun === 2);

    const closing = transport.close();
    resolve();
    await closing;

    expect(settled.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(begun).toBe(2);
    expect(await queues.receive(name)).toHaveLength(3);
  });

  it('gives back at once what it had set aside for a tenant', async () => {
    const { name } = await queues.create();
    const { promise, resolve } = gate();
    let begun = 0;
    const { transport } = serve([name], () => (begun++, promise), { mostInFlight: 4, drainTimeoutMs: 60_000 });
    for (let number = 0; number < 6; number++) await queues.send(name, { number }, { Pattern: 'test' }, { MessageGroupId: 'noisy' });
    await until('all to be in hand', async () => begun === 3 && (await queues.visible(name)) === 0);

    const closing = transport.close();
    await until('the others to be back', async () => (await queues.visible(name)) === 3);
    resolve();
    await closing;

    expect(begun).toBe(3);
    expect(await queues.depth(name)).toBe(3);
  });

  it('stops what runs too long, and gives it back at once', async () => {
    const { name } = await queues.create();
    const reasons: unknown[] = [];
    const begun = gate();
    const { transport } = serve(
      [name],
      (_payload, { signal }) => (begun.resolve(), new Promise((resolve) => signal.addEventListener('abort', () => (reasons.push(signal.reason), resolve(retryIn(900_000)))))),
      { drainTimeoutMs: 20 },
    );
    await queues.send(name, {});
    await begun.promise;

    await transport.close();
    const again = await queues.receive(name);

    expect(reasons).toMatchObject([{ kind: 'cancelled', code: 'queues.draining' }]);
    expect(again.map(({ Attributes }) => Attributes?.ApproximateReceiveCount)).toEqual(['2']);
  });

  it('does not wait for a handler that does not listen, and gives its message back', async () => {
    const { name } = await queues.create();
    const begun = gate();
    const never = gate();
    const { transport } = serve([name], () => (begun.resolve(), never.promise));
    await queues.send(name, {});
    await begun.promise;

    await transport.close();

    expect(await queues.receive(name)).toHaveLength(1);
    never.resolve();
  });

  it('still deletes what has been done when it is told to', async () => {
    const { name } = await queues.create();
    const begun = gate();
    const { transport } = serve([name], (_payload, { signal }) => (begun.resolve(), new Promise((resolve) => signal.addEventListener('abort', () => resolve(done)))));
    await queues.send(name, {});
    await begun.promise;

    await transport.close();

    expect(await queues.depth(name)).toBe(0);
  });
});

describe('a worker before an SQS in trouble', () => {
  it('says which queue is missing, serves the others, and finds it when it is made', async () => {
    const { name } = await queues.create();
    const seen: string[] = [];
    const { troubles } = serve(['made-later', name], (_payload, { queueName }) => void seen.push(queueName));

    await queues.send(name, {});
    await empty(name);
    await until('the trouble', () => troubles.length > 0);
    expect(troubles[0]).toMatchObject({ queueName: 'made-later', error: { code: 'queues.unknown-queue', details: { queueName: 'made-later' } } });
    await queues.sqs.send(new CreateQueueCommand({ QueueName: 'made-later' }));
    await queues.send('made-later', {});
    await until('the message of the new queue', () => seen.includes('made-later'));

    expect(seen).toEqual([name, 'made-later']);
  });
});
