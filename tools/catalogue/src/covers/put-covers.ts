import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { coverKeyOf } from '@manga-assist/catalogue';
import { drawCover } from './draw-cover.ts';

const AT_ONCE = 16;

/** Draws a cover for each series and puts it where cover analyses look for it. Returns how many. */
export async function putCovers(mangaIds: readonly string[], bucket: string, signal: AbortSignal): Promise<number> {
  const s3 = new S3Client({ maxAttempts: 2 });
  const waiting = [...mangaIds];
  const lane = async (): Promise<void> => {
    for (let mangaId = waiting.pop(); mangaId !== undefined; mangaId = waiting.pop()) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: coverKeyOf(mangaId), Body: drawCover(mangaId), ContentType: 'image/png' }), { abortSignal: signal });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return mangaIds.length;
  } finally {
    s3.destroy();
  }
}
