import type { buildApp } from 'fauxqs';

/** The Fastify application that plays SQS, SNS and S3. */
export type Aws = ReturnType<typeof buildApp>;
