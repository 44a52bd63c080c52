import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Readiness } from './readiness.ts';

const open: { access: Access } = { access: { kind: 'public' } };

/** GET /livez: the process answers. GET /readyz: what it needs answers too, and it is not about to stop. */
export function addHealthRoutes(fastify: FastifyInstance, readiness: () => Readiness): void {
  fastify.get('/livez', { config: open }, async () => ({ status: 'alive' }));
  fastify.get('/readyz', { config: open }, async (_, reply) => {
    const report = await readiness().report();
    if (report.status !== 'ready') reply.code(503).header('retry-after', '1');
    return report;
  });
}
