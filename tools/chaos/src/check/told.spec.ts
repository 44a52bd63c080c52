import { describe, expect, it } from '@jest/globals';
import { eventIdOf, type Job } from '@manga-assist/jobs';
import { anEndedJob } from '@manga-assist/jobs/testing';
import type { ReceivedEvent } from '../webhook-receiver.ts';
import { checkTold, eventsOf } from './told.ts';

const ofBatch = (index: number): Job => anEndedJob({ batch: { batchId: 'batch-1', index } });
const jobs = [anEndedJob(), ofBatch(0), ofBatch(1)];

/** Everything that is to be told, told once. */
function told(): { topic: Map<string, number>; webhooks: ReceivedEvent[]; unsigned: number } {
  const events = [...eventsOf(jobs)];
  return {
    topic: new Map(events.map(([id]) => [id, 1])),
    webhooks: events.map(([webhookId, { about, tenant }]) => ({ webhookId, type: '', about, tenant, atMs: 0 })),
    unsigned: 0,
  };
}

const wrong = (run: ReturnType<typeof told>): string[] => checkTold(jobs, run).filter(({ isOk }) => !isOk).map(({ name }) => name.trim());

describe('the check of what was told', () => {
  it('finds nothing where each job and each batch was told of', () => {
    expect([...eventsOf(jobs).values()].map(({ about }) => about)).toEqual([jobs[0]?.jobId, 'batch-1']);
    expect(wrong(told())).toEqual([]);
  });

  it('finds the end of a batch that was told to nobody, on the topic or to its webhook', () => {
    const [{ topic, ...run }, id] = [told(), eventIdOf('batch-1', 'batch.completed')];
    topic.delete(id);

    expect(wrong({ ...run, topic })).toEqual(['every end was told on the topic, and nothing else']);
    expect(wrong({ ...told(), webhooks: run.webhooks.filter(({ webhookId }) => webhookId !== id) })).toEqual(['every end was told to its webhook']);
  });

  it('finds a job of a batch that was told of by itself', () => {
    const id = eventIdOf(jobs[1]?.jobId ?? '', 'job.completed');

    expect(wrong({ ...told(), topic: told().topic.set(id, 1) })).toEqual(['every end was told on the topic, and nothing else']);
    expect(wrong({ ...told(), webhooks: [...told().webhooks, { webhookId: id, type: 'job.completed', about: jobs[1]?.jobId ?? '', tenant: 'store', atMs: 0 }] })).toContain('webhook ids are those of the jobs and batches, and signed');
  });

  it('finds the end of a batch that another tenant was told of', () => {
    const webhooks = told().webhooks.map((event) => (event.about === 'batch-1' ? { ...event, tenant: 'partner' } : event));

    expect(wrong({ ...told(), webhooks })).toEqual(['I6 nothing was told to another tenant']);
  });
});
