import { FaultError, parseFault, type Fault } from '../faults/fault.ts';
import { asString, isObject, type JsonObject } from '../messages/json.ts';
import { validation } from '../wire/bedrock-error.ts';

/** What a caller may ask of one call through `requestMetadata`. */
export interface SingleCallWishes {
  fault?: Fault;
  benchmarkTokens?: number;
}

const FAULT_KEY = 'bedrock-local-fault';
const BENCHMARK_KEY = 'bedrock-local-benchmark-tokens';

/** Reads `requestMetadata`: a member of Converse bodies, a JSON header of InvokeModel. */
export function readWishes(metadata: unknown): SingleCallWishes {
  const entries = typeof metadata === 'string' ? parseObject(metadata) : isObject(metadata) ? metadata : {};
  const wishes: SingleCallWishes = {};
  const fault = asString(entries[FAULT_KEY]);
  if (fault !== undefined) wishes.fault = readFault(fault);
  const tokens = Number(entries[BENCHMARK_KEY]);
  if (Number.isInteger(tokens) && tokens > 0) wishes.benchmarkTokens = tokens;
  return wishes;
}

function readFault(json: string): Fault {
  try {
    return parseFault(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof FaultError ? error.message : 'not JSON';
    throw validation(`requestMetadata ${FAULT_KEY}: ${reason}`);
  }
}

function parseObject(json: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
