import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceConfig } from '@manga-assist/config';
import { ApiKeys, ServiceTokens } from '@manga-assist/identity';
import { createMetrics, type Logger, type Metrics } from '@manga-assist/observability';
import { Doorkeeper } from './access/doorkeeper.ts';
import { Drain } from './drain.ts';
import { addHealthRoutes } from './health/health-routes.ts';
import { ReadinessChecks } from './health/readiness-checks.ts';
import { Readiness } from './health/readiness.ts';
import { createFastify } from './http/create-fastify.ts';
import { KnownRoutes } from './http/known-routes.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { HttpMetrics } from './metrics/http-metrics.ts';
import { addMetricsRoute } from './metrics/metrics-route.ts';
import { NestLog } from './nest-log.ts';
import { ServiceModule } from './service.module.ts';

const REQUEST_TIMEOUT_MS = 25_000;

export interface StartOptions {
  name: string;
  /** `requestTimeoutMs`, when the service has one, bounds every request; 25 s otherwise. */
  config: ServiceConfig & { readonly requestTimeoutMs?: number };
  module: DynamicModule | Type;
  logger: Logger;
  /** What the service is measured by; a registry of its own when left out. */
  metrics?: Metrics;
  /** The last word before the routes are made: CORS, an upgrade handler. */
  configure?(app: NestFastifyApplication): void | Promise<void>;
}

export interface RunningService {
  /** Such as `http://127.0.0.1:3000`. */
  url: string;
  port: number;
  app: NestFastifyApplication;
  /** Stops accepting at once, lets running requests finish within `drainTimeoutMs`, then closes the adapters. */
  close(): Promise<void>;
}

/** Starts a service in this process. Port 0 takes any free one. */
export async function startService({ name, config, module, logger, metrics = createMetrics({ service: name }), configure }: StartOptions): Promise<RunningService> {
  const routes = new KnownRoutes();
  // Both need the application's providers, which exist after `init`; no request comes before `listen`.
  let doorkeeper = new Doorkeeper({ apiKeys: undefined, serviceTokens: undefined, wanted: new Set() });
  let readiness = new Readiness(undefined, () => false);

  const { adapter, fastify } = createFastify({
    routes,
    hasEnded: () => drain.hasEnded,
    requestTimeoutMs: config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    isDraining: () => drain.isDraining,
    doorkeeper: () => doorkeeper,
  });
  const drain = new Drain(fastify.server, config.drainTimeoutMs);
  // Before any route: a hook sees the routes that come after it.
  new HttpMetrics(metrics).watch(fastify);
  addHealthRoutes(fastify, () => readiness);
  addMetricsRoute(fastify, metrics);

  const app = await NestFactory.create<NestFastifyApplication>(ServiceModule.around(module, { logger, metrics }), adapter, {
    logger: new NestLog(logger),
    bodyParser: false,
    abortOnError: false,
  });
  try {
    app.useGlobalFilters(new ProblemFilter(logger, routes));
    await configure?.(app);
    await app.init();
    doorkeeper = new Doorkeeper({ apiKeys: find(app, ApiKeys), serviceTokens: find(app, ServiceTokens), wanted: routes.credentials });
    readiness = new Readiness(find(app, ReadinessChecks), () => drain.isDraining);
    await fastify.listen({ host: config.host, port: config.port });
  } catch (error) {
    await drain.around(() => app.close()).catch(() => undefined);
    throw error;
  }

  const { port } = fastify.server.address() as AddressInfo;
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
  logger.info({ name, url }, 'listening');
  let closing: Promise<void> | undefined;
  return { url, port, app, close: () => (closing ??= drain.around(() => app.close())) };
}

/** A port's adapter, wherever in the application it is provided: `app.get` would log and throw for one that is not. */
function find<T>(app: NestFastifyApplication, port: abstract new () => T): T | undefined {
  for (const { providers } of app.get(ModulesContainer).values()) {
    const provider = providers.get(port as Type<T>);
    if (provider !== undefined) return provider.instance as T;
  }
  return undefined;
}
