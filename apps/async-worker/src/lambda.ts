import 'reflect-metadata';
import { readConfig } from '@manga-assist/config';
import { createLogger } from '@manga-assist/observability';
import { toLambdaHandler } from '@manga-assist/queues';
import { AsyncWorkerConfig } from './config.ts';
import { openLambdaApplication } from './lambda-application.ts';

/**
 * The entry of an AWS Lambda function behind the job queues; its event source needs
 * `ReportBatchItemFailures`. What is due, and webhooks, are looked after by a worker on ECS.
 */
export const handler = toLambdaHandler(() => {
  const config = readConfig(AsyncWorkerConfig, process.env);
  return openLambdaApplication(config, createLogger({ service: 'async-worker', level: config.logLevel }));
});
