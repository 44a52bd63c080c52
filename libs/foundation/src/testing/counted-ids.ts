import { Ids } from '../ids.ts';

/** Ids in the order they are asked for: 00000000-0000-4000-8000-000000000001, `trn_1`, … */
export class CountedIds extends Ids {
  #count = 0;

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#count).padStart(12, '0')}`;
  }

  sortable(prefix: string): string {
    return `${prefix}_${++this.#count}`;
  }
}
