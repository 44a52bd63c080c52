import type { DeadLetter, DeadLetterFilter, RedriveReport } from './dead-letters.ts';

/** The job a message is about, by the attribute every claim check carries or else by its body. */
export function jobIdOf({ attributes, body }: Pick<DeadLetter, 'attributes' | 'body'>): string | undefined {
  if (attributes['RequestId'] !== undefined) return attributes['RequestId'];
  try {
    const value: unknown = JSON.parse(body);
    const jobId = typeof value === 'object' && value !== null && 'job_id' in value ? value.job_id : undefined;
    return typeof jobId === 'string' ? jobId : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the letter fits everything the filter says. */
export function matches(letter: DeadLetter, { ids, code, sourceQueue }: DeadLetterFilter): boolean {
  if (code !== undefined && letter.code !== code) return false;
  if (sourceQueue !== undefined && letter.sourceQueue !== sourceQueue) return false;
  if (ids === undefined) return true;
  const jobId = jobIdOf(letter);
  return ids.includes(letter.messageId) || (jobId !== undefined && ids.includes(jobId));
}

export type RedrivenMessage = RedriveReport['messages'][number];

export function redriveReport(messages: readonly RedrivenMessage[]): RedriveReport {
  const count = (outcome: RedrivenMessage['outcome']) => messages.filter((message) => message.outcome === outcome).length;
  return { matched: messages.length, redriven: count('redriven'), failed: count('failed'), messages };
}
