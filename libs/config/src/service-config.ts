import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';

/** What every service is configured by; each app's config class extends it. */
export class ServiceConfig {
  /** The address to listen on. Loopback unless a container says otherwise. */
  @IsString()
  host: string = '127.0.0.1';

  /** The port to listen on; 0 takes any that is free. */
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number = 0;

  /** The least severe log lines that are written. */
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  logLevel: string = 'info';

  /** How long a stopping service waits for running work, in milliseconds (ECS allows 120 s before it kills). */
  @IsInt()
  @Min(0)
  @Max(120_000)
  drainTimeoutMs: number = 4_000;
}
