import type { Logger } from '@manga-assist/observability';
import { createMetrics, Metrics } from '@manga-assist/observability';
import { SqsLambdaTransport } from '@manga-assist/queues';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import type { AsyncWorkerConfig } from './config.ts';
import { HANDLER_TIMEOUT_MS } from './queues/serve-queues.ts';

/** What service-kit provides where there is a service. */
@Global()
@Module({ providers: [{ provide: Metrics, useValue: createMetrics({ service: 'async-worker' }) }], exports: [Metrics] })
class MeasuringModule {}

@Module({})
class LambdaModule {
  static on(adapters: DynamicModule): DynamicModule {
    return { module: LambdaModule, imports: [MeasuringModule, AppModule.forMessages(adapters)] };
  }
}

/** The worker's handlers behind a Lambda function's events, without HTTP and without polling. */
export async function openLambdaApplication(config: AsyncWorkerConfig, logger: Logger, adapters = AdaptersModule.for(config, logger)): Promise<SqsLambdaTransport> {
  const strategy = new SqsLambdaTransport({
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    onTrouble: ({ queueName, error }) => logger.warn({ error, queue: queueName }, 'a queue makes trouble'),
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(LambdaModule.on(adapters), { strategy, logger: false, abortOnError: false });
  await app.listen();
  return strategy;
}
