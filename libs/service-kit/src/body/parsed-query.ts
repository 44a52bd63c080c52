import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parseBody } from './parsed-body.ts';

const Query = createParamDecorator((type: new () => object, context: ExecutionContext) =>
  parseBody(type, { ...(context.switchToHttp().getRequest<FastifyRequest>().query as object) }, { unknownFields: 'refuse' }),
);

/** What stands behind the question mark, validated like a body. Numbers need `@Type(() => Number)`: everything arrives as text. */
export function ParsedQuery(type: new () => object): ParameterDecorator {
  return Query(type);
}
