import { runService } from '@manga-assist/service-kit';
import { AppModule } from './app.module.ts';
import { ChatGatewayConfig } from './config.ts';

await runService({ name: 'chat-gateway', config: ChatGatewayConfig, module: (config, logger) => AppModule.for(config, logger) });
