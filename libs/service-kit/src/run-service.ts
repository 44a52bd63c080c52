import type { DynamicModule, Type } from '@nestjs/common';
import { ConfigError, readConfig, type ServiceConfig } from '@manga-assist/config';
import { createLogger, createMetrics, type Logger, type Metrics } from '@manga-assist/observability';
import { startService, type RunningService, type StartOptions } from './start-service.ts';

export interface RunOptions<C extends ServiceConfig> {
  name: string;
  config: new () => C;
  module(config: C, logger: Logger, metrics: Metrics): DynamicModule | Type;
  configure?: StartOptions['configure'];
}

/** Wrong configuration, or a port that is taken: the operator's to fix. */
const EXIT_SETUP = 2;
const EXIT_FAULT = 1;
/** Beyond the drain's own time; an adapter that does not close must not keep the process. */
const CLOSE_GRACE_MS = 2_000;

/** The whole life of a service's process: start, signals, drain, exit code. The one place that reads the environment. */
export async function runService<C extends ServiceConfig>({ name, config: Config, module, configure }: RunOptions<C>): Promise<void> {
  const config = readOrExit(Config);
  const logger = createLogger({ service: name, level: config.logLevel });
  const metrics = createMetrics({ service: name, hasProcessMetrics: true });
  let service: RunningService | undefined;
  let isStopping = false;

  const stop = async (exitCode: number): Promise<void> => {
    isStopping = true;
    setTimeout(() => process.exit(exitCode || EXIT_FAULT), config.drainTimeoutMs + CLOSE_GRACE_MS).unref();
    await service?.close().catch((error: unknown) => logger.error({ error }, 'closing failed'));
    logger.info('stopped');
    process.exit(exitCode);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(EXIT_FAULT);
    logger.info({ signal }, 'stopping');
    void stop(0);
  };
  const onFault = (error: unknown): void => {
    logger.fatal({ error }, 'unexpected failure');
    if (!isStopping) void stop(EXIT_FAULT);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.on('unhandledRejection', onFault).on('uncaughtException', onFault);

  try {
    service = await startService({ name, config, module: module(config, logger, metrics), logger, metrics, ...(configure && { configure }) });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EADDRINUSE') {
      exitWith(EXIT_SETUP, `${name}: port ${config.port} is taken; set PORT to another one.`);
    }
    logger.fatal({ error }, 'cannot start');
    exitWith(EXIT_FAULT, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function readOrExit<C extends ServiceConfig>(Config: new () => C): C {
  try {
    return readConfig(Config, process.env);
  } catch (error) {
    if (error instanceof ConfigError) exitWith(EXIT_SETUP, error.message);
    throw error;
  }
}

function exitWith(exitCode: number, line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(exitCode);
}
