import { openServiceTokens } from '@manga-assist/identity';
import { DEMO_PRINCIPAL, KnownApiKeys } from '@manga-assist/identity/testing';
import { WrittenLogs } from '@manga-assist/observability/testing';
import { startService, type RunningService } from '../index.ts';
import { ExampleConfig, ExampleModule, type Backstage } from './example-service.ts';

/** `local` may ask; `reader` may not. */
export const apiKeys = new KnownApiKeys({ local: DEMO_PRINCIPAL, reader: { ...DEMO_PRINCIPAL, scopes: ['job:read'] } });
export const serviceTokens = openServiceTokens({ secret: 'for-tests', issuer: 'chat-gateway' });

export function configWith(change: Partial<ExampleConfig> = {}): ExampleConfig {
  return Object.assign(new ExampleConfig(), change);
}

/** The example service on any free port. */
export function startExample(backstage: Backstage, change: Partial<ExampleConfig> = {}, { logger } = new WrittenLogs()): Promise<RunningService> {
  const module = ExampleModule.for(backstage, apiKeys, serviceTokens);
  return startService({ name: 'example', config: configWith(change), module, logger });
}
