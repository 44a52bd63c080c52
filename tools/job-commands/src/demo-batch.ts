// A batch over real series, from submission to results: npm run demo:batch -- --help
import { ANALYSIS_TYPES, JOB_PRIORITIES, type AnalysisType, type JobPriority } from '@manga-assist/schemas/jobs';
import { Command, Option } from 'commander';
import { checkedConnection, usualUrl, wholeNumber, type ConnectionOptions } from './connection-options.ts';
import { EXIT } from './exit-codes.ts';
import { printResults } from './print-results.ts';
import { ProgressScreen } from './progress-screen.ts';
import { RestClient } from './rest-client.ts';
import { runCommand } from './run-command.ts';
import { allSeries, spread, type DemoSeries } from './series.ts';
import { submitBatch, watchBatch } from './watch-batch.ts';

const AFTER_HELP = `
Submits one batch to the REST API and shows how it goes: counts, cost, and at the end a few results.
Ctrl-C stops watching; the batch goes on, and --watch looks at it again.

Examples:
  npm run demo:batch
  npm run demo:batch -- --count 100 --type content_summary --priority high
  npm run demo:batch -- --watch 0f3c7a5e-8d3b-4f39-9f63-0d6a3f0a9c11

Exit codes: 0 all completed · 1 some failed, or the API refused · 2 wrong usage · 3 no API there · 130 stopped.`;

interface DemoOptions extends ConnectionOptions {
  count: number;
  type: AnalysisType | 'mixed';
  priority: JobPriority;
  callbackUrl?: string;
  results: number;
  watch?: string;
  json: boolean;
}

await runCommand((signal) =>
  new Command('demo:batch')
    .description('Analyses real series of the demo store, many at once.')
    .addOption(new Option('--count <number>', 'how many series').argParser(wholeNumber(1, 100)).default(40))
    .addOption(new Option('--type <type>', 'which analysis').choices([...ANALYSIS_TYPES, 'mixed']).default('mixed', 'each of the five in turn'))
    .addOption(new Option('--priority <priority>', 'which queue').choices(JOB_PRIORITIES).default('normal'))
    .option('--callback-url <url>', 'is told when the batch has ended')
    .addOption(new Option('--results <number>', 'how many results to show').argParser(wholeNumber(0, 100)).default(3))
    .option('--watch <batch-id>', 'submits nothing and watches this batch')
    .option('--json', 'prints the ended batch and the results as one JSON object', false)
    .option('--url <url>', 'the REST API (or REST_API_URL)', usualUrl(process.env))
    .option('--api-key <key>', 'a key with the scopes job:write and job:read', 'local')
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('Try --help.')
    .action(async (options: DemoOptions) => {
      const client = new RestClient({ ...checkedConnection(options), signal });
      const series = await allSeries();
      const batchId = options.watch ?? (await submitBatch(client, requestOf(spread(series, options.count), options), signal));
      // With --json the progress goes where nobody parses it.
      const screen = new ProgressScreen(process.stderr, batchId);
      const batch = await watchBatch(client, batchId, (state) => screen.show(state), signal).finally(() => screen.end());
      await printResults(client, batch, series, { most: options.results, json: options.json });
      if (batch.counts.completed < batch.item_count) process.exitCode = EXIT.failed;
    }),
);

function requestOf(series: readonly DemoSeries[], { type, priority, callbackUrl }: DemoOptions): object {
  const items = series.map(({ mangaId }, index) => ({
    manga_id: mangaId,
    analysis_type: type === 'mixed' ? (ANALYSIS_TYPES[index % ANALYSIS_TYPES.length] as AnalysisType) : type,
  }));
  return { items, priority, ...(callbackUrl && { callback_url: callbackUrl }) };
}
