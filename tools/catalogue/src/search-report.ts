import type { Grade } from './grade-search.ts';

export interface KindReport {
  queries: number;
  hitAt1: number;
  hitAt5: number;
  mrr: number;
  /** Of similar and theme: the share of the first five that is expected. */
  precisionAt5?: number;
}

/** Shares are 0 to 1. */
export interface SearchReport {
  adapter: string;
  series: number;
  /** Of the queries that expect a series which the catalogue has. */
  overall: KindReport;
  /** Besides the kinds of queries: `constraint` (all found must satisfy it) and `negative` (nothing may be found) have hit@5 alone. */
  kinds: Record<string, KindReport>;
  latencyMs: { p50: number; p95: number };
  misses: { id: string; kind: string; query: string; expected: string[]; found: string[]; unwanted: string[] }[];
  /** Queries whose expected series the catalogue does not have; they count nowhere. */
  notInCatalogue: string[];
}

const GRADED_BY_PRECISION = new Set(['similar', 'theme']);

export function searchReport(grades: readonly Grade[], context: Pick<SearchReport, 'adapter' | 'series' | 'notInCatalogue'>): SearchReport {
  const times = grades.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const kinds = Object.groupBy(grades, kindOf);
  return {
    adapter: context.adapter,
    series: context.series,
    overall: kindReport(grades.filter(expectsSeries)),
    kinds: Object.fromEntries(Object.entries(kinds).map(([kind, members = []]) => [kind, kindReport(members, GRADED_BY_PRECISION.has(kind))])),
    latencyMs: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
    misses: grades.filter(({ isHit }) => !isHit).map(({ query, found, unwanted }) => ({ id: query.id, kind: query.kind, query: query.query, expected: query.expected, found, unwanted })),
    notInCatalogue: context.notInCatalogue,
  };
}

export function printReport({ adapter, series, overall, kinds, latencyMs, misses, notInCatalogue }: SearchReport): string {
  const row = (name: string, { queries, hitAt1, hitAt5, mrr, precisionAt5 }: KindReport): string =>
    [name.padEnd(14), String(queries).padStart(7), percent(hitAt1), percent(hitAt5), mrr.toFixed(3).padStart(8), precisionAt5 === undefined ? '' : percent(precisionAt5)].join(' ').trimEnd();
  return [
    ...misses.map(({ id, query, expected, found, unwanted }) =>
      [`missed ${id} ${query}`, `    expected ${expected.join(' | ') || 'see the query'}`, `    found    ${found.join(' | ') || 'nothing'}`, ...(unwanted.length > 0 ? [`    unwanted ${unwanted.join(' | ')}`] : [])].join('\n'),
    ),
    `${adapter}, ${series} series`,
    `${'kind'.padEnd(14)} queries    hit@1    hit@5      MRR      P@5`,
    ...Object.entries(kinds).map(([kind, report]) => row(kind, report)),
    row('overall', overall),
    `a search took  ${latencyMs.p50.toFixed(1)} ms (p50), ${latencyMs.p95.toFixed(1)} ms (p95)`,
    ...(notInCatalogue.length > 0 ? [`not in this catalogue, not counted: ${notInCatalogue.join(' ')}`] : []),
  ].join('\n');
}

function kindReport(grades: readonly Grade[], byPrecision = false): KindReport {
  const isFirst = (grade: Grade): boolean => (expectsSeries(grade) ? grade.isHit && grade.rank === 1 : grade.isHit);
  const reciprocal = (grade: Grade): number => (expectsSeries(grade) ? 1 / (grade.rank ?? Infinity) : Number(grade.isHit));
  return {
    queries: grades.length,
    hitAt1: mean(grades.map((grade) => Number(isFirst(grade)))),
    hitAt5: mean(grades.map(({ isHit }) => Number(isHit))),
    mrr: mean(grades.map(reciprocal)),
    ...(byPrecision && { precisionAt5: mean(grades.map(({ precision }) => precision)) }),
  };
}

function expectsSeries({ query }: Grade): boolean {
  return query.expected.length > 0;
}

function kindOf({ query }: Grade): string {
  return query.expected.length > 0 ? query.kind : (query.subkind ?? query.kind);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : rounded(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number {
  return rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0, 2);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(8);
}
