import { Transform } from 'class-transformer';

/** A value that never appears in a log, an error or a dump: only `reveal` gives it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

/** Turns the variable into a `Secret`. Its default is for a laptop: `readConfig` refuses it in production, unless it is empty. */
export function SecretField(): PropertyDecorator {
  return Transform(({ obj, key, value }) => {
    const given: unknown = (obj as Record<string, unknown>)[key] ?? value;
    return given instanceof Secret ? given : new Secret(String(given));
  });
}

/** `true`/`1`/`yes` and `false`/`0`/`no`; anything else stays text, which `@IsBoolean()` then refuses. */
export function Flag(): PropertyDecorator {
  return Transform(({ obj, key, value }) => {
    const given: unknown = (obj as Record<string, unknown>)[key];
    if (given === undefined) return value as unknown;
    if (typeof given === 'boolean') return given;
    const text = String(given).toLowerCase();
    if (['true', '1', 'yes'].includes(text)) return true;
    if (['false', '0', 'no'].includes(text)) return false;
    return given;
  });
}

/** `a, b` → `['a', 'b']`. */
export function List(): PropertyDecorator {
  return Transform(({ obj, key, value }) => {
    const given: unknown = (obj as Record<string, unknown>)[key];
    if (typeof given !== 'string') return value as unknown;
    return given
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  });
}
