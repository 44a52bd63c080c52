/**
 * How many letters differ: inserted, missing, exchanged, or two swapped. Gives up with `most + 1` as
 * soon as it must be more than `most`.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** The least edit distance of `part` to any stretch of `whole`; `most + 1` when it is more than `most`. */
export function distanceWithin(part: string, whole: string, most: number): number {
  let last = Array.from({ length: part.length + 1 }, (_, index) => index);
  let best = last[part.length] ?? 0;
  for (const letter of whole) {
    const current = [0];
    for (let row = 1; row <= part.length; row++) {
      const exchanged = (last[row - 1] ?? 0) + (part[row - 1] === letter ? 0 : 1);
      current.push(Math.min(exchanged, (last[row] ?? 0) + 1, (current[row - 1] ?? 0) + 1));
    }
    best = Math.min(best, current[part.length] ?? best);
    last = current;
  }
  return Math.min(best, most + 1);
}
