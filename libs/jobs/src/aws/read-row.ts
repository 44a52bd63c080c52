import type { UnreadableRow } from '../job-store.ts';
import type { Row } from './table-rows.ts';

/** The version of the shape in which rows are written here. A higher one is written by code that is newer than this. */
export const ROW_VERSION = 1;

export type RowRead<T> = { isReadable: true; value: T } | ({ isReadable: false } & UnreadableRow);

/** One row at a time, so that none that cannot be read keeps the others from being looked at. */
export function readRow<T>(row: Row, read: (row: Row) => T): RowRead<T> {
  const version = Number(row['v']);
  if (version > ROW_VERSION) return { isReadable: false, isNewer: true, problem: `its shape is version ${version}, and this code knows up to ${ROW_VERSION}` };
  try {
    return { isReadable: true, value: read(row) };
  } catch (error) {
    // The kind of the error alone: its text may repeat what the row holds.
    return { isReadable: false, isNewer: false, problem: `reading it ends in a ${error instanceof Error ? error.name : typeof error}` };
  }
}
