import { readFileSync } from 'node:fs';

interface Series {
  title_en: string;
  themes: string[];
  genres: string[];
}

const series = readFileSync(new URL('../../catalogue/data/series.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Series);

/** Questions as shoppers ask them, one series after the other. */
export class Questions {
  #count = 0;

  /** With a title in it. */
  named(): string {
    return `What manga series are similar to ${this.#next().title_en}?`;
  }

  /** By what a story is about, for which the catalogue needs the question's meaning. */
  described(): string {
    const { themes, genres } = this.#next();
    return `A ${genres[0] ?? 'good'} story about ${themes[0] ?? 'friends'} and ${themes[1] ?? 'school'}, number ${this.#count}`;
  }

  /** A number between 0 and 1 that has not been used: as a temperature it makes any question a new one. */
  unused(): number {
    return ((this.#count * 7_919) % 1_000_003) / 1_000_003;
  }

  #next(): Series {
    return series[this.#count++ % series.length] as Series;
  }
}
