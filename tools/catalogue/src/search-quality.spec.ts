import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gradeSearch, type Grade, type GradedQuery } from './grade-search.ts';
import { openLocalSearch, type LocalSearch } from './local-search.ts';
import { queryVariants } from './query-variants.ts';

const queriesOf = (file: string): GradedQuery[] => (JSON.parse(readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8')) as { queries: GradedQuery[] }).queries;
const queries = queriesOf('queries-dev.json');
const shareRight = (grades: readonly Grade[]): number => grades.filter(({ isHit }) => isHit).length / grades.length;

let local: LocalSearch;
let grades: Grade[];

beforeAll(async () => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  local = await openLocalSearch();
  grades = await gradeSearch(local.search, queries);
}, 60_000);

afterAll(() => local.close());

describe('shoppers’ questions', () => {
  it('find an expected series among the first five in at least nine of ten', () => {
    const graded = grades.filter(({ query }) => query.expected.length > 0);
    const missed = graded.filter(({ isHit }) => !isHit).map(({ query, found }) => `${query.id} ${query.query}: ${found.join(' | ')}`);

    expect(graded).toHaveLength(49);
    expect(missed.slice(0, Math.floor(graded.length / 10))).toEqual(missed);
  });

  it('find the series that they name, however it is written or misspelled', () => {
    const named = grades.filter(({ query }) => ['title', 'alias', 'typo', 'romaji', 'author', 'availability'].includes(query.kind) && query.expected.length > 0);

    expect(named.filter(({ isHit }) => !isHit).map(({ query }) => query.query)).toEqual([]);
  });

  it('find only what they demand, and nothing for a title that does not exist', () => {
    const strict = grades.filter(({ query }) => query.predicate !== undefined || query.query.includes('『'));

    expect(strict.map(({ query, isHit }) => [query.query, isHit])).toEqual(strict.map(({ query }) => [query.query, true]));
    expect(strict).toHaveLength(2);
  });

  it('find titles and authors in every script and spelling, and nearly always with a letter wrong', async () => {
    const variants = await gradeSearch(local.search, queryVariants(local.products, 5));
    const of = (fits: (kind: string) => boolean): Grade[] => variants.filter(({ query }) => fits(query.kind));

    expect(variants.length).toBeGreaterThan(1_000);
    expect(shareRight(of((kind) => !kind.endsWith('mistyped')))).toBeGreaterThan(0.99);
    expect(shareRight(of((kind) => kind.endsWith('mistyped')))).toBeGreaterThan(0.95);
  }, 60_000);

  it('find names, themes and likenesses, and nothing for who looks for no story', async () => {
    const further = await gradeSearch(local.search, queriesOf('queries-further.json'));
    const of = (...kinds: string[]): Grade[] => further.filter(({ query }) => query.expected.length > 0 && kinds.includes(query.kind));

    expect(further.length).toBeGreaterThan(380);
    expect(shareRight(further)).toBeGreaterThan(0.95);
    expect(shareRight(of('title', 'alias', 'typo', 'romaji', 'author', 'availability'))).toBeGreaterThan(0.98);
    expect(shareRight(of('similar'))).toBeGreaterThan(0.85);
    expect(shareRight(of('theme'))).toBeGreaterThan(0.9);
    expect(further.flatMap(({ unwanted }) => unwanted)).toEqual([]);
    expect(further.filter(({ query, isHit }) => query.expectEmpty === true && !isHit).map(({ query }) => query.query)).toEqual([]);
  }, 60_000);
});
