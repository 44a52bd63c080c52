import { IsIn, IsInt, IsUrl, Max, Min, MinLength } from 'class-validator';

/** The same variables as tool-service's, so that it finds what was embedded. */
export class EmbedConfig {
  @MinLength(1)
  productsTable: string = 'manga-products';

  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  opensearchUrl: string = 'http://127.0.0.1:9250';

  @MinLength(1)
  opensearchIndex: string = 'manga-catalogue';

  @IsIn(['domain', 'es', 'aoss'])
  opensearchService: 'domain' | 'es' | 'aoss' = 'domain';

  @MinLength(1)
  opensearchRegion: string = 'us-east-1';

  /** Of one embedding, in milliseconds. */
  @IsInt()
  @Min(10)
  @Max(60_000)
  embeddingTimeoutMs: number = 10_000;
}
