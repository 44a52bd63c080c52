import { AppError } from '@manga-assist/foundation';
import type { TextEmbedder } from '../catalogue-search.ts';
import { seriesText } from '../embedded/series-text.ts';
import type { Product } from '../product.ts';
import type { OpenSearchConnection, SearchCall } from './opensearch-connection.ts';
import { meaningHash, productHash, seriesDocument } from './series-document.ts';
import type { ServiceProfile } from './service-profile.ts';

export interface SeriesWriterOptions {
  connection: OpenSearchConnection;
  profile: ServiceProfile;
  embedder?: TextEmbedder | undefined;
}

interface Stored {
  id: string;
  productHash?: string;
  meaningHash?: string;
  meaning?: number[];
}

interface BulkAnswer {
  errors: boolean;
  items: Record<string, { status: number; error?: { type?: string } }>[];
}

type StoredHit = { _id: string; found?: boolean; _source?: Omit<Stored, 'id'> & { mangaId: string } };

const AT_ONCE = 100;
const EMBEDDINGS_AT_ONCE = 8;
const WRITE_TIMEOUT_MS = 30_000;

/** Writes series in bulk, and only what has changed: a vector is asked for once for each text and model. */
export class SeriesWriter {
  readonly #options: SeriesWriterOptions;

  constructor(options: SeriesWriterOptions) {
    this.#options = options;
  }

  /**
   * Stores series in an index. `from` may name another index whose vectors are taken over.
   * Rejects after all have been tried: `unavailable` `catalogue.partly-stored` with the refused ids,
   * or with the embedder's first failure; such series are found by their words.
   */
  async put(index: string, products: readonly Product[], signal: AbortSignal, from?: string): Promise<void> {
    const refused: string[] = [];
    const meanings = new Meanings(this.#options.embedder);
    for (let start = 0; start < products.length; start += AT_ONCE) {
      const some = products.slice(start, start + AT_ONCE);
      const stored = await this.#stored(index, some, false, signal);
      const changed = some.filter((product) => !this.#isStored(product, stored.get(product.mangaId)));
      if (changed.length === 0) continue;
      const earlier = from === undefined ? stored : await this.#stored(from, changed, true, signal);
      const vectors = await meanings.of(changed, earlier, signal);
      const lines = changed.flatMap((product): Record<string, unknown>[] => {
        const document = { ...seriesDocument(product), ...vectors.get(product.mangaId) };
        const id = stored.get(product.mangaId)?.id;
        if (id !== undefined) return [{ update: { _id: id } }, { doc: document }];
        return [{ index: this.#options.profile.idMode === 'manga' ? { _id: product.mangaId } : {} }, document];
      });
      refused.push(...(await this.#bulk(index, lines, changed.map(({ mangaId }) => mangaId), signal)));
    }
    throwRefused(refused);
    if (meanings.failure !== undefined) throw meanings.failure;
  }

  /** Unknown ids change nothing. */
  async delete(index: string, mangaIds: readonly string[], signal: AbortSignal): Promise<void> {
    const stored = await this.#stored(index, mangaIds.map((mangaId) => ({ mangaId })), false, signal);
    if (stored.size === 0) return;
    const lines = [...stored.values()].map(({ id }) => ({ delete: { _id: id } }));
    throwRefused(await this.#bulk(index, lines, [...stored.keys()], signal));
  }

  async #bulk(index: string, lines: readonly Record<string, unknown>[], mangaIds: readonly string[], signal: AbortSignal): Promise<string[]> {
    const { connection, profile } = this.#options;
    const query: SearchCall['query'] = profile.refresh === false ? {} : { refresh: profile.refresh };
    const { errors, items } = await connection.call<BulkAnswer>({ method: 'POST', path: `/${index}/_bulk`, query, lines, timeoutMs: WRITE_TIMEOUT_MS }, signal);
    if (!errors) return [];
    return mangaIds.filter((_, place) => Object.values(items[place] ?? {}).some(({ error }) => error !== undefined));
  }

  #isStored(product: Product, stored: Stored | undefined): boolean {
    const { embedder } = this.#options;
    if (stored?.productHash !== productHash(product)) return false;
    return embedder === undefined || stored.meaningHash === meaningHash(product, embedder.version);
  }

  async #stored(index: string, products: readonly { mangaId: string }[], withMeaning: boolean, signal: AbortSignal): Promise<Map<string, Stored>> {
    const { connection, profile } = this.#options;
    const mangaIds = products.map(({ mangaId }) => mangaId);
    const includes = ['mangaId', 'productHash', 'meaningHash', ...(withMeaning ? ['meaning'] : [])];
    let hits: StoredHit[];
    if (profile.idMode === 'manga') {
      // By id, so that what was written a moment ago is known already.
      const answer = await connection.call<{ docs: StoredHit[] }>({ method: 'POST', path: `/${index}/_mget`, query: { _source_includes: includes.join() }, body: { ids: mangaIds }, timeoutMs: WRITE_TIMEOUT_MS }, signal);
      hits = answer.docs.filter(({ found }) => found);
    } else {
      const body = { size: mangaIds.length * 2, query: { terms: { mangaId: mangaIds } }, _source: includes };
      hits = (await connection.call<{ hits: { hits: StoredHit[] } }>({ method: 'POST', path: `/${index}/_search`, body, timeoutMs: WRITE_TIMEOUT_MS }, signal)).hits.hits;
    }
    return new Map(hits.flatMap(({ _id, _source }) => (_source === undefined ? [] : [[_source.mangaId, { id: _id, ..._source }] as const])));
  }
}

function throwRefused(mangaIds: readonly string[]): void {
  if (mangaIds.length === 0) return;
  throw new AppError('unavailable', 'catalogue.partly-stored', `${mangaIds.length} series could not be stored.`, { details: { mangaIds: mangaIds.slice(0, 20) } });
}

/** Vectors from the embedder, eight at once, until it fails for the first time. */
class Meanings {
  failure: unknown;

  constructor(private readonly embedder: TextEmbedder | undefined) {}

  async of(products: readonly Product[], stored: ReadonlyMap<string, Stored>, signal: AbortSignal): Promise<Map<string, Pick<Stored, 'meaning' | 'meaningHash'>>> {
    const { embedder } = this;
    const found = new Map<string, Pick<Stored, 'meaning' | 'meaningHash'>>();
    if (embedder === undefined) return found;
    const waiting: { product: Product; hash: string }[] = [];
    for (const product of products) {
      const hash = meaningHash(product, embedder.version);
      const known = stored.get(product.mangaId);
      if (known?.meaningHash !== hash) waiting.push({ product, hash });
      else if (known.meaning !== undefined) found.set(product.mangaId, { meaning: known.meaning, meaningHash: hash });
    }
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && this.failure === undefined; next = waiting.shift()) {
        try {
          const vector = await embedder.embed(seriesText(next.product), signal);
          // A vector without a direction is refused by the index.
          const meaning = vector.some((value) => value !== 0) ? { meaning: Array.from(vector) } : {};
          found.set(next.product.mangaId, { ...meaning, meaningHash: next.hash });
        } catch (error) {
          this.failure ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: EMBEDDINGS_AT_ONCE }, worker));
    return found;
  }
}
