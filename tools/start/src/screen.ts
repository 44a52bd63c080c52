import { readableLogLine } from './readable-log-line.ts';

export interface ScreenOptions {
  hasColour: boolean;
  /** Log lines go out as they come, for a program to read. */
  isRaw: boolean;
  /** The longest process name, so that lines stand under each other. */
  nameWidth: number;
}

const COLOURS = [36, 35, 33, 32, 34, 96, 95, 93, 92, 94];

/** What the person sees: every line with the name of its process before it. */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #options: ScreenOptions;
  readonly #colours = new Map<string, number>();

  constructor(write: (text: string) => void, options: ScreenOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** A line that a process printed. */
  line(name: string, line: string): void {
    if (this.#options.isRaw && line.startsWith('{')) {
      this.#write(`${line}\n`);
      return;
    }
    const text = readableLogLine(line, this.#options.hasColour);
    for (const part of text.split('\n')) this.#write(`${this.#prefix(name)} ${part}\n`);
  }

  /** A word of the supervisor about a process. */
  say(name: string, text: string): void {
    this.#write(`${this.#prefix(name)} ${this.#options.hasColour ? `\u001b[2m${text}\u001b[22m` : text}\n`);
  }

  #prefix(name: string): string {
    const padded = name.padEnd(this.#options.nameWidth);
    if (!this.#options.hasColour) return `${padded} |`;
    const colour = this.#colours.get(name) ?? COLOURS[this.#colours.size % COLOURS.length] ?? 39;
    this.#colours.set(name, colour);
    return `\u001b[${colour}m${padded} |\u001b[39m`;
  }
}
