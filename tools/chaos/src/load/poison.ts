import { ORDERED_QUEUE, QUEUE_OF_PRIORITY } from '@manga-assist/jobs';
import type { OutgoingMessage } from '@manga-assist/queues';
import { JOB_PATTERN, JOB_PRIORITIES } from '@manga-assist/schemas/jobs';
import type { SeededRandom } from '../random.ts';

const QUEUES = [...JOB_PRIORITIES.map((priority) => QUEUE_OF_PRIORITY[priority]), ORDERED_QUEUE];

type Poison = (number: number, random: SeededRandom) => Pick<OutgoingMessage, 'pattern' | 'body'>;

/** Messages that no worker can do anything with. Each body is another, so that it is known again. */
const KINDS: readonly Poison[] = [
  // Not JSON.
  (number) => ({ pattern: JOB_PATTERN, body: `poison ${number}: {"v":1,` }),
  // No object.
  (number) => ({ pattern: JOB_PATTERN, body: `[${number}]` }),
  // No version of ours.
  (number, random) => ({ pattern: JOB_PATTERN, body: JSON.stringify({ v: 2, job_id: random.uuid(), poison: number }) }),
  // No id.
  (number) => ({ pattern: JOB_PATTERN, body: JSON.stringify({ v: 1, job_id: `poison-${number}` }) }),
  // Somebody else's.
  (number) => ({ pattern: 'order.placed', body: JSON.stringify({ order: number }) }),
  // A job that does not exist.
  (_, random) => ({ pattern: JOB_PATTERN, body: JSON.stringify({ v: 1, job_id: random.uuid() }) }),
];

/** As many of every kind, over all queues. */
export function poison(count: number, random: SeededRandom): OutgoingMessage[] {
  return Array.from({ length: count }, (_, number) => {
    const kind = KINDS[number % KINDS.length] ?? random.pick(KINDS);
    const queueName = random.pick(QUEUES);
    return {
      ...kind(number, random),
      queueName,
      groupId: `stranger-${number}`,
      ...(queueName === ORDERED_QUEUE && { deduplicationId: `poison-${number}` }),
    };
  });
}
