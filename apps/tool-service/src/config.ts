import { Secret, SecretField, ServiceConfig } from '@manga-assist/config';
import { IsIn, IsInt, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';

export class ToolServiceConfig extends ServiceConfig {
  override port: number = 3002;

  /** Shared with the services that call: their tokens are signed with it. */
  @SecretField()
  serviceTokenSecret: Secret = new Secret('local');

  /** The DynamoDB table of series, their volumes and stock. */
  @MinLength(1)
  productsTable: string = 'manga-products';

  /** The DynamoDB table of orders. */
  @MinLength(1)
  ordersTable: string = 'manga-orders';

  /** The DynamoDB table in which every call of the model is written down with its cost. */
  @MinLength(1)
  ledgerTable: string = 'manga-fm-ledger';

  /** How long one call of a tool may take, in milliseconds. Callers give up after 2 s. */
  @IsInt()
  @Min(50)
  @Max(10_000)
  toolTimeoutMs: number = 1_800;

  /** Calls of one tool at work at the same time; as many again, four times over, may wait. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  mostCallsAtOnce: number = 32;

  /** How long the results of a search may be given again, in milliseconds, while nothing in the catalogue changes; 0: never. Stock and orders are never kept. */
  @IsInt()
  @Min(0)
  @Max(600_000)
  resultCacheMs: number = 30_000;

  /** Where browsers find covers, such as https://covers.example/: a series' own is at covers/<manga_id>.png below it. Empty: cards have none. */
  @Matches(/^(https?:\/\/[^\s?#]+\/)?$/, { message: 'must begin with http:// or https:// and end with /' })
  coversUrl: string = '';

  /** How long the meaning of a text may be waited for, in milliseconds; without it the search goes by words. */
  @IsInt()
  @Min(50)
  @Max(10_000)
  embeddingTimeoutMs: number = 600;

  /** How often the product table is asked for sales, new prices and other changes, in milliseconds. */
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  catalogueChangesMs: number = 1_000;

  /** How often the product table is read whole, for what has been taken out of it, in milliseconds. */
  @IsInt()
  @Min(1_000)
  @Max(86_400_000)
  catalogueRefreshMs: number = 300_000;

  /** Where series are searched: in this process, or in OpenSearch. */
  @IsIn(['embedded', 'opensearch'])
  catalogueSearch: 'embedded' | 'opensearch' = 'embedded';

  /** File in which the embedded search keeps what it has worked out, for a quick start; empty: nowhere. */
  @IsString()
  catalogueSnapshotFile: string = '';

  /** Where OpenSearch answers, when series are searched there. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  opensearchUrl: string = 'http://127.0.0.1:9250';

  /** The alias of the index in OpenSearch. */
  @MinLength(1)
  opensearchIndex: string = 'manga-catalogue';

  /** `domain` asks for no signature; `es` is a managed domain, `aoss` a Serverless collection. */
  @IsIn(['domain', 'es', 'aoss'])
  opensearchService: 'domain' | 'es' | 'aoss' = 'domain';

  /** The region that signed requests to OpenSearch are for. */
  @MinLength(1)
  opensearchRegion: string = 'us-east-1';

  /** How long one call of OpenSearch may take, in milliseconds; a search makes two or three. */
  @IsInt()
  @Min(50)
  @Max(10_000)
  opensearchTimeoutMs: number = 600;
}
