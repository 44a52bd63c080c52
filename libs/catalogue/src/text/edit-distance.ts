/**
 * Rows of the table, kept between calls: thousands of names are compared for one question, and rows
 * made anew for each cost more than the comparing. Nothing here waits, so no two calls use them at once.
 */
let rows = [0, 1, 2].map(() => new Int32Array(64));

function rowsFor(length: number): [Int32Array, Int32Array, Int32Array] {
  if ((rows[0]?.length ?? 0) <= length) rows = [0, 1, 2].map(() => new Int32Array(length * 2));
  return rows as [Int32Array, Int32Array, Int32Array];
}

/**
 * How many letters differ: inserted, missing, exchanged, or two swapped. Gives up with `most + 1` as
 * soon as it must be more than `most`.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [beforeLast, last, current] = rowsFor(b.length + 1);
  for (let column = 0; column <= b.length; column++) last[column] = column;
  for (let row = 1; row <= a.length; row++) {
    const letter = a.charCodeAt(row - 1);
    const letterBefore = row > 1 ? a.charCodeAt(row - 2) : -1;
    current[0] = row;
    let least = row;
    let left = row;
    for (let column = 1; column <= b.length; column++) {
      const other = b.charCodeAt(column - 1);
      let cost = Math.min(at(last, column), left) + 1;
      const exchanged = at(last, column - 1) + (letter === other ? 0 : 1);
      if (exchanged < cost) cost = exchanged;
      if (column > 1 && letterBefore === other && letter === b.charCodeAt(column - 2)) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current[column] = left = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return at(last, b.length);
}

/** The least edit distance of `part` to any stretch of `whole`; `most + 1` when it is more than `most`. */
export function distanceWithin(part: string, whole: string, most: number): number {
  let [last, current] = rowsFor(part.length + 1);
  for (let row = 0; row <= part.length; row++) last[row] = row;
  let best = part.length;
  for (const character of whole) {
    // A character outside the basic plane is like no single unit of the part.
    const letter = character.length === 1 ? character.charCodeAt(0) : -1;
    let above = (current[0] = 0);
    for (let row = 1; row <= part.length; row++) {
      const exchanged = at(last, row - 1) + (part.charCodeAt(row - 1) === letter ? 0 : 1);
      current[row] = above = Math.min(exchanged, at(last, row) + 1, above + 1);
    }
    if (above < best) best = above;
    [last, current] = [current, last];
  }
  return Math.min(best, most + 1);
}

function at(row: Int32Array, index: number): number {
  return row[index] as number;
}
