import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { AppError } from '@manga-assist/foundation';
import { parse, type ParseOptions } from '@manga-assist/schemas';
import type { FastifyRequest } from 'fastify';

type MessageClass = new () => object;

/** The body as an instance of the class, every problem at once. Throws `invalid` `request.invalid`. */
export function parseBody<T extends object>(type: new () => T, body: unknown, options: ParseOptions): T {
  const parsed = parse(type, body, options);
  if (parsed.ok) return parsed.value;
  throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems: parsed.problems });
}

const Body = createParamDecorator(({ type, options }: { type: MessageClass; options: ParseOptions }, context: ExecutionContext) =>
  parseBody(type, context.switchToHttp().getRequest<FastifyRequest>().body, options),
);

/**
 * The validated body. Strangers may not send unknown fields; between our own services they are
 * dropped (`{ unknownFields: 'drop' }`), so that services deploy apart.
 */
export function ParsedBody(type: MessageClass, options: ParseOptions = { unknownFields: 'refuse' }): ParameterDecorator {
  return Body({ type, options });
}
