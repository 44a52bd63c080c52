import { Metrics, SECONDS_BUCKETS, type Counter, type Histogram } from '@manga-assist/observability';
import type { FastifyInstance } from 'fastify';

/** What every service says of its requests: how many, of which kind, with what end, and how long they took. */
export class HttpMetrics {
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #seconds: Histogram<'route'>;

  constructor(metrics: Metrics) {
    this.#requests = metrics.counter({ name: 'manga_http_requests_total', help: 'HTTP requests by route and status.', labels: ['method', 'route', 'status'] });
    this.#seconds = metrics.histogram({ name: 'manga_http_request_seconds', help: 'Seconds from a request to the end of its answer.', labels: ['route'], buckets: SECONDS_BUCKETS });
  }

  /** By the route's template, never by the address itself: addresses hold ids, and strangers choose them. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      this.#requests.add({ method: request.method, route, status: String(reply.statusCode) });
      this.#seconds.observe({ route }, reply.elapsedTime / 1_000);
      done();
    });
  }
}
