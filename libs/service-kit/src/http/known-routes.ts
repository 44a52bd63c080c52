import type { Access } from '../access/access.ts';

/** The routes of a service, to tell a wrong method (405) from an unknown address (404). */
export class KnownRoutes {
  /** Which kinds of access its routes ask for. */
  readonly credentials = new Set<Access['kind']>();
  readonly #methodsByPattern = new Map<string, Set<string>>();

  add(methods: string | readonly string[], pattern: string): void {
    const known = this.#methodsByPattern.get(pattern) ?? new Set();
    for (const method of [methods].flat()) known.add(method);
    this.#methodsByPattern.set(pattern, known);
  }

  /** The methods that this address answers to; none when there is no such address. Only asked after a miss. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0] ?? '';
    const methods = new Set<string>();
    for (const [pattern, known] of this.#methodsByPattern) {
      if (matches(pattern, path)) for (const method of known) methods.add(method);
    }
    return [...methods].sort();
  }
}

/** Patterns are made of fixed segments and `:parameters`. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((segment, index) => (segment.startsWith(':') ? given[index] !== '' : segment === given[index]));
}
