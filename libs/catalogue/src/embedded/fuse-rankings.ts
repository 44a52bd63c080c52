/**
 * How little the first place outweighs the next ones. The usual 60 is for rankings of thousands; of sixty places it
 * would let whatever is in two rankings, however far down, pass by the only series that has the rare word.
 */
const K = 5;

export interface Ranking {
  /** Best first. */
  ids: readonly string[];
  weight: number;
}

/** Joins rankings whose scores cannot be compared, by place. Best first. */
export function fuseRankings(rankings: readonly Ranking[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const { ids, weight } of rankings) {
    ids.forEach((id, place) => scores.set(id, (scores.get(id) ?? 0) + weight / (K + place + 1)));
  }
  return new Map([...scores].sort((a, b) => b[1] - a[1]));
}
