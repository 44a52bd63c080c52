import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Logger, Metrics } from '@manga-assist/observability';

/** What every class of a service may ask for without its module importing anything. */
@Module({})
export class ServiceModule {
  static around(module: DynamicModule | Type, { logger, metrics }: { logger: Logger; metrics: Metrics }): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      imports: [module],
      providers: [
        { provide: Logger, useValue: logger },
        { provide: Metrics, useValue: metrics },
      ],
      exports: [Logger, Metrics],
    };
  }
}
