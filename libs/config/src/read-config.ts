import 'reflect-metadata';
import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';

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
 * absent or empty leaves the class's default. The result is frozen.
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
  if (errors.length > 0) {
    throw new ConfigError(
      errors.map(({ property, constraints = {} }) => ({
        variable: variableName(property),
        message: (Object.values(constraints)[0] ?? 'is wrong').replace(new RegExp(`^${property} `), ''),
      })),
    );
  }
  return Object.freeze(config);
}

/** `turnTimeoutMs` → `TURN_TIMEOUT_MS`. */
export function variableName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
