import { GetObjectCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { AppError, toAppError } from '@manga-assist/foundation';
import { Covers } from '../covers.ts';

export interface S3CoversOptions {
  bucket: string;
}

class S3Covers extends Covers {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, { bucket }: S3CoversOptions) {
    super();
    this.#client = client;
    this.#bucket = bucket;
  }

  async get(key: string, mostBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    try {
      const { Body, ContentLength = 0 } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }), { abortSignal: signal });
      if (ContentLength > mostBytes) {
        // The rest of the object is not worth its way here.
        (Body as { destroy?(): void } | undefined)?.destroy?.();
        throw new AppError('invalid', 'catalogue.cover-too-large', `A cover has ${mostBytes} bytes at most.`, { details: { bytes: ContentLength } });
      }
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      throw toCoverError(error, signal);
    }
  }

  async isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal: signal }).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

function toCoverError(error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return toAppError(signal.reason);
  if (error instanceof AppError) return error;
  if ((error as { name?: unknown }).name === 'NoSuchKey') return new AppError('not-found', 'catalogue.no-cover', 'There is no such cover.');
  return new AppError('unavailable', 'catalogue.covers-unavailable', 'Covers cannot be reached just now; try again.', { cause: error, retryAfterMs: 1_000 });
}

/** Covers in an S3 bucket. */
export function openS3Covers(options: S3CoversOptions): Covers {
  // A local endpoint has no names for buckets.
  return new S3Covers(new S3Client({ maxAttempts: 2, forcePathStyle: true }), options);
}
