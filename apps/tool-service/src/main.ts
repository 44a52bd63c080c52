import { runService } from '@manga-assist/service-kit';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import { ToolServiceConfig } from './config.ts';

await runService({
  name: 'tool-service',
  config: ToolServiceConfig,
  module: (config, logger) => AppModule.on(AdaptersModule.for(config, logger)),
});
