/** What the command's exit code says; part of its interface, listed in `--help`. */
export const EXIT = {
  answered: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  /** As shells have it for Ctrl-C. */
  stopped: 130,
} as const;

/** Ends the command with a sentence for the person and a code for the script. */
export class AskError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'AskError';
  }
}
