import { Flag, List, ModelConfig, Secret, SecretField } from '@manga-assist/config';
import { IsArray, IsBoolean, IsInt, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';

export class ChatGatewayConfig extends ModelConfig {
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
  override redisUrl: string = 'redis://127.0.0.1:4568';

  /** The DynamoDB table of conversations. */
  @MinLength(1)
  conversationsTable: string = 'manga-conversations';

  /** The DynamoDB table of API keys. */
  @MinLength(1)
  apiKeysTable: string = 'manga-api-keys';

  /** The DynamoDB table that keeps chat tickets while Redis is away. */
  @MinLength(1)
  ticketsTable: string = 'manga-chat-tickets';

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
