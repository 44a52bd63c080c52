export { BatchItem, BatchRequest } from './batch.request.ts';
export { JobRequest } from './job.request.ts';
export type { BatchAcceptedResponse, BatchStatusResponse, JobAcceptedResponse, JobStatusResponse } from './job.responses.ts';
export { MangaQueryRequest } from './manga-query.request.ts';
export type { MangaQueryResponse } from './manga-query.response.ts';
export type { ProblemResponse } from './problem.response.ts';
