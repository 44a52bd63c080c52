import { ORDERED_QUEUE, QUEUE_OF_PRIORITY, type Job } from '@manga-assist/jobs';
import type { DeadLetter, OutgoingMessage } from '@manga-assist/queues';
import { finding, some, type Finding } from '../report.ts';
import { jobIn } from './job-lines.ts';
import { depthOf, MOST_DEAD_LETTERS } from './stores.ts';

interface Burials {
  letters: readonly DeadLetter[];
  poison: readonly OutgoingMessage[];
  /** Jobs that were made to fail. */
  hopeless: ReadonlySet<string>;
  jobs: ReadonlyMap<string, Job>;
}

/** Everything that was poison is among the dead letters, with a reason, and nothing else is but what failed for good. */
export function checkDeadLetters({ letters, poison, hopeless, jobs }: Burials): Finding[] {
  const bodies = new Set(letters.map(({ body }) => body));
  const poisonous = new Set(poison.map(({ body }) => body));
  const jobOf = ({ attributes }: DeadLetter): string => attributes['RequestId'] ?? '';
  const rowOf = (jobId: string): string => {
    const job = jobs.get(jobId);
    return job ? jobIn(job) : `${jobId} of no known job`;
  };
  const missing = [...poisonous].filter((body) => !bodies.has(body));
  const buried = new Set(letters.map(jobOf));
  const unburied = [...hopeless].filter((jobId) => !buried.has(jobId));
  const innocents = letters.filter((letter) => !poisonous.has(letter.body) && !hopeless.has(jobOf(letter)));
  const unexplained = letters.filter(({ code, reason }) => code === '' || reason === '');
  const wrong = [...innocents, ...unexplained].map((letter) => `${letter.code || 'no code'} from ${letter.sourceQueue}: ${rowOf(jobOf(letter))}`);
  return [
    ...(poison.length === 0 ? [] : [finding('all poison is among the dead letters', missing.length === 0, `${poisonous.size - missing.length} of ${poisonous.size}`)]),
    finding('all jobs that failed for good are there', unburied.length === 0, `${hopeless.size - unburied.length} of ${hopeless.size}${unburied.length === 0 ? '' : `: not ${some(unburied.map(rowOf))}`}`),
    finding('no innocent is there, and each letter has a reason', wrong.length === 0, wrong.length === 0 ? `${letters.length} letters` : some(wrong)),
    finding('   and all of them were looked at', letters.length < MOST_DEAD_LETTERS, `${letters.length} of ${MOST_DEAD_LETTERS} that can be`),
  ];
}

export async function checkQueuesEmpty(): Promise<Finding> {
  const depths = await Promise.all([...Object.values(QUEUE_OF_PRIORITY), ORDERED_QUEUE].map(async (name) => ({ name, depth: await depthOf(name) })));
  const left = depths.filter(({ depth }) => depth > 0);
  return finding('I8 the queues are empty', left.length === 0, left.length === 0 ? `${depths.length} queues` : some(left.map(({ name, depth }) => `${name} ${depth}`)));
}
