import { Module, type DynamicModule } from '@nestjs/common';
import { QueueWatch } from './queues/queue-watch.ts';
import { QueuesController } from './queues/queues.controller.ts';

@Module({})
export class AppModule {
  /** The service on the given adapters: the real ones in production, fakes in a test. */
  static on(adapters: DynamicModule): DynamicModule {
    return { module: AppModule, imports: [adapters], controllers: [QueuesController], providers: [QueueWatch] };
  }
}
