import { hash } from 'node:crypto';
import { CatalogueSearch, type Product } from '@manga-assist/catalogue';
import { Injectable } from '@nestjs/common';
import { CatalogueMetrics } from './catalogue-metrics.ts';
import { CatalogueRevision } from './catalogue-revision.ts';

/** Takes some 20 ms, in which nothing else is answered. */
const AGAIN_AT_ONCE = 20;

/** Gives the search what it does not know yet, and remembers what it was given. */
@Injectable()
export class CatalogueWriter {
  /** By id, what the search was given, and what it has taken in with its meaning. */
  readonly #given = new Map<string, Hashes>();
  readonly #known = new Map<string, Hashes>();
  #underWay = 0;
  /** Given while an earlier and slower write was under way, which may have overtaken it in the index. */
  readonly #meanwhile = new Map<string, Product>();

  constructor(
    private readonly search: CatalogueSearch,
    private readonly revision: CatalogueRevision,
    private readonly metrics: CatalogueMetrics,
  ) {}

  /** What has changed: stock and prices are seen at once, new words too. Gives how many; rejects when a meaning cannot be had. */
  async update(products: readonly Product[], signal: AbortSignal): Promise<number> {
    const changed = products.filter((product) => !this.#isIn(this.#given, product));
    if (changed.length > 0) await this.#put(changed, signal);
    return changed.length;
  }

  /** The same with the whole catalogue, and once more what still lacks its meaning: in small steps, for each takes the words in again. */
  async complete(products: readonly Product[], signal: AbortSignal): Promise<number> {
    // An index outside can be lost, or put in place of a fuller one.
    if (this.#known.size > 0 && (await this.search.health(signal)).series < this.#known.size) this.#known.clear();
    const lacking = this.#underWay > 0 ? [] : products.filter((product) => this.#isIn(this.#given, product) && !this.#isIn(this.#known, product));
    const changed = await this.update(products, signal);
    for (let start = 0; start < lacking.length; start += AGAIN_AT_ONCE) await this.#put(lacking.slice(start, start + AGAIN_AT_ONCE), signal);
    return changed + lacking.length;
  }

  /** Takes out what the catalogue does not have any more. */
  async keepOnly(products: readonly Product[], signal: AbortSignal): Promise<void> {
    const there = new Set(products.map(({ mangaId }) => mangaId));
    const gone = [...this.#given.keys()].filter((mangaId) => !there.has(mangaId));
    if (gone.length === 0) return;
    await this.search.delete(gone, signal);
    for (const mangaId of gone) for (const ids of [this.#given, this.#known]) ids.delete(mangaId);
    this.#changed(gone.length);
  }

  async #put(products: readonly Product[], signal: AbortSignal): Promise<void> {
    if (this.#underWay > 0) for (const product of products) this.#meanwhile.set(product.mangaId, product);
    this.#underWay++;
    const isVisible = products.some((product) => this.#known.get(product.mangaId)?.visible !== hashesOf(product).visible);
    try {
      const meanings = this.search.upsert(products, signal);
      for (const product of products) this.#given.set(product.mangaId, hashesOf(product));
      this.#changed(products.length, isVisible);
      await meanings;
      for (const product of products) this.#known.set(product.mangaId, hashesOf(product));
    } finally {
      this.#underWay--;
      // Also after a failure: in part it may have been written.
      if (isVisible) this.revision.advance();
    }
    if (this.#underWay === 0) await this.#putAgain(signal);
  }

  async #putAgain(signal: AbortSignal): Promise<void> {
    const again = [...this.#meanwhile.values()];
    this.#meanwhile.clear();
    if (again.length > 0) await this.#put(again, signal);
  }

  #isIn(taken: ReadonlyMap<string, Hashes>, product: Product): boolean {
    return taken.get(product.mangaId)?.whole === hashesOf(product).whole;
  }

  #changed(count: number, isVisible = true): void {
    if (isVisible) this.revision.advance();
    this.metrics.changed(count, this.#given.size);
  }
}

interface Hashes {
  /** Of everything that is searched or shown, each copy too. */
  whole: string;
  /** Of what a search can tell: whether a volume is there, not how many copies. A busy shop sells every second. */
  visible: string;
}

/** Of each product once: a changed one is a new object. */
const hashes = new WeakMap<Product, Hashes>();

function hashesOf(product: Product): Hashes {
  const known = hashes.get(product);
  if (known !== undefined) return known;
  const made = { whole: hashOf(product), visible: hashOf({ ...product, stock: product.stock.map((copies) => Math.sign(copies)) }) };
  hashes.set(product, made);
  return made;
}

function hashOf(product: Product): string {
  return hash('sha256', JSON.stringify(product), 'base64');
}
