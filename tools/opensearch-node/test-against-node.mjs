// Runs the tests that need a real OpenSearch (*.node-spec.ts). Without OPENSEARCH_URL it says that it ran nothing.
import { spawn } from 'node:child_process';

if (!process.env.OPENSEARCH_URL) {
  console.log('OpenSearch: SKIPPED, nothing was tested. Set OPENSEARCH_URL, or run: npm run opensearch-node -- -- npm run test:opensearch');
  process.exit(0);
}
const jest = spawn(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--config', 'jest.preset.js', '--rootDir', '.', '--roots', 'libs/catalogue', 'apps/tool-service', '--testMatch', '**/*.node-spec.ts', '--testTimeout', '30000', '-w', '1', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', NODE_ENV: 'test' } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest.kill(signal));
jest.on('close', (code) => process.exit(code ?? 1));
