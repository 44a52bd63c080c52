import { openTitanEmbeddingModel, UsageLedger } from '@manga-assist/bedrock';
import { openDynamoProductStore, openEmbeddedCatalogueSearch, TextEmbedder, type CatalogueSearch } from '@manga-assist/catalogue';
import type { BenchStack } from './bench-stack.ts';

class NoLedger extends UsageLedger {
  record(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** As tool-service asks for meanings, of the same bedrock-local. */
class DirectEmbedder extends TextEmbedder {
  readonly #model;
  readonly version: string;

  constructor(endpoint: string) {
    super();
    this.#model = openTitanEmbeddingModel({ dimensions: 256, ledger: new NoLedger(), timeoutMs: 10_000, endpoint });
    this.version = this.#model.version;
  }

  embed(text: string, signal: AbortSignal): Promise<Float32Array> {
    return this.#model.embed(text, { attribution: { tenantId: 'store', subject: 'bench', feature: 'catalogue-search', correlationId: 'bench' }, signal });
  }

  close(): Promise<void> {
    return this.#model.close();
  }
}

/** The baseline of a tool call: the same search of the same series in this process, with no service around it. */
export class SearchAlone {
  readonly #search: CatalogueSearch;
  readonly #embedder: DirectEmbedder;

  private constructor(search: CatalogueSearch, embedder: DirectEmbedder) {
    this.#search = search;
    this.#embedder = embedder;
  }

  /** Reads the series where the environment says that DynamoDB is. */
  static async open({ bedrockUrl }: Pick<BenchStack, 'bedrockUrl'>): Promise<SearchAlone> {
    const { signal } = new AbortController();
    const embedder = new DirectEmbedder(bedrockUrl);
    const search = openEmbeddedCatalogueSearch({ embedder });
    const products = openDynamoProductStore({ table: 'manga-products' });
    for await (const page of products.all(signal)) await search.upsert(page, signal);
    await products.close();
    return new SearchAlone(search, embedder);
  }

  async search(text: string): Promise<void> {
    await this.#search.search({ text, limit: 5 }, AbortSignal.timeout(10_000));
  }

  async close(): Promise<void> {
    await this.#search.close();
    await this.#embedder.close();
  }
}
