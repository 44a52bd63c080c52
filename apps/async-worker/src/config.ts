import { List, ModelConfig, Secret, SecretField } from '@manga-assist/config';
import { allowedNetworksProblem } from '@manga-assist/webhooks';
import { ArrayNotEmpty, IsArray, IsInt, IsNumber, IsString, Matches, Max, Min, MinLength, ValidateBy, type ValidationArguments } from 'class-validator';

/** Our own addresses may be told of jobs on a laptop only: elsewhere a callback could reach what no stranger may. */
function AllowedNetworks(): PropertyDecorator {
  const problem = (context?: ValidationArguments): string | undefined => {
    const { webhookAllowedNetworks, nodeEnv } = context?.object as AsyncWorkerConfig;
    return allowedNetworksProblem(webhookAllowedNetworks, nodeEnv);
  };
  return ValidateBy({
    name: 'allowedNetworks',
    validator: { validate: (_, context) => problem(context) === undefined, defaultMessage: (context) => problem(context) ?? '' },
  });
}

export class AsyncWorkerConfig extends ModelConfig {
  override port: number = 3003;

  /** `production` refuses what is meant for a laptop. */
  @IsString()
  nodeEnv: string = '';

  /**
   * The queues this worker serves, most urgent first, each with its weight: how much of the worker's
   * places it may have when all are full. FIFO queues hold long work and have places of their own.
   */
  @List()
  @IsArray()
  @ArrayNotEmpty()
  @Matches(/^[A-Za-z0-9_-]{1,75}(?:\.fifo)?(?:=[1-9]\d{0,2})?$/, { each: true, message: 'must be name=weight, several by commas' })
  queueNames: string[] = ['manga-fm-high-priority=8', 'manga-fm-normal=4', 'manga-fm-low-priority=1', 'manga-fm-ordered.fifo'];

  /** How often the depth of every queue is looked up, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(300_000)
  depthIntervalMs: number = 15_000;

  /** Jobs of the standard queues that are worked on at once. */
  @IsInt()
  @Min(4)
  @Max(1_000)
  mostJobsAtOnce: number = 64;

  /** Jobs of each FIFO queue that are worked on at once, one of a series at a time; all but one of them may be heavy analyses. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  mostOrderedJobsAtOnce: number = 4;

  /** How long a job stays this worker's without a sign of life, in milliseconds; a sign is given in every third of it. */
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  leaseMs: number = 30_000;

  /** How long one call of a store, the topic or the webhooks may take after a job's work, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(60_000)
  storeTimeoutMs: number = 5_000;

  /** How long one of the two tries of such a call may take in DynamoDB, in milliseconds. Nobody waits in front of a screen for it. */
  @IsInt()
  @Min(50)
  @Max(30_000)
  storeAttemptTimeoutMs: number = 1_000;

  /** How long a job waits after its first failure, in milliseconds; doubled with each further one. */
  @IsInt()
  @Min(10)
  @Max(60_000)
  retryBaseMs: number = 1_000;

  /** The longest such wait, in milliseconds. */
  @IsInt()
  @Min(10)
  @Max(900_000)
  retryCapMs: number = 60_000;

  /** How often jobs and batches that are due are looked for, in milliseconds, more or less half of it. */
  @IsInt()
  @Min(50)
  @Max(300_000)
  sweepIntervalMs: number = 5_000;

  /** How many due jobs one look takes. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  sweepLimit: number = 100;

  /** How old the worker's picture of the whole catalogue may be, in milliseconds. */
  @IsInt()
  @Min(0)
  @Max(86_400_000)
  catalogueSnapshotMs: number = 300_000;

  /**
   * The tenants whose catalogue this is: enrichments that they order may change it, at once or when one of their
   * operators approves. Everybody else's are a result and nothing else.
   */
  @List()
  @IsArray()
  @Matches(/^\S{1,128}$/, { each: true, message: 'must be tenants, several by commas' })
  catalogueTenants: string[] = ['store'];

  /** From which confidence on, 0 to 1, an enrichment's additions go into the catalogue without a person. */
  @IsNumber()
  @Min(0)
  @Max(1)
  enrichmentConfidence: number = 0.8;

  /** How long the model may take for one whole answer, its fallback included, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(600_000)
  modelTimeoutMs: number = 120_000;

  /** The DynamoDB table of jobs. */
  @MinLength(1)
  jobsTable: string = 'manga-fm-request-status';

  /** The DynamoDB table of batches. */
  @MinLength(1)
  batchesTable: string = 'manga-fm-batches';

  /** The DynamoDB table in which every call of the model, and every job, is written down with its cost. */
  override ledgerTable: string = 'manga-fm-ledger';

  /** The DynamoDB table of products. */
  @MinLength(1)
  productsTable: string = 'manga-products';

  /** The DynamoDB table of conversations. */
  @MinLength(1)
  conversationsTable: string = 'manga-conversations';

  /** The DynamoDB table of webhook endpoints. */
  @MinLength(1)
  webhookEndpointsTable: string = 'manga-webhook-endpoints';

  /** The DynamoDB table of webhook deliveries. */
  @MinLength(1)
  webhookDeliveriesTable: string = 'manga-webhook-deliveries';

  /** What the secrets of webhook endpoints are encrypted with, several by commas while it is changed, the newest first; the same as rest-api's. */
  @SecretField()
  webhookSecretKey: Secret = new Secret('local');

  /** Networks beside the public ones that may be told of jobs, such as 127.0.0.1/32; none in production. */
  @List()
  @IsArray()
  @AllowedNetworks()
  webhookAllowedNetworks: string[] = [];

  /** The S3 bucket of results. */
  @MinLength(1)
  resultsBucket: string = 'manga-fm-results';

  /** The S3 bucket of covers. */
  @MinLength(1)
  coversBucket: string = 'manga-covers';

  /** The SNS topic that is told of every job's end. */
  @MinLength(1)
  resultsTopic: string = 'fm-results';
}
