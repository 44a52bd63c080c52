import { randomBytes } from 'node:crypto';
import { asString, isObject, type JsonObject } from '../messages/json.ts';
import type { BatchFile } from './batch-files.ts';

export interface BatchRecord {
  recordId: string;
  modelInput: JsonObject;
}

export interface BatchInput {
  name: string;
  records: BatchRecord[];
}

/** Why a job fails before its first record. */
export class BatchProblem extends Error {}

export interface RecordLimits {
  minimumRecords: number;
  maximumRecords: number;
}

/** Checks what Bedrock checks while a job is Validating: JSON lines, records and limits, never the models' bodies. */
export function readInput(files: readonly BatchFile[], jobArn: string, limits: RecordLimits): BatchInput[] {
  if (files.length === 0) throw new BatchProblem('No JSONL input file was found at the given S3 location.');
  const inputs = files.map(({ name, text }) => ({ name, records: recordsOf(name, text) }));
  const total = inputs.reduce((sum, { records }) => sum + records.length, 0);
  if (total < limits.minimumRecords) throw new BatchProblem(`Batch job ${jobArn} contains less records (${total}) than the required minimum of: ${limits.minimumRecords}`);
  if (total > limits.maximumRecords) throw new BatchProblem(`Batch job ${jobArn} contains more records (${total}) than the allowed maximum of: ${limits.maximumRecords}`);
  return inputs;
}

function recordsOf(name: string, text: string): BatchRecord[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const record = parse(line);
    const modelInput = isObject(record) ? record['modelInput'] : undefined;
    if (!isObject(record) || !isObject(modelInput)) throw new BatchProblem(`The input file ${name} has a malformed record in line ${index + 1}: each line is a JSON object with a modelInput object.`);
    // Records without an id get one, as on AWS.
    return [{ recordId: asString(record['recordId']) ?? randomBytes(8).toString('hex').toUpperCase().slice(0, 11), modelInput }];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
