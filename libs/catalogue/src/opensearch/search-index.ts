import { readFileSync } from 'node:fs';
import { AppError } from '@manga-assist/foundation';
import type { OpenSearchConnection } from './opensearch-connection.ts';
import { statusOf } from './opensearch-errors.ts';
import type { ServiceProfile } from './service-profile.ts';

export interface IndexState {
  /** Model and version of the index's vectors; null when it was made for none. */
  embedding: string | null;
  /** Of the definition that the index was made from. */
  definition: number;
  /** Whether the service normalises and joins scores itself. */
  isHybrid: boolean;
}

export interface SearchIndexOptions {
  connection: OpenSearchConnection;
  profile: ServiceProfile;
  /** The name that everybody searches; the index behind it changes. */
  alias: string;
  embedding: string | null;
  dimensions: number;
}

interface Definition {
  version: number;
  settings: { index: Record<string, unknown> };
  mappings: { properties: { meaning: { method: Record<string, unknown> } } };
}

type Mappings = Record<string, { mappings?: { _meta?: { version?: number; embedding?: string | null } } }>;

const DEFINITION = readJson<Definition>('./index-v2.json');
/** Another process may have re-indexed with another model. */
const STATE_AGE_MS = 30_000;
const CREATE_TIMEOUT_MS = 30_000;

/** The index behind the alias: made from index-v2.json, replaced without anybody noticing. */
export class SearchIndex {
  readonly pipeline: string;
  readonly #options: SearchIndexOptions;
  #state: { state: IndexState; readAtMs: number } | undefined;

  constructor(options: SearchIndexOptions) {
    this.#options = options;
    this.pipeline = `${options.alias}-hybrid-v${readJson<{ version: number }>('./hybrid-pipeline-v1.json').version}`;
  }

  /** How the index stands. Errors: `unavailable` when there is none. */
  async state(signal: AbortSignal): Promise<IndexState> {
    const known = this.#state;
    if (known !== undefined && performance.now() - known.readAtMs < STATE_AGE_MS) return known.state;
    const { connection, alias, profile } = this.#options;
    const mappings = await connection.call<Mappings>({ method: 'GET', path: `/${alias}/_mapping` }, signal);
    const isHybrid = profile.ranking === 'hybrid' && (await this.#hasPipeline(signal));
    const { embedding = null, version: definition = 0 } = Object.values(mappings)[0]?.mappings?._meta ?? {};
    const state = { embedding, definition, isHybrid };
    this.#state = { state, readAtMs: performance.now() };
    return state;
  }

  /** The state, of a new index when there is none. */
  async ensured(signal: AbortSignal): Promise<IndexState> {
    try {
      return await this.state(signal);
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
    await this.pointTo(await this.create(signal), signal);
    return this.state(signal);
  }

  /** A new, empty index beside the one in use; its name. */
  async create(signal: AbortSignal): Promise<string> {
    const { connection, profile, alias, embedding, dimensions } = this.#options;
    const { version, settings, mappings } = DEFINITION;
    const { meaning } = mappings.properties;
    const body = {
      settings: { ...settings, index: { ...settings.index, ...profile.settings } },
      mappings: {
        ...mappings,
        _meta: { version, embedding },
        properties: { ...mappings.properties, meaning: { ...meaning, dimension: dimensions, method: { ...meaning.method, engine: profile.engine } } },
      },
    };
    const name = `${alias}-v${version}-${Date.now().toString(36)}`;
    await connection.call({ method: 'PUT', path: `/${name}`, body, timeoutMs: CREATE_TIMEOUT_MS }, signal);
    if (profile.ranking === 'hybrid') await this.#putPipeline(signal);
    return name;
  }

  /** From now on the alias means this index; in one step, so that no search finds nothing. The indices that it meant before. */
  async pointTo(name: string, signal: AbortSignal): Promise<string[]> {
    const { connection, alias } = this.#options;
    const before = await this.#behind(signal);
    const actions = [...before.map((index) => ({ remove: { index, alias } })), { add: { index: name, alias } }];
    await connection.call({ method: 'POST', path: '/_aliases', body: { actions }, timeoutMs: CREATE_TIMEOUT_MS }, signal);
    this.#state = undefined;
    return before;
  }

  async drop(names: readonly string[], signal: AbortSignal): Promise<void> {
    for (const name of names) await this.#options.connection.call({ method: 'DELETE', path: `/${name}`, timeoutMs: CREATE_TIMEOUT_MS }, signal);
  }

  /** Vectors of two models cannot be compared, nor words of two definitions. Errors: `conflict` `catalogue.index-outdated`, `catalogue.vectors-mixed`. */
  assertFits({ embedding, definition }: IndexState): void {
    if (definition !== DEFINITION.version) {
      throw new AppError('conflict', 'catalogue.index-outdated', 'The index is of another definition: re-index it.', { details: { index: definition, present: DEFINITION.version } });
    }
    if (embedding === this.#options.embedding) return;
    throw new AppError('conflict', 'catalogue.vectors-mixed', 'The index holds meanings of another model: re-index it.', {
      details: { index: embedding, model: this.#options.embedding },
    });
  }

  async #behind(signal: AbortSignal): Promise<string[]> {
    const { connection, alias } = this.#options;
    try {
      return Object.keys(await connection.call<Record<string, unknown>>({ method: 'GET', path: `/_alias/${alias}` }, signal));
    } catch (error) {
      if (statusOf(error) === 404) return [];
      throw error;
    }
  }

  async #hasPipeline(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.connection.call({ method: 'GET', path: `/_search/pipeline/${this.pipeline}` }, signal);
      return true;
    } catch (error) {
      // Not made, not allowed, or a service that knows nothing of pipelines: rankings are then joined here.
      if (statusOf(error) !== undefined) return false;
      throw error;
    }
  }

  async #putPipeline(signal: AbortSignal): Promise<void> {
    try {
      const { pipeline } = readJson<{ pipeline: Record<string, unknown> }>('./hybrid-pipeline-v1.json');
      await this.#options.connection.call({ method: 'PUT', path: `/_search/pipeline/${this.pipeline}`, body: pipeline }, signal);
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
    }
  }
}

function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Shape;
}
