import { AppError, type JsonObject } from '@manga-assist/foundation';

const MOST_BYTES = 64 * 1024;

/** A response's body as a JSON object; whatever is bigger than 64 KiB or something else is not tool-service's. */
export async function readJson(response: Response): Promise<JsonObject> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest of the body.
    if (bytes > MOST_BYTES) throw unreadable('too large');
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw unreadable('not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw unreadable('not an object');
  return value as JsonObject;
}

function unreadable(reason: string): AppError {
  return new AppError('unavailable', 'tools.unreadable', 'The tool cannot be reached just now.', { details: { reason } });
}
