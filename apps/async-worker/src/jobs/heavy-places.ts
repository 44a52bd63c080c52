import { Injectable } from '@nestjs/common';
import { AsyncWorkerConfig } from '../config.ts';

const TYPE: string = 'heavy_analysis';

/** Of the places for ordered work heavy analyses leave one: half an hour of theirs must not keep a conversation's summary waiting. */
@Injectable()
export class HeavyPlaces {
  readonly #most: number;
  #taken = 0;

  constructor({ mostOrderedJobsAtOnce }: AsyncWorkerConfig) {
    this.#most = Math.max(1, mostOrderedJobsAtOnce - 1);
  }

  /** Runs the work of a job of that type, as its message calls it; undefined when it would take the last place. */
  async run<T>(type: string | undefined, work: () => Promise<T>): Promise<T | undefined> {
    if (type !== TYPE) return work();
    if (this.#taken >= this.#most) return undefined;
    this.#taken++;
    try {
      return await work();
    } finally {
      this.#taken--;
    }
  }
}
