/** The usual constant of reciprocal rank fusion: how little the first place outweighs the next ones. */
const K = 60;

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
