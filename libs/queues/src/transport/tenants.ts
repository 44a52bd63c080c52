/** A tenant that has more than this of what is in hand is crowding the others. */
const MOST_SHARE = 1 / 3;

/** Whose messages of one queue are in hand. */
export class Tenants {
  readonly #inHand = new Map<string, number>();
  #all = 0;

  begin(tenant: string | undefined): void {
    this.#all++;
    if (tenant !== undefined) this.#inHand.set(tenant, this.#of(tenant) + 1);
  }

  end(tenant: string | undefined): void {
    this.#all--;
    if (tenant === undefined) return;
    const left = this.#of(tenant) - 1;
    if (left > 0) this.#inHand.set(tenant, left);
    else this.#inHand.delete(tenant);
  }

  /** A message of nobody crowds nobody. */
  isCrowding(tenant: string | undefined): boolean {
    return tenant !== undefined && this.#of(tenant) > this.#all * MOST_SHARE;
  }

  isCrowded(): boolean {
    for (const count of this.#inHand.values()) if (count > this.#all * MOST_SHARE) return true;
    return false;
  }

  #of(tenant: string): number {
    return this.#inHand.get(tenant) ?? 0;
  }
}
