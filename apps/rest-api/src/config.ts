import { List, ModelConfig, Secret, SecretField } from '@manga-assist/config';
import { allowedNetworksProblem, PUBLIC_ONLY, type CallbackPolicy } from '@manga-assist/webhooks';
import { ArrayNotEmpty, IsArray, IsInt, IsString, IsUrl, Matches, Max, Min, MinLength, ValidateBy, type ValidationArguments } from 'class-validator';

/** Our own addresses may be told of jobs on a laptop only: elsewhere a callback could reach what no stranger may. */
function AllowedNetworks(): PropertyDecorator {
  const problem = (context?: ValidationArguments): string | undefined => {
    const { webhookAllowedNetworks, nodeEnv } = context?.object as RestApiConfig;
    return allowedNetworksProblem(webhookAllowedNetworks, nodeEnv);
  };
  return ValidateBy({
    name: 'allowedNetworks',
    validator: { validate: (_, context) => problem(context) === undefined, defaultMessage: (context) => problem(context) ?? '' },
  });
}

export class RestApiConfig extends ModelConfig {
  override port: number = 3000;

  /** Browsers may call from these origins, compared exactly. */
  @List()
  @IsArray()
  @IsString({ each: true })
  allowedOrigins: string[] = ['http://127.0.0.1:4200', 'http://localhost:4200'];

  /** Where tool-service answers, which searches the catalogue. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  toolServiceUrl: string = 'http://127.0.0.1:3002';

  /** Shared with tool-service, which checks the tokens that are signed with it. */
  @SecretField()
  serviceTokenSecret: Secret = new Secret('local');

  /** What stored API keys are hashed with. */
  @SecretField()
  apiKeyPepper: Secret = new Secret('local');

  /** The Redis that remembers answers for all processes; without it each remembers its own. */
  override redisUrl: string = 'redis://127.0.0.1:4568';

  /** The DynamoDB table of API keys. */
  @MinLength(1)
  apiKeysTable: string = 'manga-api-keys';

  /** The DynamoDB table of conversations. */
  @MinLength(1)
  conversationsTable: string = 'manga-conversations';

  /** The DynamoDB table of jobs, as the customer named it. */
  @MinLength(1)
  jobsTable: string = 'manga-fm-request-status';

  /** The DynamoDB table of batches. */
  @MinLength(1)
  batchesTable: string = 'manga-fm-batches';

  /** The DynamoDB table that remembers requests with an Idempotency-Key. */
  @MinLength(1)
  idempotencyTable: string = 'manga-idempotency';

  /** The DynamoDB table of who sent which dead letters back. */
  @MinLength(1)
  redrivesTable: string = 'manga-fm-redrives';

  /** The S3 bucket of jobs' results. */
  @MinLength(3)
  resultsBucket: string = 'manga-fm-results';

  /** Where callers reach that bucket's S3, such as http://127.0.0.1:4566, when it is not where this service does. Empty: it is. */
  @Matches(/^(https?:\/\/[^\s?#]+)?$/, { message: 'must begin with http:// or https://' })
  resultsLinkEndpoint: string = '';

  /** The queues that hold what could not be worked on. */
  @List()
  @IsArray()
  @ArrayNotEmpty()
  deadLetterQueues: string[] = ['manga-fm-dlq', 'manga-fm-ordered-dlq.fifo'];

  /** The DynamoDB table of webhook endpoints. */
  @MinLength(1)
  webhookEndpointsTable: string = 'manga-webhook-endpoints';

  /** The DynamoDB table of webhook deliveries. */
  @MinLength(1)
  webhookDeliveriesTable: string = 'manga-webhook-deliveries';

  /** What webhook secrets are encrypted with, several by commas while it is changed, the newest first; the same as async-worker's. */
  @SecretField()
  webhookSecretKey: Secret = new Secret('local');

  /** Networks of ours that callbacks may name as well, as on a laptop: `127.0.0.0/8`. The same as async-worker's; refused in production. */
  @List()
  @IsArray()
  @AllowedNetworks()
  webhookAllowedNetworks: string[] = [];

  /** `production` refuses what is meant for a laptop. */
  @IsString()
  nodeEnv: string = '';

  /** How long an answer is remembered, in seconds, more or less ten percent. */
  @IsInt()
  @Min(1)
  @Max(86_400)
  cacheTtlSeconds: number = 300;

  /** The most memory that answers may take in this process, in MiB. */
  @IsInt()
  @Min(1)
  @Max(4_096)
  cacheMemoryMib: number = 64;

  /** How long the catalogue may take before an answer does without it, in milliseconds. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  catalogueTimeoutMs: number = 800;

  /** How long the model may take for a whole answer, its fallback included, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(24_000)
  modelTimeoutMs: number = 15_000;

  /** How long an answer may be streamed, in milliseconds. Within it a stream that stalls ends sooner. */
  @IsInt()
  @Min(100)
  @Max(24_000)
  streamTimeoutMs: number = 24_000;

  get callbackPolicy(): CallbackPolicy {
    return { ...PUBLIC_ONLY, allowedNetworks: this.webhookAllowedNetworks };
  }
}
