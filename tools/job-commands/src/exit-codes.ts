/** What the commands' exit codes say; part of their interface, listed in `--help`. */
export const EXIT = {
  done: 0,
  /** Some of the work failed, or the API refused. */
  failed: 1,
  usage: 2,
  notRunning: 3,
  /** As shells have it for Ctrl-C. */
  stopped: 130,
} as const;

/** Ends the command with a sentence for the person and a code for the script. */
export class CommandError extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
    /** The same call may well succeed in a moment. */
    readonly isPassing: boolean = false,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
