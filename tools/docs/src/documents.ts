import { configDocument } from './config-document.ts';
import { errorDocument } from './error-document.ts';
import { toolDocument } from './tool-document.ts';

/** Each generated document: its path from the root, and what it holds when it is up to date. */
export const documents: readonly { path: string; write(): string }[] = [
  { path: 'docs/config.md', write: configDocument },
  { path: 'docs/errors.md', write: errorDocument },
  { path: 'docs/tools.md', write: toolDocument },
];
