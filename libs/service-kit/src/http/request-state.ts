import type { Principal, ServiceTokenClaims } from '@manga-assist/identity';
import type { Access } from '../access/access.ts';

// What the kit keeps on Fastify's own objects, so that a request needs no second object of ours.
declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes with `@RequireScope`. */
    caller: Principal | undefined;
    /** Set on routes with `@RequireServiceToken`. */
    serviceCaller: ServiceTokenClaims | undefined;
    /** Made when a handler first asks for it. */
    endSignal: AbortSignal | undefined;
  }

  interface FastifyInstance {
    /** How long a handler may take before its signal fires, in milliseconds. */
    requestTimeoutMs: number;
  }

  interface FastifyContextConfig {
    access?: Access;
    /** 64 KiB when left out. */
    mostBodyBytes?: number;
  }
}
