import type { RepeatedAnswer } from './idempotent-requests.ts';

/** What of the framework's reply an accepted request needs. */
export interface Reply {
  header(name: string, value: string): unknown;
}

/** 202: where to look, when to look first, and whether it had been accepted before. */
export function answerAccepted<Answer>(reply: Reply, { answer, isReplayed }: RepeatedAnswer<Answer>, locationOf: (answer: Answer) => string): Answer {
  reply.header('location', locationOf(answer));
  reply.header('retry-after', '1');
  if (isReplayed) reply.header('idempotency-replayed', 'true');
  return answer;
}
