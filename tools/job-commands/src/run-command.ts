import { CommanderError, type Command } from 'commander';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * Runs a command line to its end and sets the exit code. Ctrl-C fires the signal; a second one leaves
 * at once. What the command throws is printed as a sentence.
 */
export async function runCommand(make: (signal: AbortSignal) => Command): Promise<void> {
  const stop = new AbortController();
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(EXIT.stopped);
    stop.abort();
  });
  // Whoever reads may leave early (`| head`); that is no failure.
  process.stdout.on('error', () => process.exit(EXIT.done));
  try {
    await make(stop.signal).exitOverride().parseAsync(process.argv);
  } catch (error) {
    // commander has said what is wrong.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    else if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.exitCode;
    } else throw error;
  }
}
