/** Dense matrices are row-major Float64Arrays. */

/** Makes the columns of a rows × columns matrix orthonormal, in place (modified Gram-Schmidt, twice). */
export function orthonormalise(matrix: Float64Array, rows: number, columns: number): void {
  // Column-major while working: every inner loop walks memory in order.
  const work = transpose(matrix, rows, columns);
  for (let column = 0; column < columns; column++) {
    const current = work.subarray(column * rows, (column + 1) * rows);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < column; other++) {
        const previous = work.subarray(other * rows, (other + 1) * rows);
        const projection = dot(current, previous);
        for (let row = 0; row < rows; row++) current[row] = (current[row] as number) - projection * (previous[row] as number);
      }
    }
    const length = Math.sqrt(dot(current, current));
    const scale = length > 1e-10 ? 1 / length : 0;
    for (let row = 0; row < rows; row++) current[row] = (current[row] as number) * scale;
  }
  matrix.set(transpose(work, columns, rows));
}

/** Eigenvectors of a symmetric matrix, largest eigenvalue first, by cyclic Jacobi rotations. */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  // Rows of `v` are the eigenvectors.
  const v = new Float64Array(size * size);
  for (let index = 0; index < size; index++) v[index * size + index] = 1;
  for (let sweep = 0; sweep < 12; sweep++) {
    if (offDiagonal(a, size) < 1e-9) break;
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
  }
  const order = Array.from({ length: size }, (_, index) => index).sort((x, y) => (a[y * size + y] as number) - (a[x * size + x] as number));
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  for (const [rank, index] of order.entries()) {
    values[rank] = a[index * size + index] as number;
    vectors.set(v.subarray(index * size, (index + 1) * size), rank * size);
  }
  return { values, vectors };
}

function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q] as number;
  if (Math.abs(apq) < 1e-13) return;
  const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < size; k++) {
    const akp = a[k * size + p] as number;
    const akq = a[k * size + q] as number;
    a[k * size + p] = c * akp - s * akq;
    a[k * size + q] = s * akp + c * akq;
  }
  rotateRows(a, size, p, q, c, s);
  rotateRows(v, size, p, q, c, s);
}

function rotateRows(m: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < size; k++) {
    const mp = m[p * size + k] as number;
    const mq = m[q * size + k] as number;
    m[p * size + k] = c * mp - s * mq;
    m[q * size + k] = s * mp + c * mq;
  }
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0;
  for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) sum += (a[p * size + q] as number) ** 2;
  return sum;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

export function normalise(vector: Float64Array): void {
  const length = Math.sqrt(dot(vector, vector));
  if (length === 0) return;
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] as number) / length;
}

function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) turned[column * rows + row] = matrix[row * columns + column] as number;
  return turned;
}
