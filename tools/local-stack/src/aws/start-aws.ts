import { buildApp } from 'fauxqs';
import { LOOPBACK } from '../listen.ts';
import type { RunningServer } from '../running-server.ts';
import type { Aws } from './aws.ts';
import { giveBackUnreadMessages } from './give-back-unread-messages.ts';
import { unsupportedSubResource } from './unsupported-s3.ts';

export interface AwsOptions {
  port: number;
  /** Whether the whole stack is up; `/readyz` says so. */
  isReady: () => boolean;
}

/** SQS, SNS and S3 on loopback and in memory: fauxqs, without its two dangers. */
export async function startAws({ port, isReady }: AwsOptions): Promise<RunningServer> {
  const app = buildApp({ logger: false });
  refuseUnsupportedS3(app);
  giveBackUnreadMessages(app);
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
