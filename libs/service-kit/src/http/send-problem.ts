import type { AppError } from '@manga-assist/foundation';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, retryAfterSecondsOf, statusOf } from './problem.ts';

export const PROBLEM_JSON = 'application/problem+json';

/** Answers with the error; a client that has left, or has half an answer already, gets nothing more. */
export function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): void {
  const response = reply.raw;
  if (reply.sent || response.headersSent) {
    // Half an answer cannot become an error: only a cut connection says that it is not whole.
    if (!response.writableEnded) response.destroy();
    return;
  }
  if (response.destroyed) {
    reply.hijack();
    return;
  }
  // Fastify gives up the connection after any error in a body, even one that has been read to its end.
  if (request.raw.complete) reply.removeHeader('connection');
  const retryAfterSeconds = retryAfterSecondsOf(error);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="manga-assist"');
  reply
    .code(statusOf(error))
    .header('content-type', PROBLEM_JSON)
    // As bytes, because Fastify adds a charset to JSON text, which RFC 9457 does not have.
    .send(Buffer.from(JSON.stringify(problemOf(error, request.id))));
}
