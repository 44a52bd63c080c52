/** A text that a regular expression matches, the plainest one: for patterns that nothing in the data fits. */
export function samplePattern(pattern: string, leastLength = 0): string {
  const sampler = new Sampler(pattern.replace(/^\^/, '').replace(/\$$/, ''), leastLength);
  return sampler.alternatives();
}

const CLASSES: Readonly<Record<string, string>> = { d: '0', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', n: '\n', t: '\t' };

class Sampler {
  private at = 0;
  private readonly pattern: string;
  private readonly leastLength: number;

  constructor(pattern: string, leastLength: number) {
    this.pattern = pattern;
    this.leastLength = leastLength;
  }

  /** The first alternative; the others are read past. */
  alternatives(): string {
    const first = this.sequence();
    while (this.pattern[this.at] === '|') {
      this.at += 1;
      this.sequence();
    }
    return first;
  }

  private sequence(): string {
    let text = '';
    while (this.at < this.pattern.length && this.pattern[this.at] !== '|' && this.pattern[this.at] !== ')') {
      const atom = this.atom();
      const { least, most } = this.quantifier();
      if (atom !== '') text += atom.repeat(Math.max(least, Math.min(most, this.leastLength - text.length)));
    }
    return text;
  }

  private atom(): string {
    const character = this.pattern[this.at++] ?? '';
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '\\':
        return this.escape();
      case '.':
        return 'a';
      case '^':
      case '$':
        return '';
      default:
        return character;
    }
  }

  private group(): string {
    const lookaround = /^\?(?:[=!]|<[=!])/.exec(this.pattern.slice(this.at, this.at + 3));
    const start = /^\?(?::|<[^>]*>)?/.exec(this.pattern.slice(this.at));
    this.at += lookaround?.[0].length ?? start?.[0].length ?? 0;
    const text = this.alternatives();
    this.at += 1;
    return lookaround ? '' : text;
  }

  private escape(): string {
    const character = this.pattern[this.at++] ?? '';
    if (character === 'p' || character === 'P') this.at = this.pattern.indexOf('}', this.at) + 1;
    if (character === 'u') {
      const code = /^\{?([0-9a-fA-F]{1,6})\}?/.exec(this.pattern.slice(this.at));
      this.at += code?.[0].length ?? 0;
      return String.fromCodePoint(Number.parseInt(code?.[1] ?? '61', 16));
    }
    if (character === 'b' || character === 'B') return '';
    return character === 'p' ? 'A' : (CLASSES[character] ?? character);
  }

  /** The first member; of a class that excludes, the first plain character outside it. */
  private characterClass(): string {
    const start = this.at;
    while (this.at < this.pattern.length && this.pattern[this.at] !== ']') this.at += this.pattern[this.at] === '\\' ? 2 : 1;
    const body = this.pattern.slice(start, this.at);
    this.at += 1;
    const matcher = new RegExp(`^[${body}]$`, 'u');
    return Array.from('a0A-_ 1bZ.,:;/@#!あア亜').find((candidate) => matcher.test(candidate)) ?? body.slice(0, 1);
  }

  private quantifier(): { least: number; most: number } {
    const found = /^(?:\{(\d+)(,?)(\d*)\}|([*+?]))\??/.exec(this.pattern.slice(this.at));
    if (!found) return { least: 1, most: 1 };
    this.at += found[0].length;
    const [, from, comma, to, mark] = found;
    if (mark !== undefined) return { least: mark === '+' ? 1 : 0, most: mark === '?' ? 1 : Infinity };
    return { least: Number(from), most: comma === '' ? Number(from) : to === '' ? Infinity : Number(to) };
  }
}
