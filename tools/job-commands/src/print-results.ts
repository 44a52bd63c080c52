import type { BatchStatusResponse, JobStatusResponse } from '@manga-assist/schemas/rest';
import { printable, type RestClient } from './rest-client.ts';
import type { DemoSeries } from './series.ts';

const INDENT = '    ';

/** The ended batch in one line, then a few results, of different analyses where there are. */
export async function printResults(client: RestClient, batch: BatchStatusResponse, series: readonly DemoSeries[], { most, json }: { most: number; json: boolean }): Promise<void> {
  const results = await Promise.all(chosen(batch, most).map(({ request_id: id }) => client.get<JobStatusResponse>(`/v1/manga/status/${id}`)));
  if (json) {
    process.stdout.write(`${JSON.stringify({ batch, results }, null, 2)}\n`);
    return;
  }
  const lines = [
    `${batch.counts.completed} of ${batch.item_count} completed in ${(batch.completed_at ?? Date.now() / 1_000) - batch.created_at} s for $${batch.estimated_cost_usd.toFixed(5)} (${batch.usage.input_tokens} tokens in, ${batch.usage.output_tokens} out)`,
    ...batch.items.filter(({ status }) => status !== 'completed').map((item) => `${item.status}: ${item.manga_id} ${item.analysis_type}${item.reason ? ` – ${item.reason.code}: ${item.reason.message}` : ''}`),
  ];
  for (const result of results) {
    const item = batch.items.find(({ request_id: id }) => id === result.request_id);
    const titles = series.find(({ mangaId }) => mangaId === item?.manga_id);
    lines.push('', `${titles ? `${titles.titleJa} (${titles.titleEn})` : item?.manga_id} – ${result.type}, by ${result.model ?? '?'}, $${(result.estimated_cost_usd ?? 0).toFixed(5)}`);
    lines.push(...JSON.stringify(result.result ?? result.result_url ?? null, null, 2).split('\n').map((line) => `${INDENT}${line}`));
  }
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

function chosen(batch: BatchStatusResponse, most: number): BatchStatusResponse['items'] {
  const completed = batch.items.filter(({ status }) => status === 'completed');
  const firstOfType = [...new Map([...completed].reverse().map((item) => [item.analysis_type, item] as const)).values()].reverse();
  return [...firstOfType, ...completed.filter((item) => !firstOfType.includes(item))].slice(0, most);
}
