import type { Accepted } from './accepted.ts';

/** What of the framework's reply an accepted request needs. */
export interface Reply {
  header(name: string, value: string): unknown;
}

/** Says so when the answer was given before. */
export function tellRepeated<Answer>(reply: Reply, { answer, isRepeated }: Accepted<Answer>): Answer {
  if (isRepeated) reply.header('idempotency-replayed', 'true');
  return answer;
}

/** 202: where to look, when to look first, and whether it had been accepted before. */
export function answerAccepted<Answer>(reply: Reply, accepted: Accepted<Answer>, locationOf: (answer: Answer) => string): Answer {
  reply.header('location', locationOf(accepted.answer));
  reply.header('retry-after', '1');
  return tellRepeated(reply, accepted);
}
