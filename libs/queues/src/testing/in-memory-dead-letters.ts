import type { DeadLetter, DeadLetterFilter, RedriveReport } from '../dead-letters.ts';
import { DeadLetters } from '../dead-letters.ts';
import { jobIdOf, matches, redriveReport, type RedrivenMessage } from '../dead-letter-rules.ts';

/** Dead letters that a test puts there. */
export class InMemoryDeadLetters extends DeadLetters {
  readonly letters: DeadLetter[];
  /** What went back to where it came from, in order. */
  readonly redriven: DeadLetter[] = [];

  constructor(letters: readonly DeadLetter[] = []) {
    super();
    this.letters = [...letters];
  }

  async list(filter: DeadLetterFilter, limit: number): Promise<readonly DeadLetter[]> {
    return this.letters.filter((letter) => matches(letter, filter)).slice(0, limit);
  }

  async redrive(filter: DeadLetterFilter, options: Parameters<DeadLetters['redrive']>[1], signal: AbortSignal): Promise<RedriveReport> {
    const messages: RedrivenMessage[] = [];
    for (const letter of await this.list(filter, options.limit)) {
      const jobId = jobIdOf(letter);
      const told = { messageId: letter.messageId, sourceQueue: letter.sourceQueue, code: letter.code, ...(jobId !== undefined && { jobId }) };
      if (options.isDryRun) {
        messages.push({ ...told, outcome: 'would-redrive' });
        continue;
      }
      const mayGo = letter.sourceQueue !== '' && (await Promise.resolve(options.beforeEach?.(letter, signal) ?? true).catch(() => false));
      if (mayGo) {
        this.letters.splice(this.letters.indexOf(letter), 1);
        this.redriven.push(letter);
      }
      messages.push({ ...told, outcome: mayGo ? 'redriven' : 'failed' });
    }
    return redriveReport(messages);
  }

  async close(): Promise<void> {}
}
