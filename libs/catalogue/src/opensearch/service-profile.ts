import { readFileSync } from 'node:fs';

/** `domain`: a node or cluster that asks for no signature. `es`: a managed domain. `aoss`: OpenSearch Serverless. */
export type OpenSearchService = 'domain' | 'es' | 'aoss';

/** In what one OpenSearch differs from another; the defaults are service-profiles.json. */
export interface ServiceProfile {
  /** The service for which requests are signed (SigV4). */
  signAs: 'es' | 'aoss' | null;
  /** `generated` where a collection gives ids itself: documents are then found by `mangaId` before they are changed. */
  idMode: 'manga' | 'generated';
  /** When writes are seen: before they are answered, at once, or (`false`) when the service gets to it. */
  refresh: 'wait_for' | true | false;
  /** `hybrid`: one query whose scores the service normalises, where it can. `fused`: two queries joined here, by rank. */
  ranking: 'hybrid' | 'fused';
  /** Of the vector index. Serverless has faiss only; a node from Maven Central has lucene only. */
  engine: 'lucene' | 'faiss';
  settings: Readonly<Record<string, unknown>>;
}

export function profileOf(service: OpenSearchService, changes: Partial<ServiceProfile> = {}): ServiceProfile {
  const profiles = JSON.parse(readFileSync(new URL('./service-profiles.json', import.meta.url), 'utf8')) as Record<OpenSearchService, ServiceProfile>;
  return { ...profiles[service], ...changes };
}
