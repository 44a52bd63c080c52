import { asArray, asString, isObject, type JsonObject } from '../messages/json.ts';
import { validation } from './bedrock-error.ts';

/** What a caller asks of Bedrock itself: told again in the reply. */
export interface CallOptions {
  serviceTier?: string;
  performanceLatency?: string;
  /** JSON pointers into the model's own reply. */
  responsePaths: readonly string[];
}

const TIERS = ['priority', 'default', 'flex', 'reserved'];
const LATENCIES = ['standard', 'optimized'];
const MOST_PATHS = 10;
const MOST_METADATA = 16;
const METADATA_TEXT = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/;

export function optionsOfConverse(json: JsonObject): CallOptions {
  checkMetadata(json['requestMetadata']);
  const paths = asArray(json['additionalModelResponseFieldPaths']);
  if (paths.length > MOST_PATHS) throw tooLong('additionalModelResponseFieldPaths', MOST_PATHS);
  const wrong = paths.find((path) => typeof path !== 'string' || !path.startsWith('/'));
  if (wrong !== undefined) throw validation(`Invalid Additional Model Response Field Path ${String(wrong)}. A path must be a JSON pointer.`);
  return { ...options(memberOf(json['serviceTier'], 'type'), memberOf(json['performanceConfig'], 'latency')), responsePaths: paths as string[] };
}

export function optionsOfInvoke(header: (name: string) => string | undefined): CallOptions {
  return { ...options(header('x-amzn-bedrock-service-tier'), header('x-amzn-bedrock-performanceconfig-latency')), responsePaths: [] };
}

function options(serviceTier: string | undefined, performanceLatency: string | undefined): Omit<CallOptions, 'responsePaths'> {
  if (serviceTier !== undefined && !TIERS.includes(serviceTier)) throw notAmong('serviceTier.type', serviceTier, TIERS);
  if (performanceLatency !== undefined && !LATENCIES.includes(performanceLatency)) throw notAmong('performanceConfig.latency', performanceLatency, LATENCIES);
  return { ...(serviceTier === undefined ? {} : { serviceTier }), ...(performanceLatency === undefined ? {} : { performanceLatency }) };
}

/** The members of a Converse reply that tell them. */
export function optionMembers({ serviceTier, performanceLatency }: CallOptions): JsonObject {
  return { ...(performanceLatency === undefined ? {} : { performanceConfig: { latency: performanceLatency } }), ...(serviceTier === undefined ? {} : { serviceTier: { type: serviceTier } }) };
}

export function optionHeaders({ serviceTier, performanceLatency }: CallOptions): Record<string, string> {
  return { ...(performanceLatency === undefined ? {} : { 'x-amzn-bedrock-performanceconfig-latency': performanceLatency }), ...(serviceTier === undefined ? {} : { 'x-amzn-bedrock-service-tier': serviceTier }) };
}

/** What the pointers find in the model's own reply, at the same places; undefined when they find nothing. */
export function fieldsAt(paths: readonly string[], reply: JsonObject): JsonObject | undefined {
  const fields: JsonObject = {};
  for (const path of paths) {
    const keys = path.slice(1).split('/');
    let found: unknown = reply;
    for (const key of keys) found = isObject(found) ? found[key] : undefined;
    if (found === undefined) continue;
    let into = fields;
    for (const key of keys.slice(0, -1)) into = (into[key] ??= {}) as JsonObject;
    into[keys.at(-1) ?? ''] = found;
  }
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function checkMetadata(metadata: unknown): void {
  if (!isObject(metadata)) return;
  // What is meant for this server alone may be longer than Bedrock's own metadata.
  const entries = Object.entries(metadata).filter(([key]) => !key.startsWith('bedrock-local-'));
  if (entries.length > MOST_METADATA) throw tooLong('requestMetadata', MOST_METADATA);
  const wrong = entries.flat().find((text) => typeof text !== 'string' || !METADATA_TEXT.test(text));
  if (wrong !== undefined) throw validation(`1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must satisfy regular expression pattern: [a-zA-Z0-9\\s:_@$#=/+,-.]{0,256}]`);
}

function memberOf(value: unknown, name: string): string | undefined {
  return isObject(value) ? asString(value[name]) : undefined;
}

function tooLong(place: string, most: number): Error {
  return validation(`1 validation error detected: Value at '${place}' failed to satisfy constraint: Member must have length less than or equal to ${most}`);
}

function notAmong(place: string, value: string, known: readonly string[]): Error {
  return validation(`1 validation error detected: Value '${value.slice(0, 80)}' at '${place}' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(', ')}]`);
}
