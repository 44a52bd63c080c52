import { Injectable } from '@nestjs/common';

/**
 * Which state of the catalogue this process answers from: what was found in an earlier one is not served again.
 * A copy that is sold changes it only when it was the last of its volume, for no search tells how many there are.
 */
@Injectable()
export class CatalogueRevision {
  #current = 0;

  get current(): number {
    return this.#current;
  }

  advance(): void {
    this.#current++;
  }
}
