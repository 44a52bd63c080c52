import { MOST_SERIES } from './metrics.ts';

/** Lets the first `MOST_SERIES` combinations of label values through; all later ones become `other`. */
export class KnownSeries {
  readonly #labels: readonly string[];
  readonly #known = new Set<string>();

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  bounded<Labels extends Readonly<Record<string, string>>>(labels: Labels): Labels {
    // The usual instrument has one or two labels: joining them costs less than any other key.
    let key = '';
    for (const label of this.#labels) key += `${labels[label]}\u0000`;
    if (this.#known.has(key)) return labels;
    if (this.#known.size >= MOST_SERIES) return Object.fromEntries(this.#labels.map((label) => [label, 'other'])) as Labels;
    this.#known.add(key);
    return labels;
  }
}
