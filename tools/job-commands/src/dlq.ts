// The dead-letter queues from a terminal: npm run dlq -- --help
import { Command } from 'commander';
import { checkedConnection, usualUrl, wholeNumber, type ConnectionOptions } from './connection-options.ts';
import { inspect, list, redrive, redrives, type RedriveOptions } from './dead-letters.ts';
import { RestClient } from './rest-client.ts';
import { runCommand } from './run-command.ts';

const AFTER_HELP = `
Dead letters are messages that could not be worked on: poison, or jobs that failed three times. They
are sent back unchanged; a failed job is queued again first. Every redrive is written down with who did it.

Examples:
  npm run dlq -- list
  npm run dlq -- list --code bedrock.unfit-answer --json
  npm run dlq -- inspect 4b1f9c55-0d9e-4a7b-8c66-6f2c1d3e8a47
  npm run dlq -- redrive --code bedrock.unfit-answer --dry-run
  npm run dlq -- redrive --id 4b1f9c55-0d9e-4a7b-8c66-6f2c1d3e8a47
  npm run dlq -- redrives

Exit codes: 0 done · 1 some failed, or the API refused · 2 wrong usage · 3 no API there · 130 stopped.`;

interface ListOptions {
  code?: string;
  queue?: string;
  limit: number;
}

await runCommand((signal) => {
  const dlq = new Command('dlq')
    .description('Looks into the dead-letter queues and sends messages back.')
    .option('--url <url>', 'the REST API (or REST_API_URL)', usualUrl(process.env))
    .option('--api-key <key>', 'a key with the scopes admin:read and admin:write', 'local')
    .option('--json', 'prints what the API answers', false)
    .addHelpText('after', AFTER_HELP)
    .showHelpAfterError('Try --help.');
  const context = (): { client: RestClient; json: boolean } => {
    const { json, ...connection } = dlq.opts<ConnectionOptions & { json: boolean }>();
    return { client: new RestClient({ ...checkedConnection(connection), signal }), json };
  };
  dlq
    .command('list')
    .description('what lies there, and why')
    .option('--code <code>', 'only with this reason, such as bedrock.unfit-answer')
    .option('--queue <name>', 'only what came from this queue')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 1_000), 100)
    .action(({ code, queue, limit }: ListOptions) => list(context(), { code, sourceQueue: queue, limit }));
  dlq
    .command('inspect')
    .description('one message whole')
    .argument('<message-id>')
    .action((messageId: string) => inspect(context(), messageId));
  dlq
    .command('redrive')
    .description('sends messages back to where they came from')
    .option('--id <id...>', 'ids of messages or jobs')
    .option('--code <code>', 'all with this reason')
    .option('--queue <name>', 'all that came from this queue')
    .option('--limit <number>', 'at most so many', wholeNumber(1, 1_000), 100)
    .option('--per-second <number>', 'so many a second', wholeNumber(1, 100), 10)
    .option('--dry-run', 'says what would be sent, and sends nothing', false)
    .action((options: RedriveOptions) => redrive(context(), options));
  dlq
    .command('redrives')
    .description('who sent what back, and when')
    .action(() => redrives(context()));
  return dlq;
});
