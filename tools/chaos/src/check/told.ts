import { eventIdOf, type Job } from '@manga-assist/jobs';
import { finding, some, type Finding } from '../report.ts';
import type { ReceivedEvent } from '../webhook-receiver.ts';

interface Told {
  topic: ReadonlyMap<string, number>;
  webhooks: readonly ReceivedEvent[];
  unsigned: number;
}

/** What must be told of these jobs, by the id it is told under: the end of each by itself, and of each batch instead of its jobs. */
export function eventsOf(jobs: readonly Job[]): Map<string, { about: string; tenant: string }> {
  return new Map(
    jobs.map(({ jobId, status, batch, owner: { tenantId: tenant } }) => {
      const about = batch?.batchId ?? jobId;
      return [eventIdOf(about, batch ? 'batch.completed' : `job.${status}`), { about, tenant }];
    }),
  );
}

/** Every end was told on the topic and to its webhook, and nothing else was. */
export function checkTold(jobs: readonly Job[], { topic, webhooks, unsigned }: Told): Finding[] {
  const events = eventsOf(jobs);
  const tenants = new Map([...events.values()].map(({ about, tenant }) => [about, tenant]));
  const told = new Set(webhooks.map(({ webhookId }) => webhookId));
  const untold = [...events.keys()].filter((id) => !told.has(id));
  const strange = webhooks.filter(({ webhookId, about }) => events.get(webhookId)?.about !== about);
  const unheard = [...events.keys()].filter((id) => !topic.has(id));
  const surplus = [...topic.keys()].filter((id) => !events.has(id));
  const foreign = webhooks.filter(({ tenant, about }) => tenants.get(about) !== tenant);
  const messages = [...topic.values()].reduce((sum, times) => sum + times, 0);
  return [
    finding('   every end was told on the topic, and nothing else', unheard.length === 0 && surplus.length === 0, `${topic.size} events of ${events.size}, ${messages} messages`),
    finding('   every end was told to its webhook', untold.length === 0, `${events.size - untold.length} of ${events.size} ids${untold.length === 0 ? '' : `: not ${some(untold)}`}`),
    finding('   webhook ids are those of the jobs and batches, and signed', strange.length === 0 && unsigned === 0, `${webhooks.length} calls, ${told.size} ids, ${unsigned} with a bad signature`),
    finding('I6 nothing was told to another tenant', foreign.length === 0, `${webhooks.length} calls looked at`),
  ];
}
