import { BlockList, isIPv4 } from 'node:net';
import { AppError } from '@manga-assist/foundation';
import type { Metrics } from '@manga-assist/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';

const open: { access: Access } = { access: { kind: 'public' } };
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

const near = new BlockList();
near.addSubnet('127.0.0.0', 8, 'ipv4');
near.addSubnet('10.0.0.0', 8, 'ipv4');
near.addSubnet('172.16.0.0', 12, 'ipv4');
near.addSubnet('192.168.0.0', 16, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');

/**
 * GET /metrics, for a collector beside the service: a sidecar of its task, or a person at the laptop.
 * Who comes through the load balancer, or from a public address, finds nothing there.
 */
export function addMetricsRoute(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.get('/metrics', { config: open }, async (request, reply) => {
    if (!isNear(request)) throw new AppError('not-found', 'request.unknown-address', 'There is nothing at this address.');
    reply.header('content-type', PROMETHEUS_TEXT);
    return metrics.text();
  });
}

/** A load balancer's address is private as well, but it says for whom it asks. */
function isNear({ headers, raw }: FastifyRequest): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined) return false;
  const address = (raw.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return address !== '' && near.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
