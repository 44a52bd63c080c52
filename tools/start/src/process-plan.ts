/** One process of the stack: how it is started and how it is known to be up. */
export interface ProcessPlan {
  name: string;
  /** Arguments for Node. */
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** What must be up before this one is started; it is stopped only after this one. */
  after: string[];
  /** Up when the URL answers 2xx, or (a task) when the process has ended with exit code 0. */
  upWhen: { url: string } | 'done';
}
