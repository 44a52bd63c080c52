import { stackEnvironment } from './environment.ts';
import type { ServiceName, StartOptions } from './options.ts';
import type { Environment, PortName, Ports } from './ports.ts';
import type { ProcessPlan } from './process-plan.ts';

export interface StackPlan {
  processes: ProcessPlan[];
  /** The ports that must be free. */
  ports: PortName[];
}

const TYPESCRIPT = ['--conditions=source', '--import', './tools/workspace/register.mjs', '--enable-source-maps'];

const NEED_TOOL_SERVICE = new Set<ServiceName>(['rest-api', 'chat-gateway']);

/** Which processes make up the stack, and in what order they need each other. */
export function planStack(root: string, options: StartOptions, ports: Ports, environment: Environment): StackPlan {
  const shared = stackEnvironment(environment, ports, options.isRealBedrock);
  const hasOwnRedis = !environment['REDIS_URL'];
  const at = (port: number, path: string) => ({ url: `http://127.0.0.1:${port}${path}` });
  const typescript = (name: string, file: string, args: string[] = []) => ({ name, args: [...TYPESCRIPT, file, ...args], cwd: root, env: shared });

  const localStack: ProcessPlan = {
    ...typescript('local-stack', 'tools/local-stack/src/main.ts'),
    env: hasOwnRedis ? without(shared, 'REDIS_URL') : shared,
    after: [],
    upWhen: at(ports.aws, '/readyz'),
  };
  const bedrockLocal: ProcessPlan = {
    ...typescript('bedrock-local', 'tools/bedrock-local/src/main.ts', [
      '--port',
      String(ports['bedrock-local']),
      '--corpus',
      'tools/catalogue/data/series.ndjson',
    ]),
    after: [],
    upWhen: at(ports['bedrock-local'], '/livez'),
  };
  const seed: ProcessPlan = { ...typescript('seed', 'tools/catalogue/src/seed.ts'), after: ['local-stack'], upWhen: 'done' };

  const servers = options.isRealBedrock ? [localStack] : [localStack, bedrockLocal];
  const services = options.services.map(
    (name): ProcessPlan => ({
      ...typescript(name, `apps/${name}/src/main.ts`),
      env: { ...shared, PORT: String(ports[name]) },
      // tool-service reads the catalogue when it starts; the others need only somebody to talk to.
      after: name === 'tool-service' ? [...servers, seed].map((server) => server.name) : servers.map((server) => server.name),
      // Without tool-service they are never ready, but somebody may run it elsewhere.
      upWhen: at(ports[name], NEED_TOOL_SERVICE.has(name) && !options.services.includes('tool-service') ? '/livez' : '/readyz'),
    }),
  );
  // Builds the page when a source is newer than the last build, and then serves it.
  const web: ProcessPlan = { name: 'web', args: ['apps/web/serve.mjs'], cwd: root, env: shared, after: [], upWhen: at(ports.web, '/readyz') };
  return {
    processes: [...servers, seed, ...services, ...(options.hasWeb ? [web] : [])],
    ports: [
      ...(options.hasWeb ? (['web'] as const) : []),
      ...options.services,
      ...(options.isRealBedrock ? [] : (['bedrock-local'] as const)),
      'aws',
      'dynamodb',
      ...(hasOwnRedis ? (['redis'] as const) : []),
    ],
  };
}

function without(environment: Record<string, string>, variable: string): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name !== variable));
}
