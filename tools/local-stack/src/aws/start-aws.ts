import { buildApp } from 'fauxqs';
import { LOOPBACK } from '../listen.ts';
import type { RunningServer } from '../running-server.ts';
import type { Aws } from './aws.ts';
import type { Faults, FaultsDone } from './faults.ts';
import { S3Store, SnsStore } from './fauxqs-internals.ts';
import { giveBackUnreadMessages } from './give-back-unread-messages.ts';
import { LocalQueueStore } from './local-queue.ts';
import { delayAnswers, failBatchEntries, keepGroups, serveFaults, tellSources } from './sqs-hooks.ts';
import { unsupportedSubResource } from './unsupported-s3.ts';

export interface AwsOptions {
  port: number;
  /** Whether the whole stack is up; `/readyz` says so. */
  isReady: () => boolean;
  /** Read at every request: what is changed in it counts at once. */
  faults: Faults;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** SQS, SNS and S3 on loopback and in memory: fauxqs, without its two dangers, and with queues that hand out as SQS does. */
export async function startAws({ port, isReady, faults }: AwsOptions): Promise<RunningServer> {
  const done: FaultsDone = { duplicateDeliveries: 0, failedBatchEntries: 0 };
  const sqsStore = new LocalQueueStore({ faults, done });
  // Its types know only its own classes.
  const stores = { sqsStore, snsStore: new SnsStore(), s3Store: new S3Store() } as unknown as Stores;
  const app = buildApp({ logger: false, stores });
  refuseUnsupportedS3(app);
  giveBackUnreadMessages(app);
  delayAnswers(app, faults);
  keepGroups(app);
  failBatchEntries(app, faults, done);
  tellSources(app, sqsStore);
  serveFaults(app, faults, done);
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => reply.code(isReady() ? 200 : 503).send({ status: isReady() ? 'ok' : 'starting' }));
  try {
    const url = await app.listen({ host: LOOPBACK, port });
    return { url, port: Number(new URL(url).port), close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function refuseUnsupportedS3(app: Aws): void {
  app.addHook('onRequest', async (request, reply) => {
    const name = unsupportedSubResource(request.method, request.raw.url ?? '');
    if (name === undefined) return;
    const message = `The sub-resource ${name} is not emulated by the local stack`;
    await reply.code(501).type('application/xml').send(`<Error><Code>NotImplemented</Code><Message>${message}</Message></Error>`);
  });
}
