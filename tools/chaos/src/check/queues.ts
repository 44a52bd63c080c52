import { ORDERED_QUEUE, QUEUE_OF_PRIORITY } from '@manga-assist/jobs';
import type { DeadLetter, OutgoingMessage } from '@manga-assist/queues';
import { finding, some, type Finding } from '../report.ts';
import { depthOf } from './stores.ts';

/** Everything that was poison is among the dead letters, with a reason, and nothing else is but what failed for good. */
export function checkDeadLetters(letters: readonly DeadLetter[], poison: readonly OutgoingMessage[], hopeless: ReadonlySet<string>): Finding[] {
  const bodies = new Set(letters.map(({ body }) => body));
  const poisonous = new Set(poison.map(({ body }) => body));
  const jobOf = ({ attributes }: DeadLetter): string => attributes['RequestId'] ?? '';
  const missing = [...poisonous].filter((body) => !bodies.has(body));
  const buried = new Set(letters.map(jobOf));
  const unburied = [...hopeless].filter((jobId) => !buried.has(jobId));
  const innocents = letters.filter((letter) => !poisonous.has(letter.body) && !hopeless.has(jobOf(letter)));
  const unexplained = letters.filter(({ code, reason }) => code === '' || reason === '');
  return [
    ...(poison.length === 0 ? [] : [finding('all poison is among the dead letters', missing.length === 0, `${poisonous.size - missing.length} of ${poisonous.size}`)]),
    finding('all jobs that failed for good are there', unburied.length === 0, `${hopeless.size - unburied.length} of ${hopeless.size}`),
    finding('no innocent is there, and each letter has a reason', innocents.length === 0 && unexplained.length === 0, innocents.length === 0 ? `${letters.length} letters` : some(innocents.map(({ body, code }) => `${body} ${code}`))),
  ];
}

export async function checkQueuesEmpty(): Promise<Finding> {
  const depths = await Promise.all([...Object.values(QUEUE_OF_PRIORITY), ORDERED_QUEUE].map(async (name) => ({ name, depth: (await depthOf(name)).all })));
  const left = depths.filter(({ depth }) => depth > 0);
  return finding('I8 the queues are empty', left.length === 0, left.length === 0 ? `${depths.length} queues` : some(left.map(({ name, depth }) => `${name} ${depth}`)));
}
