import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { JsonObject } from '@manga-assist/foundation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { JobResults, type ResultPlace } from '../job-results.ts';
import { toResultsError } from './jobs-errors.ts';

export interface S3JobResultsOptions {
  bucket: string;
  /** Of one of the two attempts of a call: 2 s unless said otherwise. */
  attemptTimeoutMs?: number;
  /** Where those who are given a link reach S3, when that is not where this process does. */
  linkEndpoint?: string | undefined;
}

const ATTEMPT_TIMEOUT_MS = 2_000;
const MOST_SOCKETS = 100;

class S3JobResults extends JobResults {
  readonly #client: S3Client;
  readonly #links: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, { bucket, links }: { bucket: string; links: S3Client }) {
    super();
    this.#client = client;
    this.#bucket = bucket;
    this.#links = links;
  }

  async put(place: ResultPlace, result: JsonObject, signal: AbortSignal): Promise<{ key: string; bytes: number }> {
    const key = `results/${folderOf(place)}/${place.attempt}.json`;
    return { key, bytes: await this.#put(key, result, signal) };
  }

  get(key: string, signal: AbortSignal): Promise<JsonObject> {
    return this.#get(key, signal);
  }

  link(key: string, ttlSeconds: number): Promise<string> {
    return getSignedUrl(this.#links, new GetObjectCommand({ Bucket: this.#bucket, Key: key }), { expiresIn: ttlSeconds });
  }

  async putCheckpoint(place: ResultPlace, step: number, checkpoint: JsonObject, signal: AbortSignal): Promise<string> {
    const key = `checkpoints/${folderOf(place)}/${place.attempt}-${step}.json`;
    await this.#put(key, checkpoint, signal);
    return key;
  }

  getCheckpoint(key: string, signal: AbortSignal): Promise<JsonObject> {
    return this.#get(key, signal);
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal: signal }).then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    this.#client.destroy();
    this.#links.destroy();
    return Promise.resolve();
  }

  async #put(Key: string, content: JsonObject, signal: AbortSignal): Promise<number> {
    const Body = Buffer.from(JSON.stringify(content));
    try {
      await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body, ContentType: 'application/json; charset=utf-8' }), { abortSignal: signal });
      return Body.length;
    } catch (error) {
      throw toResultsError(error, signal);
    }
  }

  async #get(Key: string, signal: AbortSignal): Promise<JsonObject> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key }), { abortSignal: signal });
      return JSON.parse((await Body?.transformToString()) ?? '') as JsonObject;
    } catch (error) {
      throw toResultsError(error, signal);
    }
  }
}

/** A tenant's name is one part of the key, whatever it holds. */
function folderOf({ owner, jobId }: ResultPlace): string {
  return `${encodeURIComponent(owner.tenantId).replaceAll('.', '%2E')}/${jobId}`;
}

/** Results and checkpoints in an S3 bucket. Needs `s3:ListBucket` beside get and put: without it S3 forbids where it would say that there is nothing. */
export function openS3JobResults({ bucket, attemptTimeoutMs = ATTEMPT_TIMEOUT_MS, linkEndpoint }: S3JobResultsOptions): JobResults {
  const agent = { keepAlive: true, maxSockets: MOST_SOCKETS };
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: attemptTimeoutMs,
    requestTimeout: attemptTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent(agent),
    httpsAgent: new HttpsAgent(agent),
  });
  // A local endpoint has no names for buckets.
  const forcePathStyle = true;
  const client = new S3Client({ maxAttempts: 2, forcePathStyle, requestHandler });
  const links = linkEndpoint === undefined ? client : new S3Client({ forcePathStyle, endpoint: linkEndpoint });
  return new S3JobResults(client, { bucket, links });
}
