import { UsageLedger } from '@manga-assist/bedrock';
import { createMetrics, Metrics, type Logger } from '@manga-assist/observability';
import { SqsLambdaTransport } from '@manga-assist/queues';
import { Global, Module, type DynamicModule, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import type { AsyncWorkerConfig } from './config.ts';
import { HANDLER_TIMEOUT_MS } from './queues/queue-server.ts';

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

type Answer = SqsLambdaTransport['answer'];

/** Between two events Lambda may freeze the process for hours: nothing is left to be written behind. */
class SettledTransport extends SqsLambdaTransport {
  app: INestMicroservice;

  override async answer(...event: Parameters<Answer>): ReturnType<Answer> {
    try {
      return await super.answer(...event);
    } finally {
      await this.app.get(UsageLedger).flush();
    }
  }
}

/** The worker's handlers behind a Lambda function's events, without HTTP and without polling. */
export async function openLambdaApplication(config: AsyncWorkerConfig, logger: Logger): Promise<SqsLambdaTransport> {
  const strategy = new SettledTransport({
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    onTrouble: ({ queueName, error }) => logger.warn({ error, queue: queueName }, 'a queue makes trouble'),
  });
  const module = LambdaModule.on(AdaptersModule.for(config, logger));
  strategy.app = await NestFactory.createMicroservice<MicroserviceOptions>(module, { strategy, logger: false, abortOnError: false });
  await strategy.app.listen();
  return strategy;
}
