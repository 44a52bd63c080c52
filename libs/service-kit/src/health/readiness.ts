import type { ReadinessChecks } from './readiness-checks.ts';

const CHECK_TIMEOUT_MS = 1_000;

export interface ReadinessReport {
  status: 'ready' | 'not-ready' | 'draining';
  checks: Record<string, 'ok' | 'failed'>;
}

/** Asks all checks at once, and once for all who ask meanwhile: the address is open to anybody. */
export class Readiness {
  readonly #checks: ReadinessChecks['checks'];
  readonly #isDraining: () => boolean;
  #running: Promise<Record<string, 'ok' | 'failed'>> | undefined;

  constructor(checks: ReadinessChecks | undefined, isDraining: () => boolean) {
    this.#checks = checks?.checks ?? {};
    this.#isDraining = isDraining;
  }

  async report(): Promise<ReadinessReport> {
    if (this.#isDraining()) return { status: 'draining', checks: {} };
    this.#running ??= this.#runChecks().finally(() => (this.#running = undefined));
    const checks = await this.#running;
    const isReady = Object.values(checks).every((outcome) => outcome === 'ok');
    return { status: this.#isDraining() ? 'draining' : isReady ? 'ready' : 'not-ready', checks };
  }

  async #runChecks(): Promise<Record<string, 'ok' | 'failed'>> {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const outcomes = Object.entries(this.#checks).map(async ([name, check]) => [name, await outcomeOf(check, signal)] as const);
    return Object.fromEntries(await Promise.all(outcomes));
  }
}

/** A check that ignores its signal is given up on all the same. */
async function outcomeOf(check: (signal: AbortSignal) => Promise<boolean>, signal: AbortSignal): Promise<'ok' | 'failed'> {
  const tooLate = new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
  const answer = Promise.resolve()
    .then(() => check(signal))
    .catch(() => false);
  return (await Promise.race([answer, tooLate])) ? 'ok' : 'failed';
}
