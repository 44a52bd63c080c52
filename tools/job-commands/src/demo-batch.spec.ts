import { afterEach, describe, expect, it } from '@jest/globals';
import { RestApiDouble, type Asked } from './testing/rest-api-double.ts';
import { run } from './testing/run.ts';

const BATCH_ID = '0f3c7a5e-8d3b-4f39-9f63-0d6a3f0a9c11';

interface Item {
  manga_id: string;
  analysis_type: string;
}

let api: RestApiDouble | undefined;

afterEach(() => api?.close());

/** A REST API whose batch has one more item done each time it is looked at. */
async function growingBatch({ failedItems = 0, isEndless = false, isAway = (_asked: number): boolean => false } = {}): Promise<RestApiDouble> {
  let items: Item[] = [];
  let ended = 0;
  const statusOf = (index: number) => (index >= ended ? 'queued' : index < failedItems ? 'failed' : 'completed');
  let requests = 0;
  api = await new RestApiDouble(({ method, path, body }: Asked) => {
    if (isAway(++requests)) return { status: 503, body: { detail: 'The service cannot answer just now; try again.', code: 'jobs.unavailable', retryable: true } };
    if (method === 'POST') {
      items = (body as { items: Item[] }).items;
      return { status: 202, body: { message: 'Batch submitted', item_count: items.length, request_ids: [], batch_id: BATCH_ID, batch_url: `/v1/manga/batches/${BATCH_ID}` } };
    }
    if (path.startsWith('/v1/manga/status/')) return { body: { request_id: path.split('/').at(-1), type: 'content_summary', model: 'haiku', estimated_cost_usd: 0.001, result: { summary: '海賊の物語' } } };
    ended = isEndless ? 1 : Math.min(items.length, ended + 2);
    const statuses = items.map((_, index) => statusOf(index));
    const count = (status: string) => statuses.filter((one) => one === status).length;
    return {
      body: {
        batch_id: BATCH_ID,
        status: 'processing',
        item_count: items.length,
        counts: { queued: count('queued'), processing: 0, completed: count('completed'), failed: count('failed'), cancelled: 0, expired: 0 },
        created_at: 1_795_000_000,
        completed_at: 1_795_000_004,
        estimated_cost_usd: 0.01,
        usage: { input_tokens: 100, output_tokens: 20 },
        items: items.map((item, index) => ({ ...item, request_id: `job-${index}`, status: statusOf(index), ...(statusOf(index) === 'failed' && { reason: { code: 'jobs.unknown-series', message: 'There is no such series.' } }) })),
      },
    };
  }).start();
  return api;
}

describe('npm run demo:batch', () => {
  it('submits real series, shows progress and cost, and then some results', async () => {
    const { url, asked } = await growingBatch();

    const { code, stdout, stderr } = await run('demo-batch', ['--url', url, '--count', '6']);

    const submitted = asked[0]?.body as { items: Item[]; priority: string };
    expect(asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(submitted.priority).toBe('normal');
    expect(new Set(submitted.items.map(({ manga_id: id }) => id)).size).toBe(6);
    expect(submitted.items.every(({ manga_id: id }) => /^MNG-[A-Z0-9]{8}$/.test(id))).toBe(true);
    expect(new Set(submitted.items.map(({ analysis_type: type }) => type)).size).toBe(5);
    expect(stderr).toMatch(/2\/6 .*\n.*4\/6 .*\n.*6\/6 · 0 at work · 0 waiting · 120 tokens · \$0\.01000/);
    expect(stdout).toContain('6 of 6 completed in 4 s for $0.01000');
    expect(stdout.match(/海賊の物語/g)).toHaveLength(3);
    expect(code).toBe(0);
  });

  it('names what failed, and fails', async () => {
    const { url } = await growingBatch({ failedItems: 1 });

    const { code, stdout } = await run('demo-batch', ['--url', url, '--count', '2', '--results', '0']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/1 of 2 completed .*\nfailed: MNG-\w+ genre_classification – jobs\.unknown-series: There is no such series\./);
  });

  it('prints one JSON object when asked to', async () => {
    const { url } = await growingBatch();

    const { stdout } = await run('demo-batch', ['--url', url, '--count', '2', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ batch: { batch_id: BATCH_ID }, results: [{ model: 'haiku' }, { model: 'haiku' }] });
  });

  it('asks again while the API is away for a moment, and makes one batch of it', async () => {
    // The first two requests and some looks in between.
    const { url, asked } = await growingBatch({ isAway: (count) => count <= 2 || count === 4 || count === 5 });

    const { code, stdout } = await run('demo-batch', ['--url', url, '--count', '4', '--results', '0']);

    const posts = asked.filter(({ method }) => method === 'POST');
    expect([posts.length, new Set(posts.map(({ headers }) => headers['idempotency-key'])).size]).toEqual([3, 1]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('4 of 4 completed')]);
  });

  it('watches a batch that was submitted before', async () => {
    const { url, asked } = await growingBatch();
    await run('demo-batch', ['--url', url, '--count', '2', '--results', '0']);

    const { code } = await run('demo-batch', ['--url', url, '--watch', BATCH_ID, '--results', '0']);

    expect([code, asked.filter(({ method }) => method === 'POST').length]).toEqual([0, 1]);
  });

  it('stops watching on Ctrl-C and says how to look again', async () => {
    const { url } = await growingBatch({ isEndless: true });

    const { code, stderr } = await run('demo-batch', ['--url', url, '--count', '3'], { stopAfter: '1/3' });

    expect(code).toBe(130);
    expect(stderr).toContain(`npm run demo:batch -- --watch ${BATCH_ID}`);
  });

  it('says how to start the stack when nobody is there', async () => {
    expect(await run('demo-batch', ['--url', 'http://127.0.0.1:1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('npm start') });
  });
});
