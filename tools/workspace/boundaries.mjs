// Who may import whom: the floors and the capability table of docs/architecture.md, as data.
// Read by eslint.config.js (@nx/enforce-module-boundaries) and by boundaries.spec.ts, which proves each rule.

/** Which service may use which capability. */
export const capabilitiesOf = {
  'chat-gateway': ['bedrock', 'caching', 'conversations', 'jobs', 'identity'],
  // Of webhooks only endpoints and the log of deliveries: rest-api sends none.
  'rest-api': ['bedrock', 'caching', 'conversations', 'jobs', 'queues', 'identity', 'webhooks'],
  'async-worker': ['bedrock', 'catalogue', 'conversations', 'jobs', 'queues', 'webhooks'],
  'tool-service': ['bedrock', 'caching', 'catalogue', 'identity'],
};

export const capabilities = ['bedrock', 'caching', 'catalogue', 'conversations', 'identity', 'jobs', 'queues', 'webhooks'];

const localServers = (inTests) => (inTests ? ['floor:tool'] : []);
const belowCapabilities = ['floor:words', 'floor:rules'];

/**
 * Arrows point strictly down, never sideways. Tests may also start the local servers (`floor:tool`)
 * that their adapters talk to.
 */
export const dependencyConstraints = ({ inTests }) => [
  { sourceTag: 'floor:words', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'floor:rules', onlyDependOnLibsWithTags: ['floor:words'] },
  {
    sourceTag: 'floor:capability',
    onlyDependOnLibsWithTags: [...belowCapabilities, ...localServers(inTests)],
    bannedExternalImports: ['@nestjs/common', '@nestjs/core', '@nestjs/platform-*', '@nestjs/websockets'],
  },
  // Only libs/queues is a Nest transport; for the others Nest begins with the kit.
  ...capabilities.filter((name) => name !== 'queues').map((name) => ({ sourceTag: `capability:${name}`, bannedExternalImports: ['@nestjs/*'] })),
  { sourceTag: 'floor:kit', onlyDependOnLibsWithTags: [...belowCapabilities, 'floor:capability', ...localServers(inTests)] },
  ...Object.entries(capabilitiesOf).map(([app, allowed]) => ({
    sourceTag: `app:${app}`,
    onlyDependOnLibsWithTags: [...belowCapabilities, 'floor:kit', ...localServers(inTests), ...allowed.map((name) => `capability:${name}`)],
    bannedExternalImports: ['@aws-sdk/*', 'ioredis', '@opensearch-project/*', 'pino'],
  })),
  { sourceTag: 'app:web', onlyDependOnLibsWithTags: ['floor:words'], bannedExternalImports: ['@nestjs/*', '@aws-sdk/*', 'class-validator', 'class-transformer'] },
  // What runs against the whole system may read everything.
  { sourceTag: 'app:e2e', onlyDependOnLibsWithTags: ['*'] },
  // Tools that stand alone: useful outside this project.
  { sourceTag: 'tool:bedrock-local', onlyDependOnLibsWithTags: ['tool:bedrock-local'] },
  { sourceTag: 'tool:local-stack', onlyDependOnLibsWithTags: ['floor:words', 'tool:local-stack'] },
  { sourceTag: 'tool:opensearch-node', onlyDependOnLibsWithTags: ['tool:opensearch-node'] },
  { sourceTag: 'tool:catalogue', onlyDependOnLibsWithTags: [...belowCapabilities, 'floor:capability', 'floor:tool'] },
  { sourceTag: 'tool:ask', onlyDependOnLibsWithTags: ['floor:words', 'floor:tool'] },
  { sourceTag: 'tool:start', onlyDependOnLibsWithTags: ['floor:words'] },
  { sourceTag: 'tool:bench', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'tool:bench-bedrock', onlyDependOnLibsWithTags: ['floor:words', 'capability:bedrock'] },
  // Work through the doors that operators and partners use.
  { sourceTag: 'tool:job-commands', onlyDependOnLibsWithTags: ['floor:words'] },
  // Start whole services and look into every store.
  { sourceTag: 'tool:chaos', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'tool:bench-jobs', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'tool:cost', onlyDependOnLibsWithTags: [...belowCapabilities, 'capability:bedrock'] },
];
