import type { Environment, Ports } from './ports.ts';

/** Less than the four seconds after which a process is killed, so that a service can close what it drained. */
const DRAIN_TIMEOUT_MS = '3000';

/**
 * What every process finds in its environment: the person's own variables, with the AWS ones replaced
 * by the local servers', so that no profile or endpoint of theirs is used by accident.
 */
export function stackEnvironment(environment: Environment, ports: Ports, isRealBedrock: boolean): Record<string, string> {
  const kept = Object.entries(environment).filter(([name, value]) => {
    if (value === undefined || name === 'PORT_OFFSET' || name === 'PORT') return false;
    return isRealBedrock || !name.startsWith('AWS_');
  }) as [string, string][];
  const local = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;
  return {
    DRAIN_TIMEOUT_MS,
    SERVICE_TOKEN_SECRET: 'local',
    API_KEY_PEPPER: 'local',
    ...Object.fromEntries(kept),
    ...(isRealBedrock ? awsWithRealBedrock(environment, ports) : allLocalAws(ports)),
    REDIS_URL: environment['REDIS_URL'] || local(ports.redis, 'redis'),
    HOST: '127.0.0.1',
    // Its secrets are the word `local`, which a service in production refuses.
    NODE_ENV: 'development',
    TOOL_SERVICE_URL: local(ports['tool-service']),
    CHAT_GATEWAY_URL: `${local(ports['chat-gateway'], 'ws')}/v1/chat`,
    REST_API_URL: local(ports['rest-api']),
    ALLOWED_ORIGINS: environment['ALLOWED_ORIGINS'] || `${local(ports.web)},http://localhost:${ports.web}`,
    COVERS_URL: environment['COVERS_URL'] || `${local(ports.aws)}/manga-covers/`,
    WEB_PORT: String(ports.web),
    REST_API_PORT: String(ports['rest-api']),
    CHAT_GATEWAY_PORT: String(ports['chat-gateway']),
    TOOL_SERVICE_PORT: String(ports['tool-service']),
    ASYNC_WORKER_PORT: String(ports['async-worker']),
    BEDROCK_LOCAL_PORT: String(ports['bedrock-local']),
    AWS_PORT: String(ports.aws),
    DYNAMODB_PORT: String(ports.dynamodb),
    REDIS_PORT: String(ports.redis),
    // The supervisor makes the lines readable, or leaves them as they are when LOG_FORMAT=json.
    LOG_FORMAT: 'json',
  };
}

function allLocalAws(ports: Ports): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.dynamodb}`,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${ports['bedrock-local']}`,
    AWS_ENDPOINT_URL_BEDROCK: `http://127.0.0.1:${ports['bedrock-local']}`,
  };
}

// AWS_ENDPOINT_URL would catch Bedrock and the sign-in services too, so each local server is named.
function awsWithRealBedrock(environment: Environment, ports: Ports): Record<string, string> {
  return {
    AWS_REGION: environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1',
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${ports.dynamodb}`,
  };
}
