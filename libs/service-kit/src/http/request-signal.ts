import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Fires with an AbortError when the client leaves before its answer is complete, and with a
 * TimeoutError after `requestTimeoutMs`. Made on first use: most requests need none.
 */
export function requestSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  if (request.endSignal !== undefined) return request.endSignal;
  const { requestTimeoutMs } = request.server;
  const controller = new AbortController();
  request.endSignal = controller.signal;
  const response = reply.raw;

  if (response.destroyed && !response.writableFinished) {
    controller.abort(new DOMException('The client left.', 'AbortError'));
    return controller.signal;
  }
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`The request took longer than ${requestTimeoutMs} ms.`, 'TimeoutError'));
  }, requestTimeoutMs).unref();
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) controller.abort(new DOMException('The client left.', 'AbortError'));
  });
  return controller.signal;
}
