// How well the search answers shoppers' questions: hit@5 by kind, with bedrock-local's embeddings.
// Usage: node --conditions=source --import ./tools/workspace/register.mjs tools/catalogue/src/grade-queries.ts [queries.json]
import { readFileSync } from 'node:fs';
import { gradeSearch, type Grade, type GradedQuery } from './grade-search.ts';
import { openLocalSearch } from './local-search.ts';

const file = process.argv[2] ?? new URL('../fixtures/queries-dev.json', import.meta.url);
const { queries } = JSON.parse(readFileSync(file, 'utf8')) as { queries: GradedQuery[] };
const { search, series, indexedInMs, close } = await openLocalSearch();
console.log(`${series} series indexed and embedded in ${indexedInMs} ms`);
report(await gradeSearch(search, queries));
await close();

function report(grades: readonly Grade[]): void {
  for (const { query, found } of grades.filter(({ isHit }) => !isHit)) console.log(`missed ${query.id} ${query.query}\n    found ${found.join(' | ') || 'nothing'}`);
  const kindOf = ({ query }: Grade): string => (query.expected.length > 0 ? query.kind : (query.subkind ?? query.kind));
  for (const [kind, members] of Object.entries(Object.groupBy(grades, kindOf))) console.log(`${kind.padEnd(14)} ${share(members ?? [])}`);
  console.log(`hit@5          ${share(grades.filter(({ query }) => query.expected.length > 0))}`);
  const times = grades.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  console.log(`a search took  ${(times[Math.floor(times.length / 2)] ?? 0).toFixed(1)} ms (median), ${(times.at(-1) ?? 0).toFixed(1)} ms (most)`);
}

function share(grades: readonly Grade[]): string {
  return `${grades.filter(({ isHit }) => isHit).length} of ${grades.length}`;
}
