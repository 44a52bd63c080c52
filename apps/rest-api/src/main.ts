import { runService } from '@manga-assist/service-kit';
import { AdaptersModule } from './adapters.module.ts';
import { AppModule } from './app.module.ts';
import { RestApiConfig } from './config.ts';
import { allowOrigins } from './cors.ts';

await runService({
  name: 'rest-api',
  config: RestApiConfig,
  module: (config, logger) => AppModule.on(AdaptersModule.for(config, logger)),
  configure: allowOrigins,
});
