import type { SeededRandom } from '../random.ts';
import type { Accepted } from './accepted.ts';

/** The tenant of the laptop's API key. */
export const DOOR_OWNER = { tenantId: 'store', subject: 'demo-customer-1' };
const API_KEY = 'local';
const ANSWER_WITHIN_MS = 10_000;

interface Asked {
  key: string;
  path: string;
  body: object;
  /** What it was answered: the ids of the jobs that it made, and of the batch that they are. */
  jobIds?: readonly string[];
  batchId?: string;
}

/** A partner of rest-api: asks with an Idempotency-Key, and asks again when it has heard nothing. */
export class HttpDoor {
  readonly #asked: Asked[] = [];
  readonly #random: SeededRandom;
  readonly #mangaIds: readonly string[];
  /** Answers that a partner should not get. */
  readonly strange: string[] = [];

  constructor(random: SeededRandom, mangaIds: readonly string[]) {
    this.#random = random;
    this.#mangaIds = mangaIds;
  }

  get accepted(): Accepted[] {
    return this.#asked.flatMap(({ jobIds = [] }) => jobIds.map((jobId) => ({ jobId, owner: DOOR_OWNER })));
  }

  /** Ids whose end a webhook must tell. */
  get told(): string[] {
    return this.#asked.flatMap(({ jobIds = [], batchId }) => (batchId === undefined ? jobIds : [batchId]));
  }

  get asked(): number {
    return this.#asked.length;
  }

  get unanswered(): number {
    return this.#asked.filter(({ jobIds }) => jobIds === undefined).length;
  }

  /** Some jobs and some batches at the same moment. */
  async askForMany(url: string): Promise<void> {
    await Promise.all([this.#askForJob(url), this.#askForBatch(url), this.#askForJob(url), this.#askForBatch(url)]);
  }

  /** Everything that was never answered, once more. */
  async askAgain(url: string): Promise<void> {
    for (const asked of this.#asked.filter(({ jobIds }) => jobIds === undefined)) await this.#send(url, asked);
  }

  async #askForJob(url: string): Promise<void> {
    await this.#ask(url, { key: this.#random.uuid(), path: '/v1/manga/requests', body: { type: 'content_summary', input: { manga_id: this.#random.pick(this.#mangaIds) } } });
  }

  /** Of three. */
  async #askForBatch(url: string): Promise<void> {
    const items = ['genre_classification', 'content_summary', 'reading_level'].map((analysis_type) => ({ manga_id: this.#random.pick(this.#mangaIds), analysis_type }));
    await this.#ask(url, { key: this.#random.uuid(), path: '/v1/manga/batch', body: { items } });
  }

  async #ask(url: string, asked: Asked): Promise<void> {
    this.#asked.push(asked);
    await this.#send(url, asked);
  }

  async #send(url: string, asked: Asked): Promise<void> {
    try {
      const response = await fetch(`${url}${asked.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': API_KEY, 'idempotency-key': asked.key },
        body: JSON.stringify(asked.body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const answer = (await response.json()) as { request_id?: string; request_ids?: string[]; batch_id?: string; code?: string };
      if (response.status === 202) Object.assign(asked, { jobIds: answer.request_ids ?? [answer.request_id ?? ''], batchId: answer.batch_id });
      // Begun by somebody who has died: to be asked again.
      else if (response.status !== 409) this.strange.push(`${response.status} ${answer.code ?? ''}`);
    } catch {
      // Nobody answered: whether it was accepted, only the next answer can tell.
    }
  }
}
