import { asNumber, asString, isObject, type JsonObject } from '../messages/json.ts';
import { validation } from '../wire/bedrock-error.ts';

export type InvocationType = 'InvokeModel' | 'Converse';

/** What CreateModelInvocationJob asks for, checked. */
export interface JobRequest {
  jobName: string;
  roleArn: string;
  modelId: string;
  input: S3Location;
  output: S3Location;
  invocationType: InvocationType;
  timeoutHours: number;
  clientRequestToken?: string;
  /** The data configurations as they came: Get and List give them back. */
  inputDataConfig: JsonObject;
  outputDataConfig: JsonObject;
}

export interface S3Location {
  bucket: string;
  /** A key, or a prefix of keys. */
  key: string;
}

const JOB_NAME = /^[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+.-]){0,63}$/;
const ROLE = /^arn:aws(-[^:]+)?:iam::\d{12}:role\/.+$/;
const S3_URI = /^s3:\/\/([a-z0-9][.a-z0-9-]{1,61}[a-z0-9])\/?(.*)$/;
/** What AWS allows, and takes when nothing is said. */
const TIMEOUT_HOURS = { least: 24, most: 168 };

export function parseJobRequest(json: JsonObject): JobRequest {
  const inputDataConfig = object(json, 'inputDataConfig');
  const outputDataConfig = object(json, 'outputDataConfig');
  const source = object(inputDataConfig, 's3InputDataConfig');
  const target = object(outputDataConfig, 's3OutputDataConfig');
  const invocationType = json['modelInvocationType'] ?? 'InvokeModel';
  if (invocationType !== 'InvokeModel' && invocationType !== 'Converse') {
    throw constraint('modelInvocationType', String(invocationType), 'Member must satisfy enum value set: [InvokeModel, Converse]');
  }
  const format = source['s3InputFormat'] ?? 'JSONL';
  if (format !== 'JSONL') throw constraint('inputDataConfig.s3InputDataConfig.s3InputFormat', String(format), 'Member must satisfy enum value set: [JSONL]');
  const request: JobRequest = {
    jobName: text(json, 'jobName', JOB_NAME),
    roleArn: text(json, 'roleArn', ROLE),
    modelId: text(json, 'modelId', /./),
    input: location(source, 'inputDataConfig.s3InputDataConfig.s3Uri'),
    output: location(target, 'outputDataConfig.s3OutputDataConfig.s3Uri'),
    invocationType,
    timeoutHours: timeout(json['timeoutDurationInHours']),
    inputDataConfig,
    outputDataConfig,
  };
  const token = asString(json['clientRequestToken']);
  if (token !== undefined) request.clientRequestToken = token;
  return request;
}

function timeout(value: unknown): number {
  const hours = asNumber(value ?? TIMEOUT_HOURS.least);
  if (hours === undefined || !Number.isInteger(hours) || hours < TIMEOUT_HOURS.least || hours > TIMEOUT_HOURS.most) {
    throw constraint('timeoutDurationInHours', String(value), `Member must have value between ${TIMEOUT_HOURS.least} and ${TIMEOUT_HOURS.most}`);
  }
  return hours;
}

function location(config: JsonObject, place: string): S3Location {
  const uri = asString(config['s3Uri']) ?? '';
  const [, bucket, key = ''] = S3_URI.exec(uri) ?? [];
  if (!bucket) throw constraint(place, uri, `Member must satisfy regular expression pattern: ${S3_URI.source}`);
  return { bucket, key };
}

function object(json: JsonObject, name: string): JsonObject {
  const value = json[name];
  if (!isObject(value)) throw constraint(name, 'null', 'Member must not be null');
  return value;
}

function text(json: JsonObject, name: string, pattern: RegExp): string {
  const value = asString(json[name]);
  if (value === undefined) throw constraint(name, 'null', 'Member must not be null');
  if (!pattern.test(value)) throw constraint(name, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
  return value;
}

function constraint(place: string, value: string, rule: string): Error {
  return validation(`1 validation error detected: Value '${value.slice(0, 80)}' at '${place}' failed to satisfy constraint: ${rule}`);
}
