/** What a client is to do over and over. */
export interface Task {
  operation: 'invoke' | 'stream';
  concurrency: number;
  forMs: number;
}

export interface Measurement {
  calls: number;
  tokens: number;
  /** Of the client's whole process, user and system. */
  cpuUs: number;
  /** First token of each stream, less what the upstream itself took. */
  addedMs: readonly number[];
}
