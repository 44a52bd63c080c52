// A service as its own process, for run-service.spec.ts.
import { ApiKeys, openServiceTokens } from '@manga-assist/identity';
import { runService } from '../index.ts';
import { Backstage, ExampleConfig, ExampleModule } from './example-service.ts';

class NoApiKeys extends ApiKeys {
  async verify(): Promise<undefined> {}
  async close(): Promise<void> {}
}

const backstage = new Backstage();
backstage.checks['busy'] = async () => backstage.waiting > 0;
process.on('SIGUSR2', () => void Promise.reject(new Error('nobody waits for this')));

await runService({
  name: 'example',
  config: ExampleConfig,
  module: () => ExampleModule.for(backstage, new NoApiKeys(), openServiceTokens({ secret: 'for-tests', issuer: 'example' })),
});
