import type { ServerFrame, TurnUsageFrame } from '@manga-assist/schemas/chat';

export interface Terminal {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  /** As in NO_COLOR: any value but the empty one means no. */
  noColor: string | undefined;
}

/** What is shown of a turn's frames as they come. */
export interface AnswerPrinter {
  show(frame: ServerFrame): void;
}

/** One frame per line, as the gateway sent it. */
export class JsonPrinter implements AnswerPrinter {
  constructor(private readonly terminal: Terminal) {}

  show(frame: ServerFrame): void {
    this.terminal.stdout.write(`${JSON.stringify(frame)}\n`);
  }
}

// Everything a terminal would obey instead of show; line feeds and tabs stay.
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

/** The answer on standard output; what happened meanwhile, dimmed, on standard error. */
export class TextPrinter implements AnswerPrinter {
  readonly #terminal: Terminal;
  readonly #isDimmed: boolean;
  #isMidLine = false;
  #conversationId = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#isDimmed = terminal.stderr.isTTY === true && !terminal.noColor;
  }

  show(frame: ServerFrame): void {
    switch (frame.type) {
      case 'turn.started':
        this.#conversationId = frame.conversation_id;
        break;
      case 'turn.tool':
        this.#note(`${{ started: '…', finished: '✓', failed: '✗' }[frame.state]} ${frame.name}`);
        break;
      case 'token':
        this.#terminal.stdout.write(frame.data.replace(CONTROLS, ''));
        this.#isMidLine = !frame.data.endsWith('\n');
        break;
      case 'turn.usage':
        this.#endLine();
        this.#note(this.#costLine(frame));
        break;
      case 'complete':
        this.#endLine();
        if (frame.stop_reason === 'max_tokens') this.#note('the answer was cut at its token limit');
        break;
      case 'turn.cancelled':
        this.#endLine();
        this.#note(`stopped · ${frame.usage.input_tokens} + ${frame.usage.output_tokens} tokens (${frame.usage_source}) · conversation ${this.#conversationId}`);
        break;
      case 'error':
        this.#endLine();
        break;
      default:
        break;
    }
  }

  #costLine(usage: TurnUsageFrame): string {
    const parts = [
      `${usage.model}${usage.degraded ? ' (degraded)' : ''}`,
      `${usage.rounds} ${usage.rounds === 1 ? 'round' : 'rounds'}`,
      `${usage.usage.input_tokens} + ${usage.usage.output_tokens} tokens`,
      `$${usage.estimated_cost_usd.toFixed(6)}`,
      `first token ${usage.first_token_ms} ms`,
      `${(usage.latency_ms / 1_000).toFixed(1)} s`,
      `conversation ${this.#conversationId}`,
    ];
    return parts.join(' · ');
  }

  #note(text: string): void {
    // On one screen the note must not stand in the middle of the answer.
    if (this.#isMidLine && this.#terminal.stdout.isTTY === true) this.#endLine();
    this.#terminal.stderr.write(this.#isDimmed ? `\u001b[2m${text}\u001b[22m\n` : `${text}\n`);
  }

  #endLine(): void {
    if (this.#isMidLine) this.#terminal.stdout.write('\n');
    this.#isMidLine = false;
  }
}
