import { afterEach, describe, expect, it } from '@jest/globals';
import { RestApiDouble, type Asked, type Told } from './testing/rest-api-double.ts';
import { run } from './testing/run.ts';

const LETTER = {
  message_id: '4b1f9c55-0d9e-4a7b-8c66-6f2c1d3e8a47',
  dead_letter_queue: 'manga-fm-dlq',
  source_queue: 'manga-fm-normal',
  job_id: '6f2c1d3e-8a47-4b1f-9c55-0d9e2a7b4c66',
  code: 'bedrock.unfit-answer',
  reason: 'The model gave an answer that cannot be used.',
  sent_at: 1_795_000_000,
  receive_count: 3,
};

let api: RestApiDouble | undefined;

afterEach(() => api?.close());

async function apiThat(answer: (asked: Asked) => Told): Promise<RestApiDouble> {
  api = await new RestApiDouble(answer).start();
  return api;
}

describe('npm run dlq', () => {
  it('lists what lies there, why, and how much there is', async () => {
    const { url, asked } = await apiThat(() => ({ body: { dead_letters: [LETTER], by_code: { [LETTER.code]: 1 }, waiting: { 'manga-fm-dlq': 1, 'manga-fm-ordered-dlq.fifo': 0 } } }));

    const { code, stdout } = await run('dlq', ['--url', url, 'list', '--code', LETTER.code, '--queue', 'manga-fm-normal', '--limit', '5']);

    expect([code, asked[0]?.path, asked[0]?.headers['x-api-key']]).toEqual([0, '/v1/admin/dead-letters?limit=5&code=bedrock.unfit-answer&source_queue=manga-fm-normal', 'local']);
    for (const word of [LETTER.message_id, LETTER.job_id, LETTER.code, LETTER.reason, '1 (manga-fm-dlq)']) expect(stdout).toContain(word);
  });

  it('finds the stack that PORT_OFFSET has moved', async () => {
    const { url, asked } = await apiThat(() => ({ body: { dead_letters: [], by_code: {}, waiting: {} } }));
    const port = Number(new URL(url).port);

    await run('dlq', ['list'], { environment: { REST_API_PORT: String(port - 7), PORT_OFFSET: '7' } });

    expect(asked).toHaveLength(1);
  });

  it('says so when there is nothing', async () => {
    const { url } = await apiThat(() => ({ body: { dead_letters: [], by_code: {}, waiting: {} } }));

    expect(await run('dlq', ['--url', url, 'list'])).toMatchObject({ code: 0, stdout: 'The dead-letter queues are empty.\n' });
  });

  it('shows one message whole, without the control characters in it', async () => {
    const { url } = await apiThat(() => ({ body: { ...LETTER, attributes: { Priority: 'normal' }, body: '\u001b[31m{"v":7}' } }));

    const { code, stdout } = await run('dlq', ['--url', url, 'inspect', LETTER.message_id]);

    expect(code).toBe(0);
    expect(stdout).toContain('Priority = normal');
    expect(stdout).toContain('[31m{"v":7}');
    expect(stdout).not.toContain('\u001b');
  });

  it('says what a dry run would send back', async () => {
    const messages = [{ message_id: LETTER.message_id, job_id: LETTER.job_id, source_queue: LETTER.source_queue, code: LETTER.code, outcome: 'would-redrive' }];
    const { url, asked } = await apiThat(() => ({ body: { redrive_id: 'red_1', dry_run: true, matched: 1, redriven: 0, failed: 0, messages } }));

    const { code, stdout } = await run('dlq', ['--url', url, 'redrive', '--id', LETTER.message_id, '--dry-run']);

    expect(asked[0]?.body).toEqual({ ids: [LETTER.message_id], limit: 100, per_second: 10, dry_run: true });
    expect([code, stdout.split('\n').at(-2)]).toEqual([0, '1 would be sent back. Nothing was.']);
  });

  it('asks for many in portions that each fit into a call, until there are no more', async () => {
    let left = 350;
    const { url, asked } = await apiThat(({ body }) => {
      const matched = Math.min(left, (body as { limit: number }).limit);
      left -= matched;
      return { body: { redrive_id: `red_${left}`, dry_run: false, matched, redriven: matched, failed: 0, messages: [] } };
    });

    const { code, stdout } = await run('dlq', ['--url', url, 'redrive', '--code', LETTER.code, '--limit', '1000']);

    expect(asked.map(({ body }) => (body as { limit: number }).limit)).toEqual([150, 150, 150]);
    expect([code, stdout]).toEqual([0, '350 of 350 sent back; written down as red_200, red_50, red_0.\n']);
  });

  it('says so when there may be more than it was to send back', async () => {
    const { url } = await apiThat(() => ({ body: { redrive_id: 'red_1', dry_run: true, matched: 2, redriven: 0, failed: 0, messages: [] } }));

    expect(await run('dlq', ['--url', url, 'redrive', '--code', LETTER.code, '--limit', '2', '--dry-run'])).toMatchObject({ stdout: '2 would be sent back. Nothing was. There may be more: --limit was 2.\n' });
  });

  it('fails when some could not be sent back', async () => {
    const { url } = await apiThat(() => ({ body: { redrive_id: 'red_1', dry_run: false, matched: 2, redriven: 1, failed: 1, messages: [] } }));

    expect(await run('dlq', ['--url', url, 'redrive', '--code', LETTER.code])).toMatchObject({ code: 1, stdout: '1 of 2 sent back, 1 could not be; written down as red_1.\n' });
  });

  it('repeats the API’s refusal with every problem', async () => {
    const problem = { detail: 'Validation failed', code: 'request.invalid', request_id: 'r-1', details: [{ path: 'code', message: 'must be an error code' }] };
    const { url } = await apiThat(() => ({ status: 400, body: problem }));

    const { code, stderr } = await run('dlq', ['--url', url, 'list', '--code', 'x']);

    expect([code, stderr]).toEqual([1, 'error: Validation failed (400 request.invalid, request r-1)\n  code: must be an error code\n']);
  });

  it.each([
    ['a redrive that does not say which', ['redrive'], 2, 'say which'],
    ['a limit of 0', ['list', '--limit', '0'], 2, 'from 1 to 1000'],
    ['an unknown command', ['purge'], 2, 'unknown command'],
    ['an address that is none', ['--url', 'localhost', 'list'], 2, 'must begin with http'],
    ['an address where nobody listens', ['--url', 'http://127.0.0.1:1', 'list'], 3, 'nobody answers'],
  ])('explains %s', async (_what, args, exitCode, words) => {
    const { code, stderr } = await run('dlq', args);

    expect(code).toBe(exitCode);
    expect(stderr).toContain(words);
  });
});
