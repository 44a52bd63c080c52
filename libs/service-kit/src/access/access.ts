import type { Scope } from '@manga-assist/identity';
import { RouteConfig } from '@nestjs/platform-fastify';

/** Who may use a route. Every route says one; a route that says none fails the start. */
export type Access = { kind: 'scope'; scope: Scope } | { kind: 'service-token' } | { kind: 'public' };

/** An API key with this scope, as `x-api-key` or `Authorization: Bearer`. `mostBodyBytes` where 64 KiB is too little. */
export function RequireScope(scope: Scope, { mostBodyBytes }: { mostBodyBytes?: number } = {}): MethodDecorator {
  return RouteConfig({ access: { kind: 'scope', scope }, ...(mostBodyBytes !== undefined && { mostBodyBytes }) });
}

/** A token of another of our services, which carries whom it acts for. */
export function RequireServiceToken(): MethodDecorator {
  return RouteConfig({ access: { kind: 'service-token' } });
}

/** Anybody. Say it on purpose. */
export function Public(): MethodDecorator {
  return RouteConfig({ access: { kind: 'public' } });
}
