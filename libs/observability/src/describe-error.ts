import { AppError } from '@manga-assist/foundation';

/** A chain longer than this is a circle or an accident. */
const MOST_CAUSES = 5;
const MOST_FRAMES = 12;

/**
 * An error as it may be logged: kind, code, names and stacks, down the chain of causes.
 *
 * Messages are shown only where they are known to hold no input: our own errors, the engine's type
 * and range errors, and failed system calls. JSON.parse and vendors quote what they were given.
 */
export function describeError(error: unknown, remainingCauses = MOST_CAUSES): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const described: Record<string, unknown> = { name: error.name };
  if (error instanceof AppError) {
    described['kind'] = error.kind;
    const details = primitivesOf(error.details);
    if (details !== undefined) described['details'] = details;
  }
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' || typeof code === 'number') described['code'] = code;
  if (hasSafeMessage(error)) described['message'] = error.message;
  described['stack'] = framesOf(error);
  if (error.cause !== undefined && remainingCauses > 0) described['cause'] = describeError(error.cause, remainingCauses - 1);
  return described;
}

function hasSafeMessage(error: Error): boolean {
  if (error instanceof AppError || 'syscall' in error) return true;
  const isEngineError = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  // Node's argument errors (ERR_INVALID_ARG_VALUE …) have a code and quote the argument.
  return isEngineError && !('code' in error);
}

/** The lines that say where, without the first one, which repeats the message. */
function framesOf(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, MOST_FRAMES)
    .map((line) => line.trim())
    .join('\n');
}

/** Nested objects in details are left out: nobody can say what they hold. */
function primitivesOf(details: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const kept = Object.entries(details).filter(([, value]) => value === null || ['string', 'number', 'boolean'].includes(typeof value));
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
