import type { BatchStatusResponse } from '@manga-assist/schemas/rest';

const BAR = 24;

/** What a progress line is written to; a terminal has it redrawn in place. */
export interface Screen {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** One line that grows, on a terminal; elsewhere a line for every change. */
export class ProgressScreen {
  readonly #screen: Screen;
  readonly #startedMs = performance.now();
  #last = '';

  constructor(screen: Screen, batchId: string) {
    this.#screen = screen;
    screen.write(`batch ${batchId}\n`);
  }

  show(batch: BatchStatusResponse): void {
    const line = progressLine(batch);
    if (line === this.#last && !this.#screen.isTTY) return;
    this.#last = line;
    const elapsed = `${((performance.now() - this.#startedMs) / 1_000).toFixed(1)} s`;
    this.#screen.write(this.#screen.isTTY ? `\r\u001b[2K${line}  ${elapsed}` : `${line}  ${elapsed}\n`);
  }

  end(): void {
    if (this.#screen.isTTY) this.#screen.write('\n');
  }
}

export function progressLine({ item_count: all, counts, estimated_cost_usd: costUsd, usage }: BatchStatusResponse): string {
  const ended = all - counts.queued - counts.processing;
  const filled = Math.round((ended / all) * BAR);
  const others = (['failed', 'cancelled', 'expired'] as const).filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${status}`);
  const parts = [`${ended}/${all}`, `${counts.processing} at work`, `${counts.queued} waiting`, ...others, `${usage.input_tokens + usage.output_tokens} tokens`, `$${costUsd.toFixed(5)}`];
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${parts.join(' · ')}`;
}
