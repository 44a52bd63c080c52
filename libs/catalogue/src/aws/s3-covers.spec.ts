import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalStack, type LocalStack } from '@manga-assist/local-stack';
import { coversContract } from '../testing/covers.contract.ts';
import { InMemoryCovers } from '../testing/in-memory-covers.ts';
import { openS3Covers } from './s3-covers.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
  Object.assign(process.env, stack.env);
}, 30_000);

afterAll(() => stack.close());

describe('S3Covers', () => {
  coversContract(async (covers) => {
    const s3 = new S3Client({ forcePathStyle: true });
    for (const [Key, Body] of Object.entries(covers)) await s3.send(new PutObjectCommand({ Bucket: 'manga-covers', Key, Body }));
    s3.destroy();
    return openS3Covers({ bucket: 'manga-covers' });
  });

  it('is unavailable when nobody listens', async () => {
    const earlier = process.env['AWS_ENDPOINT_URL_S3'];
    process.env['AWS_ENDPOINT_URL_S3'] = 'http://127.0.0.1:1';
    const covers = openS3Covers({ bucket: 'manga-covers' });

    await expect(covers.get('covers/MNG-SHELF001.png', 8, AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'unavailable', code: 'catalogue.covers-unavailable' });
    expect(await covers.isReachable(AbortSignal.timeout(5_000))).toBe(false);

    if (earlier === undefined) delete process.env['AWS_ENDPOINT_URL_S3'];
    else process.env['AWS_ENDPOINT_URL_S3'] = earlier;
    await covers.close();
  });
});

describe('InMemoryCovers', () => {
  coversContract((covers) => new InMemoryCovers(covers));
});
