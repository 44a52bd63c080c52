import { runService } from '@manga-assist/service-kit';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import { AsyncWorkerConfig } from './config.ts';
import { serveQueues } from './queues/queue-server.ts';

await runService({
  name: 'async-worker',
  config: AsyncWorkerConfig,
  module: (config, logger) => AppModule.on(AdaptersModule.for(config, logger)),
  configure: serveQueues,
});
