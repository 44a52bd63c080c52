import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from './job-request.ts';

export interface BatchFile {
  /** The last part of its key. */
  name: string;
  text: string;
}

/** An S3 call that hangs would keep a job in progress for ever. */
const S3_DEADLINE_MS = 30_000;

/** The JSONL files of batch jobs, in a real S3 or any server that speaks it. */
export class BatchFiles {
  private readonly endpoint: string;
  private client: Promise<S3Client> | undefined;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** The file at the location, or every `.jsonl` file under it when it is a folder. */
  async read(location: S3Location): Promise<BatchFile[]> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.open();
    const files: BatchFile[] = [];
    for (const key of await this.keys(location)) {
      const object = await client.send(new GetObjectCommand({ Bucket: location.bucket, Key: key }), deadline());
      files.push({ name: key.slice(key.lastIndexOf('/') + 1), text: (await object.Body?.transformToString()) ?? '' });
    }
    return files;
  }

  async write(location: S3Location, name: string, text: string): Promise<void> {
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    const folder = location.key === '' || location.key.endsWith('/') ? location.key : `${location.key}/`;
    const client = await this.open();
    await client.send(new PutObjectCommand({ Bucket: location.bucket, Key: `${folder}${name}`, Body: text, ContentType: 'application/json' }), deadline());
  }

  async close(): Promise<void> {
    (await this.client)?.destroy();
  }

  private async keys({ bucket, key }: S3Location): Promise<string[]> {
    if (key.endsWith('.jsonl')) return [key];
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const client = await this.open();
    const listed = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }), deadline());
    return (listed.Contents ?? []).flatMap(({ Key }) => (Key?.endsWith('.jsonl') ? [Key] : [])).sort();
  }

  /** The S3 client is loaded with the first job: most runs never have one. */
  private open(): Promise<S3Client> {
    this.client ??= import('@aws-sdk/client-s3').then(
      ({ S3Client }) => new S3Client({ endpoint: this.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    );
    return this.client;
  }
}

function deadline(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(S3_DEADLINE_MS) };
}
