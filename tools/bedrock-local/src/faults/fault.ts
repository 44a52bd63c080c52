import { asString, isObject, type JsonObject } from '../messages/json.ts';
import { OTHER_OPERATIONS, parseOperation, type AnyOperation } from '../operations/operation.ts';

/** Kinds that answer with an HTTP error instead of a reply. */
export const HTTP_FAULTS = {
  throttle: 'ThrottlingException',
  unavailable: 'ServiceUnavailableException',
  internal: 'InternalServerException',
  'model-timeout': 'ModelTimeoutException',
  'model-error': 'ModelErrorException',
  'not-ready': 'ModelNotReadyException',
  validation: 'ValidationException',
  'access-denied': 'AccessDeniedException',
  quota: 'ServiceQuotaExceededException',
  eol: 'ResourceNotFoundException',
} as const;
export type HttpFaultKind = keyof typeof HTTP_FAULTS;

/** Kinds that send an exception frame inside a stream. */
const FRAME_FAULTS = ['midstream', 'first-frame'] as const;
/** Kinds that break or slow a reply. */
const BODY_FAULTS = ['cut', 'truncate', 'stall', 'slow-first-token'] as const;
/** Kinds that spoil what the scripted model says, and nothing of how it is sent. */
const ANSWER_FAULTS = ['unfit-json'] as const;

/** Exceptions of the streams' event unions. modelTimeoutException is not in ConverseStream's: clients must survive it anyway. */
export const STREAM_EXCEPTIONS = [
  'internalServerException',
  'modelStreamErrorException',
  'modelTimeoutException',
  'serviceUnavailableException',
  'throttlingException',
  'validationException',
] as const;
export type StreamException = (typeof STREAM_EXCEPTIONS)[number];

export type FaultKind = HttpFaultKind | (typeof FRAME_FAULTS)[number] | (typeof BODY_FAULTS)[number] | (typeof ANSWER_FAULTS)[number];
export const FAULT_KINDS: readonly FaultKind[] = [...(Object.keys(HTTP_FAULTS) as HttpFaultKind[]), ...FRAME_FAULTS, ...BODY_FAULTS, ...ANSWER_FAULTS];

export interface Fault {
  kind: FaultKind;
  /** Only calls of this operation; every call of a model when left out. */
  op?: AnyOperation;
  /** Only calls whose model id contains this text. */
  model?: string;
  /** The exception of `midstream` and `first-frame`. */
  name: StreamException;
  /** Tokens sent before the fault happens. */
  after: number;
  /** How long `stall` and `slow-first-token` wait; a stall without it waits until the client leaves. */
  ms?: number;
  /** How many calls it hits; Infinity for every one. */
  times: number;
  message?: string;
  /** Extra response headers of HTTP faults, such as retry-after. */
  headers: Record<string, string>;
}

export class FaultError extends Error {}

const FIELDS = ['kind', 'op', 'model', 'name', 'after', 'ms', 'times', 'message', 'headers'];

export function isHttpFault(kind: FaultKind): kind is HttpFaultKind {
  return kind in HTTP_FAULTS;
}

/** Throws a FaultError that says which field is wrong and what is allowed. */
export function parseFault(value: unknown): Fault {
  if (!isObject(value)) throw new FaultError('a fault is a JSON object');
  const unknown = Object.keys(value).filter((field) => !FIELDS.includes(field));
  if (unknown.length > 0) throw new FaultError(`unknown field ${unknown.join(', ')}; known fields: ${FIELDS.join(', ')}`);
  const kind = FAULT_KINDS.find((candidate) => candidate === value['kind']);
  if (!kind) throw new FaultError(`kind must be one of: ${FAULT_KINDS.join(', ')}`);
  const fault: Fault = {
    kind,
    name: streamException(value['name'] ?? (kind === 'first-frame' ? 'throttlingException' : 'modelStreamErrorException')),
    after: count(value, 'after', 1),
    times: value['times'] === 'forever' ? Infinity : count(value, 'times', 1),
    headers: stringMap(value['headers'] ?? {}),
  };
  if (value['op'] !== undefined) fault.op = operation(value['op']);
  if (value['model'] !== undefined) fault.model = text(value, 'model');
  if (value['message'] !== undefined) fault.message = text(value, 'message');
  if (value['ms'] !== undefined) fault.ms = count(value, 'ms', 0);
  if (kind === 'slow-first-token' && fault.ms === undefined) throw new FaultError('slow-first-token needs ms');
  return fault;
}

function streamException(value: unknown): StreamException {
  const name = asString(value)?.toLowerCase();
  const found = STREAM_EXCEPTIONS.find((candidate) => candidate.toLowerCase() === name);
  if (!found) throw new FaultError(`name must be one of: ${STREAM_EXCEPTIONS.join(', ')}`);
  return found;
}

function operation(value: unknown): AnyOperation {
  const found = parseOperation(asString(value) ?? '');
  if (!found) throw new FaultError(`op must be one of: converse, converse-stream, invoke, invoke-with-response-stream, count-tokens, ${OTHER_OPERATIONS.join(', ')}`);
  return found;
}

function count(value: JsonObject, field: string, fallback: number): number {
  const number = value[field] ?? fallback;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
    throw new FaultError(`${field} must be a whole number of at least 0${field === 'times' ? ' or "forever"' : ''}`);
  }
  return number;
}

function text(value: JsonObject, field: string): string {
  const found = asString(value[field]);
  if (!found) throw new FaultError(`${field} must be text`);
  return found;
}

function stringMap(value: unknown): Record<string, string> {
  if (!isObject(value)) throw new FaultError('headers must be an object of texts');
  const entries = Object.entries(value).map(([name, content]): [string, string] => {
    if (typeof content !== 'string' && typeof content !== 'number') throw new FaultError(`header ${name} must be text`);
    return [name.toLowerCase(), String(content)];
  });
  return Object.fromEntries(entries);
}
