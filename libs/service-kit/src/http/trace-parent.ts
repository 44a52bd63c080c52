import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** W3C Trace Context, level 1: version, trace id, parent id, flags. Ids of zeros alone are none. */
const WELL_FORMED = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACE_ID_BYTES = 16;
const PARENT_ID_BYTES = 8;

/** The caller's `traceparent` when it is well-formed, else that of a trace which begins here and which nobody samples. */
export function traceParentOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['traceparent'];
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given;
  return `00-${randomBytes(TRACE_ID_BYTES).toString('hex')}-${randomBytes(PARENT_ID_BYTES).toString('hex')}-00`;
}
