interface Visitor {
  isAlone: boolean;
  enter: () => void;
}

/**
 * Any number of ordinary operations at once, or one transaction alone, in order of arrival: a
 * transaction waits for what runs, and what comes later waits for the transaction.
 */
export class Gate {
  readonly #waiting: Visitor[] = [];
  #inside = 0;
  #isTaken = false;

  shared<T>(operation: () => Promise<T>): Promise<T> {
    return this.#pass(false, operation);
  }

  exclusive<T>(operation: () => Promise<T>): Promise<T> {
    return this.#pass(true, operation);
  }

  async #pass<T>(isAlone: boolean, operation: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ isAlone, enter });
      this.#admit();
    });
    try {
      return await operation();
    } finally {
      this.#inside--;
      this.#isTaken = false;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && !this.#isTaken && !(next.isAlone && this.#inside > 0); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#inside++;
      this.#isTaken = next.isAlone;
      next.enter();
    }
  }
}
