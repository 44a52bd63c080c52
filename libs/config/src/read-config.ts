import 'reflect-metadata';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Secret } from './fields.ts';

/** Thrown when the environment is wrong: names every bad variable at once, and no value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly { variable: string; message: string }[]) {
    super(['The configuration is wrong:', ...problems.map(({ variable, message }) => `  ${variable} ${message}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads one app's configuration from the environment, in the one place of the process that does.
 * A field's name is its variable's name: `turnTimeoutMs` is `TURN_TIMEOUT_MS`. A variable that is
 * absent or empty leaves the class's default. The result is frozen. Where NODE_ENV is `production`, a
 * secret's default is refused.
 */
export function readConfig<T extends object>(type: ClassConstructor<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const defaults = new type();
  const given: Record<string, unknown> = {};
  for (const field of Object.keys(defaults)) {
    const text = environment[variableName(field)];
    if (text !== undefined && text !== '') given[field] = text;
  }
  const config = plainToInstance(type, given, { enableImplicitConversion: true, exposeDefaultValues: true });
  const errors = validateSync(config, { stopAtFirstError: true, forbidUnknownValues: false });
  const problems = errors.map(({ property, constraints = {} }) => ({
    variable: variableName(property),
    message: (Object.values(constraints)[0] ?? 'is wrong').replace(new RegExp(`^${property} `), ''),
  }));
  if (environment['NODE_ENV'] === 'production') problems.push(...laptopSecrets(defaults, config));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** Secrets whose value stands in this repository. One that is empty by default is none, and may stay so. */
function laptopSecrets(defaults: object, config: object): { variable: string; message: string }[] {
  const valueOf = (of: object, field: string): string => {
    const value: unknown = (of as Record<string, unknown>)[field];
    return value instanceof Secret ? value.reveal() : '';
  };
  return Object.keys(defaults)
    .filter((field) => valueOf(defaults, field) !== '' && valueOf(config, field) === valueOf(defaults, field))
    .map((field) => ({ variable: variableName(field), message: 'must be set in production, and not to its default, which everybody can read' }));
}

/** `turnTimeoutMs` → `TURN_TIMEOUT_MS`. */
export function variableName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
