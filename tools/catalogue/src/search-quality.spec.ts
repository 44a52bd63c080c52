import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gradeSearch, type Grade, type GradedQuery } from './grade-search.ts';
import { openLocalSearch, type LocalSearch } from './local-search.ts';
import { queryVariants } from './query-variants.ts';

const { queries } = JSON.parse(readFileSync(new URL('../fixtures/queries-dev.json', import.meta.url), 'utf8')) as { queries: GradedQuery[] };

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
    const shareFound = (fits: (kind: string) => boolean): number => {
      const of = variants.filter(({ query }) => fits(query.kind));
      return of.filter(({ isHit }) => isHit).length / of.length;
    };

    expect(variants.length).toBeGreaterThan(1_000);
    expect(shareFound((kind) => !kind.endsWith('mistyped'))).toBeGreaterThan(0.99);
    expect(shareFound((kind) => kind.endsWith('mistyped'))).toBeGreaterThan(0.95);
  });
});
