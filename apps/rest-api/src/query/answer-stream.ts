import { Readable } from 'node:stream';
import type { MangaQueryResponse } from '@manga-assist/schemas/rest';
import { StreamableFile } from '@nestjs/common';

/** Reads the answer aloud: calls `onPiece` with each piece of its text, then gives the whole. */
type Answering = (onPiece: (piece: string) => void) => Promise<MangaQueryResponse>;

/** How much of an answer that was there already goes into one event, in code points. */
const CODE_POINTS_AN_EVENT = 64;

/**
 * The answer as server-sent events: `token` {data, sequence} from 1 without gaps, then either `complete`
 * (the response without its text) or `error` (what `describeError` says).
 *
 * Resolves with the first token. What fails before it rejects, and becomes an ordinary error response.
 */
export async function streamAnswer(answering: Answering, describeError: (error: unknown) => object): Promise<StreamableFile> {
  const events = new Readable({ read: () => {} });
  const hasBegun = Promise.withResolvers<void>();
  let sequence = 0;
  let sentCharacters = 0;

  const sendToken = (data: string): void => {
    events.push(eventOf('token', { data, sequence: ++sequence }));
    sentCharacters += data.length;
    hasBegun.resolve();
  };
  const outcome = answering(sendToken);
  await Promise.race([hasBegun.promise, outcome]);

  outcome
    .then(({ response, ...complete }) => {
      // A remembered answer, or one that began before this caller came, has not been read aloud.
      for (const data of inPieces(response.slice(sentCharacters))) sendToken(data);
      events.push(eventOf('complete', complete));
    })
    .catch((error: unknown) => events.push(eventOf('error', describeError(error))))
    .finally(() => events.push(null));
  return new StreamableFile(events, { type: 'text/event-stream; charset=utf-8' });
}

/** Whether the caller would rather have events than one body. */
export function wantsEventStream(accept: string | undefined): boolean {
  return accept !== undefined && /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(accept);
}

function eventOf(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function* inPieces(text: string): Generator<string> {
  const characters = Array.from(text);
  for (let start = 0; start < characters.length; start += CODE_POINTS_AN_EVENT) {
    yield characters.slice(start, start + CODE_POINTS_AN_EVENT).join('');
  }
}
