export { MangaQueryRequest } from './manga-query.request.ts';
export type { MangaQueryResponse } from './manga-query.response.ts';
export type { ProblemResponse } from './problem.response.ts';
