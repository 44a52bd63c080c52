import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fits } from '../../../testing/job-request.ts';
import { buildInstance } from './build-instance.ts';
import { samplePattern } from './sample-pattern.ts';

const text = 'A boy sails the sea to find a treasure. He is 17 years old. 少年は海へ出る。';
const build = (schema: Record<string, unknown>): unknown => buildInstance(schema, { facts: { summary: text }, language: 'en', text });

const names = fc.constantFrom('genre', 'summary_ja', 'confidence', 'items', 'id', 'score', 'name', 'anything', 'title', 'reading_level', 'tags', 'decision');
const range = fc.tuple(fc.integer({ min: -20, max: 40 }), fc.integer({ min: 1, max: 60 })).map(([from, span]) => ({ from, to: from + span }));
const { schema: anySchema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ type: fc.constant('string'), minLength: fc.nat(30), maxLength: fc.integer({ min: 30, max: 90 }) }, { requiredKeys: ['type'] }),
    fc.constantFrom('^MNG-[A-Z0-9]{8}$', '^[a-z]+(?:-[a-z]+)*$', '^\\d{4}-\\d{2}$', '^(?:yes|no)$', '^[^@\\s]+@[^@\\s]+$').map((pattern) => ({ type: 'string', pattern })),
    fc.constantFrom('date', 'date-time', 'uri', 'email', 'uuid').map((format) => ({ type: 'string', format })),
    range.map(({ from, to }) => ({ type: 'integer', minimum: from, maximum: to })),
    range.map(({ from, to }) => ({ type: 'number', exclusiveMinimum: from, exclusiveMaximum: to })),
    fc.integer({ min: 1, max: 9 }).map((step) => ({ type: 'integer', multipleOf: step })),
    fc.constantFrom<Record<string, unknown>>({ type: 'boolean' }, { type: 'null' }, { const: 'x' }, { type: ['string', 'null'] }, {}),
    fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }).map((choices) => ({ enum: choices })),
    fc.record({ items: tie('schema'), least: fc.nat(3) }).map(({ items, least }) => ({ type: 'array', items, minItems: least, maxItems: least + 2 })),
    fc.dictionary(names, tie('schema'), { minKeys: 1, maxKeys: 4 }).map((properties) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })),
    fc.record({ branch: tie('schema') }).map(({ branch }) => ({ anyOf: [{ type: 'null' }, branch] })),
    fc.record({ part: tie('schema') }).map(({ part }) => ({ $defs: { part }, type: 'object', properties: { part }, required: ['part'] })),
  ) as fc.Arbitrary<Record<string, unknown>>,
}));

describe('an instance', () => {
  it('fits any schema that is asked for', () => {
    fc.assert(fc.property(anySchema, (schema) => fits(schema, build(schema))), { numRuns: 1_500 });
  });

  it('follows references, also to itself, and combinations', () => {
    const tree = { $ref: '#/$defs/node', $defs: { node: { type: 'object', properties: { name: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }, required: ['name', 'next'] } } };
    const both = { allOf: [{ type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }, { properties: { b: { enum: ['x'] } }, required: ['b'] }] };

    expect(fits(tree, build(tree))).toBe(true);
    expect(build(both)).toEqual({ a: 17, b: 'x' });
  });

  it('survives names that every object has, and patterns that are none', () => {
    const properties = Object.fromEntries(['valueOf', 'constructor', 'toString', 'hasOwnProperty', 'id'].map((name) => [name, { type: 'string' }]));
    const schema = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };

    expect(fits(schema, build(schema))).toBe(true);
    expect(build({ type: 'array', items: { type: 'string', pattern: '(' }, minItems: 1 })).toHaveLength(1);
  });

  it('has no two of the same where a list forbids it', () => {
    const schema = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 4, uniqueItems: true };

    expect(fits(schema, build(schema))).toBe(true);
  });

  it.each(['^ORD-[A-Z0-9]{8}$', '^(?:#[0-9a-f]{6}|none)$', '^v\\d+\\.\\d+\\.\\d+(?:-rc)?$', '^[\\p{L}]{3,5}$', '^\\S+\\s\\S+$'])('matches %s where nothing in the text does', (pattern) => {
    expect(samplePattern(pattern)).toMatch(new RegExp(pattern, 'u'));
  });
});
