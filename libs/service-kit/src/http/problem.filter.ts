import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AppError } from '@manga-assist/foundation';
import type { Logger } from '@manga-assist/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KnownRoutes } from './known-routes.ts';
import { statusOf, toServiceError } from './problem.ts';
import { sendProblem } from './send-problem.ts';

/** Every failure of every route, from bad bytes to bugs, leaves the service through here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;
  readonly #routes: KnownRoutes;

  constructor(logger: Logger, routes: KnownRoutes) {
    this.#logger = logger;
    this.#routes = routes;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = this.#errorOf(thrown, request, reply);
    this.#log(error, request);
    sendProblem(error, request, reply);
  }

  #errorOf(thrown: unknown, request: FastifyRequest, reply: FastifyReply): AppError {
    const error = toServiceError(thrown);
    // A handler's "not found" is about a thing; only a miss of the router can be a wrong method.
    if (!request.is404) return error;
    const methods = this.#routes.methodsOf(request.url);
    if (methods.length === 0) return error;
    reply.header('allow', methods.join(', '));
    return new AppError('invalid', 'request.method-not-allowed', 'This address does not answer to this method.');
  }

  #log(error: AppError, request: FastifyRequest): void {
    const fields = { requestId: request.id, method: request.method, route: request.routeOptions.url, status: statusOf(error), code: error.code };
    switch (error.kind) {
      case 'bug':
        this.#logger.error({ ...fields, error }, 'request failed by a fault of ours');
        break;
      case 'unavailable':
      case 'timed-out':
        this.#logger.warn({ ...fields, error }, 'request failed');
        break;
      case 'unauthenticated':
      case 'forbidden':
        this.#logger.info(fields, 'request refused');
        break;
      default:
        this.#logger.debug(fields, 'request not fulfilled');
    }
  }
}
