import { Clock, SystemClock } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { openSqsQueueDepths, QueueDepths } from '@manga-assist/queues';
import { SystemTimers, Timers } from '@manga-assist/resilience';
import { CloseOnShutdown, ReadinessChecks } from '@manga-assist/service-kit';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AsyncWorkerConfig } from './config.ts';
import { servedQueues } from './queues/served-queues.ts';

/** The only file of this service that knows which adapter stands behind which port. */
@Global()
@Module({})
export class AdaptersModule {
  static for(config: AsyncWorkerConfig, logger: Logger): DynamicModule {
    return AdaptersModule.with(config, logger, openSqsQueueDepths());
  }

  static with(config: AsyncWorkerConfig, logger: Logger, depths: QueueDepths): DynamicModule {
    const firstQueue = servedQueues(config.queueNames)[0]?.name ?? '';
    const providers = [
      { provide: AsyncWorkerConfig, useValue: config },
      { provide: Logger, useValue: logger },
      { provide: Clock, useValue: new SystemClock() },
      { provide: Timers, useValue: new SystemTimers() },
      { provide: QueueDepths, useValue: depths },
      {
        provide: ReadinessChecks,
        useValue: { checks: { queues: async (signal: AbortSignal) => (await depths.of(firstQueue, signal)).queueName === firstQueue } },
      },
    ];
    const closing = new CloseOnShutdown([() => depths.close()], logger);
    return {
      module: AdaptersModule,
      providers: [...providers, { provide: CloseOnShutdown, useValue: closing }],
      exports: providers.map(({ provide }) => provide),
    };
  }
}
