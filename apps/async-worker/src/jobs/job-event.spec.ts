import { describe, expect, it } from '@jest/globals';
import type { EndedJob } from '@manga-assist/jobs';
import { aJob } from '../testing/a-job.ts';
import { jobEvent, jobNotification } from './job-event.ts';

const ended = (about: Partial<EndedJob> = {}): EndedJob => ({
  ...aJob('reading_level', { manga_id: 'MNG-SEABLADE' }),
  status: 'completed',
  endedAtMs: Date.UTC(2026, 10, 1, 0, 0, 5, 500),
  outcome: { resultKey: 'results/store/x/1.json', resultBytes: 20, inlineResult: { reading_level: 'teen' }, model: 'haiku', usage: { inputTokens: 7, outputTokens: 3 }, costUsd: 0.001 },
  metadata: { ticket: 'T-1' },
  ...about,
});

describe('the event of a job’s end', () => {
  it('says how it ended, what it used and where the result is read', () => {
    expect(jobEvent(ended())).toEqual({
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      type: 'job.completed',
      timestamp: '2026-11-01T00:00:05.500Z',
      data: {
        request_id: '0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01',
        status: 'completed',
        type: 'reading_level',
        priority: 'normal',
        manga_id: 'MNG-SEABLADE',
        created_at: 1_793_491_200,
        completed_at: 1_793_491_205,
        model: 'haiku',
        usage: { input_tokens: 7, output_tokens: 3 },
        estimated_cost_usd: 0.001,
        result: { reading_level: 'teen' },
        result_url: '/v1/manga/status/0b5c1f5e-54f7-4c55-9d4c-0d0e6f6f2a01',
        metadata: { ticket: 'T-1' },
      },
    });
  });

  it('is the same however often it is told, and another one for another end', () => {
    const failed = ended({ status: 'failed', outcome: undefined, reason: { code: 'bedrock.unfit-answer', message: 'No.' } });

    expect(jobEvent(ended())).toEqual(jobEvent(ended()));
    expect(jobEvent(failed)).toMatchObject({ type: 'job.failed', data: { reason: { code: 'bedrock.unfit-answer', message: 'No.' } } });
    expect(jobEvent(failed).id).not.toBe(jobEvent(ended()).id);
    expect(jobEvent(failed).data).not.toHaveProperty('usage');
  });

  it('tells the topic whose it is, with attributes to filter by and its trace', () => {
    const { body, attributes } = jobNotification(ended({ batch: { batchId: '8d0e6f6f-54f7-4c55-9d4c-0d0e6f6f2a01', index: 3 } }));

    expect(JSON.parse(body)).toMatchObject({ v: 1, owner: { tenant_id: 'store', subject: 'merchandiser-1' }, type: 'job.completed', data: { status: 'completed' } });
    expect(attributes).toEqual({ event_type: 'job.completed', tenant_id: 'store', job_type: 'reading_level', status: 'completed', priority: 'normal', batch_id: '8d0e6f6f-54f7-4c55-9d4c-0d0e6f6f2a01', trace_parent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
  });
});
