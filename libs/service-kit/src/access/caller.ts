import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AppError } from '@manga-assist/foundation';
import type { Principal, ServiceTokenClaims } from '@manga-assist/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestSignal } from '../http/request-signal.ts';
import { traceParentOf } from '../http/trace-parent.ts';

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** Who is asking: the `Principal` of the API key. Only on routes with `@RequireScope`. */
export const Caller = createParamDecorator((_: undefined, context: ExecutionContext): Principal => {
  const { caller } = requestOf(context);
  if (caller === undefined) throw new AppError('bug', 'internal', 'Something went wrong on our side.', { details: { why: '@Caller() needs @RequireScope()' } });
  return caller;
});

/** On whose behalf the calling service asks: `ServiceTokenClaims`. Only on routes with `@RequireServiceToken`. */
export const ServiceCaller = createParamDecorator((_: undefined, context: ExecutionContext): ServiceTokenClaims => {
  const { serviceCaller } = requestOf(context);
  if (serviceCaller === undefined) {
    throw new AppError('bug', 'internal', 'Something went wrong on our side.', { details: { why: '@ServiceCaller() needs @RequireServiceToken()' } });
  }
  return serviceCaller;
});

/** The id that the answer carries as `x-request-id`. */
export const RequestId = createParamDecorator((_: undefined, context: ExecutionContext): string => requestOf(context).id);

/** The trace that the request belongs to, as W3C's `traceparent`. */
export const TraceParent = createParamDecorator((_: undefined, context: ExecutionContext): string => traceParentOf(requestOf(context)));

/** Fires when the client leaves or the request's time is up. */
export const RequestSignal = createParamDecorator((_: undefined, context: ExecutionContext): AbortSignal =>
  requestSignal(requestOf(context), context.switchToHttp().getResponse<FastifyReply>()),
);
