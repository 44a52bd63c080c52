export { createLogger, type LoggerOptions } from './create-logger.ts';
export { describeError } from './describe-error.ts';
export { Logger, type LogFields, type LogLevel, type LogMethod } from './logger.ts';
