import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Case {
  what: string;
  from: string;
  source: string;
}

const importing = (name: string): string => `import { x } from '${name}';\nexport const y = x;\n`;

const forbidden: Case[] = [
  { what: 'words know no rules', from: 'libs/foundation/src/probe.ts', source: importing('@manga-assist/resilience') },
  { what: 'words do not know each other', from: 'libs/schemas/src/probe.ts', source: importing('@manga-assist/foundation') },
  { what: 'rules know no capability', from: 'libs/pricing/src/probe.ts', source: importing('@manga-assist/bedrock') },
  { what: 'rules do not know each other', from: 'libs/pricing/src/probe.ts', source: importing('@manga-assist/resilience') },
  { what: 'capabilities do not know each other', from: 'libs/caching/src/probe.ts', source: importing('@manga-assist/bedrock') },
  { what: 'capabilities do not know the kit', from: 'libs/bedrock/src/probe.ts', source: importing('@manga-assist/service-kit') },
  { what: 'capabilities do not know Nest', from: 'libs/bedrock/src/probe.ts', source: importing('@nestjs/common') },
  { what: 'the queues know no more of Nest than its transports', from: 'libs/queues/src/probe.ts', source: importing('@nestjs/core') },
  { what: 'jobs do not know the queues', from: 'libs/jobs/src/probe.ts', source: importing('@manga-assist/queues') },
  { what: 'jobs are no Nest transport', from: 'libs/jobs/src/probe.ts', source: importing('@nestjs/microservices') },
  { what: 'the gateway sends no webhooks', from: 'apps/chat-gateway/src/probe.ts', source: importing('@manga-assist/webhooks') },
  { what: 'the commands for jobs go through the API', from: 'tools/job-commands/src/probe.ts', source: importing('@manga-assist/queues') },
  { what: 'production code starts no local server', from: 'libs/bedrock/src/probe.ts', source: importing('@manga-assist/bedrock-local') },
  { what: 'the gateway has no catalogue', from: 'apps/chat-gateway/src/probe.ts', source: importing('@manga-assist/catalogue') },
  { what: 'rest-api has no catalogue', from: 'apps/rest-api/src/probe.ts', source: importing('@manga-assist/catalogue') },
  { what: 'the worker has no cache', from: 'apps/async-worker/src/probe.ts', source: importing('@manga-assist/caching') },
  { what: 'the worker has no identity', from: 'apps/async-worker/src/probe.ts', source: importing('@manga-assist/identity') },
  { what: 'tool-service has no conversations', from: 'apps/tool-service/src/probe.ts', source: importing('@manga-assist/conversations') },
  { what: 'services reach AWS through libraries', from: 'apps/rest-api/src/probe.ts', source: importing('@aws-sdk/client-bedrock-runtime') },
  { what: 'services reach Redis through libraries', from: 'apps/rest-api/src/probe.ts', source: importing('ioredis') },
  { what: 'the web app has words only', from: 'apps/web/src/probe.ts', source: importing('@manga-assist/bedrock') },
  { what: 'bedrock-local stands alone', from: 'tools/bedrock-local/src/probe.ts', source: importing('@manga-assist/foundation') },
  { what: 'the cost tool reaches no store', from: 'tools/cost/src/probe.ts', source: importing('@manga-assist/conversations') },
  { what: 'nobody climbs over a wall', from: 'apps/rest-api/src/probe.ts', source: importing('../../../libs/schemas/src/index.ts') },
];

const allowed: Case[] = [
  { what: 'rules use words', from: 'libs/pricing/src/probe.ts', source: importing('@manga-assist/foundation') },
  { what: 'capabilities use words and rules', from: 'libs/bedrock/src/probe.ts', source: importing('@manga-assist/pricing') },
  { what: 'tests of a capability start the local servers', from: 'libs/bedrock/src/probe.spec.ts', source: importing('@manga-assist/bedrock-local') },
  { what: 'the gateway talks to Bedrock through the library', from: 'apps/chat-gateway/src/probe.ts', source: importing('@manga-assist/bedrock') },
  { what: 'tool-service has the catalogue', from: 'apps/tool-service/src/probe.ts', source: importing('@manga-assist/catalogue') },
  { what: 'the cost tool reads prices and models', from: 'tools/cost/src/probe.ts', source: importing('@manga-assist/pricing') },
  { what: 'the queues are a Nest transport', from: 'libs/queues/src/probe.ts', source: importing('@nestjs/microservices') },
  { what: 'the worker has jobs and webhooks', from: 'apps/async-worker/src/probe.ts', source: importing('@manga-assist/webhooks') },
  { what: 'apps use the kit', from: 'apps/async-worker/src/probe.ts', source: importing('@manga-assist/service-kit') },
];

describe('the boundaries between floors and services', () => {
  const verdicts = new Map<Case, string[]>();

  beforeAll(() => {
    const cases = [...forbidden, ...allowed];
    const run = spawnSync(process.execPath, ['tools/workspace/lint-cases.mjs'], {
      cwd: root,
      input: JSON.stringify(cases),
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' },
    });
    if (run.status !== 0) throw new Error(run.stderr);
    const messages = JSON.parse(run.stdout) as string[][];
    cases.forEach((one, index) => verdicts.set(one, messages[index] ?? []));
  }, 120_000);

  it.each(forbidden.map((one) => [one.what, one] as const))('hold: %s', (_what, one) => {
    expect(verdicts.get(one)).not.toEqual([]);
  });

  it.each(allowed.map((one) => [one.what, one] as const))('let pass: %s', (_what, one) => {
    expect(verdicts.get(one)).toEqual([]);
  });
});
