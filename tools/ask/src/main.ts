import { text } from 'node:stream/consumers';
import { JsonPrinter, TextPrinter } from './answer-printer.ts';
import { ask } from './ask.ts';
import { AskError, EXIT } from './exit-codes.ts';
import { readOptions } from './options.ts';

const stop = new AbortController();
process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(EXIT.stopped);
  stop.abort();
});
// Whoever reads the answer may leave early (`| head`); that is no failure.
process.stdout.on('error', () => process.exit(EXIT.answered));

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) return EXIT.answered;
  const question = (options.question === '-' ? await text(process.stdin) : options.question).trim();
  if (question === '') throw new AskError(EXIT.usage, 'error: there is no question');
  const terminal = { stdout: process.stdout, stderr: process.stderr, noColor: process.env['NO_COLOR'] };
  return ask({ ...options, question }, options.json ? new JsonPrinter(terminal) : new TextPrinter(terminal), stop.signal);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof AskError ? error.message : error);
  process.exitCode = error instanceof AskError ? error.exitCode : EXIT.failed;
}
