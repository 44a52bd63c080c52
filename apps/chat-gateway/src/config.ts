import { Flag, List, Secret, SecretField, ServiceConfig } from '@manga-assist/config';
import { IsArray, IsBoolean, IsInt, IsNumber, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';

export class ChatGatewayConfig extends ServiceConfig {
  override port: number = 3001;

  /** Browsers may connect from these origins, compared exactly. */
  @List()
  @IsArray()
  @IsString({ each: true })
  allowedOrigins: string[] = ['http://127.0.0.1:4200', 'http://localhost:4200'];

  /** Whether shoppers without a credential may chat, each as somebody new. */
  @Flag()
  @IsBoolean()
  allowGuests: boolean = true;

  /** The tenant that guests belong to. */
  @MinLength(1)
  guestTenantId: string = 'store';

  /** Where tool-service answers. */
  @IsUrl({ require_tld: false })
  toolServiceUrl: string = 'http://127.0.0.1:3002';

  /** Shared with tool-service, which checks the tokens that are signed with it. */
  @SecretField()
  serviceTokenSecret: Secret = new Secret('local');

  /** What stored API keys are hashed with. */
  @SecretField()
  apiKeyPepper: Secret = new Secret('local');

  /** The Redis that keeps chat tickets; without it they are kept in DynamoDB. */
  @Matches(/^rediss?:\/\//, { message: 'must begin with redis:// or rediss://' })
  redisUrl: string = 'redis://127.0.0.1:4568';

  /** The DynamoDB table of conversations. */
  @MinLength(1)
  conversationsTable: string = 'manga-conversations';

  /** The DynamoDB table of API keys. */
  @MinLength(1)
  apiKeysTable: string = 'manga-api-keys';

  /** The DynamoDB table that keeps chat tickets while Redis is away. */
  @MinLength(1)
  ticketsTable: string = 'manga-chat-tickets';

  /** The DynamoDB table in which every call of the model is written down with its cost. */
  @MinLength(1)
  ledgerTable: string = 'manga-fm-ledger';

  /** Model or inference profile behind `haiku`, several by commas in the order they are asked; empty: the model catalogue's own. */
  @IsString()
  haikuModelId: string = '';

  /** Model or inference profile behind `sonnet`, several by commas in the order they are asked; empty: the model catalogue's own. */
  @IsString()
  sonnetModelId: string = '';

  /**
   * Further names for models, each as name=model-id, such as opus=global.anthropic.claude-opus-4-7; a
   * name given again gets another model to ask. For `THOROUGH_MODEL`.
   */
  @List()
  @IsArray()
  @Matches(/^[a-z][a-z0-9-]*=\S+$/, { each: true, message: 'must be name=model-id, several by commas' })
  modelAliases: string[] = [];

  /** A JSON file with models, aliases and prices of one's own, as libs/bedrock/src/models.schema.json describes it; empty: none. */
  @IsString()
  modelFile: string = '';

  /** Who answers the hard questions asked of `auto`: `sonnet`, or a name of `MODEL_ALIASES` or the model file, which clients then see. */
  @MinLength(1)
  thoroughModel: string = 'sonnet';

  /**
   * What Bedrock allows a minute, each as model-id=tokens/requests: calls beyond it wait or go to the
   * cheaper model instead of being refused. Empty: not counted.
   */
  @List()
  @IsArray()
  @Matches(/^[^=\s]+=[1-9]\d*\/[1-9]\d*$/, { each: true, message: 'must be model-id=tokens/requests, several by commas' })
  modelQuotas: string[] = [];

  /** Part of the questions asked of `auto` that the thorough model is to answer, 0 to 1. */
  @IsNumber()
  @Min(0)
  @Max(1)
  sonnetShare: number = 0.2;

  /** How long one question may take to be answered, tools and retries included, in milliseconds. */
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  turnTimeoutMs: number = 90_000;

  /** How long one tool may take, in milliseconds. */
  @IsInt()
  @Min(10)
  @Max(30_000)
  toolTimeoutMs: number = 2_000;

  /** Input tokens that earlier turns may take in a prompt. */
  @IsInt()
  @Min(0)
  @Max(150_000)
  historyTokens: number = 6_000;

  /** How long an ended turn can still be resumed, in seconds. */
  @IsInt()
  @Min(0)
  @Max(3_600)
  resumeWindowSeconds: number = 120;

  /** How often a client is expected to be heard, in milliseconds; after two silences its socket is closed. */
  @IsInt()
  @Min(100)
  @Max(60_000)
  heartbeatMs: number = 25_000;

  /** How long a client may read nothing while there is something to read, in milliseconds. */
  @IsInt()
  @Min(10)
  @Max(120_000)
  slowReaderMs: number = 10_000;

  /** Sockets beyond this are refused with 503. */
  @IsInt()
  @Min(1)
  @Max(200_000)
  maxSockets: number = 20_000;
}
