import { describe, expect, it } from '@jest/globals';
import { JOB_TYPES } from '@manga-assist/schemas/jobs';
import type { JobHandler } from './job-handler.ts';
import { inputOf, JobHandlers } from './job-handlers.ts';

const handlerOf = (...types: string[]): JobHandler => ({ types }) as unknown as JobHandler;

describe('who does which job', () => {
  it('is known for every type', () => {
    const all = handlerOf(...JOB_TYPES);

    expect(JOB_TYPES.map((type) => new JobHandlers([all]).for({ type }))).toEqual(JOB_TYPES.map(() => all));
  });

  it('must be somebody, and one alone', () => {
    expect(() => new JobHandlers([handlerOf('prompt')])).toThrow(/nobody does genre_classification/);
    expect(() => new JobHandlers([handlerOf(...JOB_TYPES), handlerOf('prompt')])).toThrow(/two handlers do prompt/);
  });

  it('may be a newer release, which is waited for', () => {
    expect(() => new JobHandlers([handlerOf(...JOB_TYPES)]).for({ type: 'dream' as never })).toThrow(expect.objectContaining({ kind: 'unavailable', code: 'jobs.unknown-type', retryAfterMs: 60_000 }));
  });
});

describe('the input of a job', () => {
  it('is read as its type wants it: fields of a newer door are left out, defaults filled in', () => {
    expect({ ...inputOf({ type: 'heavy_analysis', input: { manga_id: 'MNG-SEABLADE', mood: 'new' } as never }) }).toEqual({ manga_id: 'MNG-SEABLADE', language: 'en' });
  });

  it('that does not fit is refused, saying where', () => {
    expect(() => inputOf({ type: 'reading_level', input: { manga_id: '<script>' } })).toThrow(expect.objectContaining({ kind: 'invalid', code: 'jobs.invalid-input', problems: [expect.objectContaining({ path: 'manga_id' })] }));
  });
});
