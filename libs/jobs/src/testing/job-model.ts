import { isTerminal, type JobStatus } from '@manga-assist/schemas/jobs';

/** The rules of one job's life in as few lines as they can be written, to judge stores by. */
export class JobModel {
  status: JobStatus = 'queued';
  attempt = 0;
  failures = 0;
  unended = 0;
  leaseUntilMs = 0;
  isCancelRequested = false;
  pendingSteps = 0;

  constructor(private expiresAtMs: number) {}

  claim(nowMs: number, leaseMs: number): string {
    if (isTerminal(this.status)) return 'ended';
    if (this.#isLeased(nowMs)) return 'leased';
    if (this.isCancelRequested) return this.#end('cancelled', 'ended');
    if (this.expiresAtMs <= nowMs) return this.#end('expired', 'expired');
    if (this.unended >= 10) return this.#end('failed', 'given-up');
    Object.assign(this, { status: 'processing', attempt: this.attempt + 1, unended: this.unended + 1, leaseUntilMs: nowMs + leaseMs });
    return 'claimed';
  }

  heartbeat(attempt: number, nowMs: number, leaseMs: number): string {
    if (!this.#isHeldBy(attempt)) return 'lost';
    this.leaseUntilMs = nowMs + leaseMs;
    return this.isCancelRequested ? 'cancel-requested' : 'continue';
  }

  complete(attempt: number): boolean {
    if (this.#isHeldBy(attempt)) this.#end('completed', '');
    return this.status === 'completed' && this.attempt === attempt;
  }

  fail(attempt: number, isFinal: boolean): string {
    if (this.#isHeldBy(attempt)) {
      this.failures++;
      if (isFinal || this.failures >= 3) return this.#end('failed', 'failed');
      this.#giveBack();
      return 'queued';
    }
    if (this.attempt !== attempt) return 'lost';
    if (this.status === 'queued' && !isFinal) return 'queued';
    return this.status === 'failed' ? 'failed' : 'lost';
  }

  release(attempt: number): boolean {
    if (this.#isHeldBy(attempt)) this.#giveBack();
    return this.status === 'queued' && this.attempt === attempt;
  }

  confirmCancelled(attempt: number): boolean {
    if (this.#isHeldBy(attempt)) this.#end('cancelled', '');
    return this.status === 'cancelled' && this.attempt === attempt;
  }

  cancel(): void {
    if (this.status === 'queued') this.#end('cancelled', '');
    if (this.status === 'processing') this.isCancelRequested = true;
  }

  requeue(nowMs: number): boolean {
    if (this.status !== 'failed') return false;
    const expiresAtMs = Math.max(this.expiresAtMs, nowMs + 86_400_000);
    Object.assign(this, { status: 'queued', failures: 0, unended: 0, isCancelRequested: false, pendingSteps: 0, expiresAtMs });
    return true;
  }

  stepsDone(attempt: number): void {
    if (isTerminal(this.status) && this.attempt === attempt) this.pendingSteps = 0;
  }

  #isHeldBy(attempt: number): boolean {
    return this.status === 'processing' && this.attempt === attempt;
  }

  #isLeased(nowMs: number): boolean {
    return this.status === 'processing' && this.leaseUntilMs + 5_000 > nowMs;
  }

  #end(status: JobStatus, answer: string): string {
    Object.assign(this, { status, pendingSteps: 3 });
    return answer;
  }

  #giveBack(): void {
    Object.assign(this, { status: 'queued', unended: this.unended - 1 });
  }
}
