import type { Language } from '../../text.ts';

/** Something that is known, or how it is found out in a language; nothing is worked out before a schema asks for it. */
export type Fact = unknown;
export type Facts = Readonly<Record<string, Fact>>;

/** One of several things: a text where a schema wants one, and facts of its own where it wants an object. */
export class Named {
  readonly name: string;
  readonly facts: Facts;

  constructor(name: string, facts: Facts) {
    this.name = name;
    this.facts = facts;
  }
}

/** What is known under a name; nothing under names that every object has. */
export function factOf(facts: Facts, name: string, language: Language): unknown {
  return Object.hasOwn(facts, name) ? told(facts[name], language) : undefined;
}

export function told(fact: Fact, language: Language): unknown {
  return typeof fact === 'function' ? (fact as (language: Language) => unknown)(language) : fact;
}
