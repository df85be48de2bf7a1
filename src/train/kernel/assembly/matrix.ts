// Matrix products of the dense layers, 4 rows by 8 columns in registers. Addresses are bytes; strides count floats.
// Column counts must be multiples of 4, and rows of B and C aligned to their stride.

/** C[i,j] = sum over k of A[i * rowStep + k * termStep] * B[k * stepB + j]. */
export function multiply(
  rows: i32,
  columns: i32,
  terms: i32,
  a: usize,
  rowStep: i32,
  termStep: i32,
  b: usize,
  stepB: i32,
  c: usize,
  stepC: i32,
): void {
  const row: usize = (<usize>rowStep) << 2;
  const term: usize = (<usize>termStep) << 2;
  const nextB: usize = (<usize>stepB) << 2;
  const nextC: usize = (<usize>stepC) << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const from = a + <usize>i * row;
    const to = c + <usize>i * nextC;
    let j = 0;
    for (; j + 8 <= columns; j += 8)
      fourByEight(terms, from, row, term, b + ((<usize>j) << 2), nextB, to + ((<usize>j) << 2), nextC);
    for (; j < columns; j += 4)
      fourByFour(terms, from, row, term, b + ((<usize>j) << 2), nextB, to + ((<usize>j) << 2), nextC);
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      let sum = f32x4.splat(0);
      let pa = a + <usize>i * row;
      let pb = b + ((<usize>j) << 2);
      for (let k = 0; k < terms; k++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(pa), v128.load(pb)));
        pa += term;
        pb += nextB;
      }
      v128.store(c + <usize>i * nextC + ((<usize>j) << 2), sum);
    }
  }
}

function fourByEight(
  terms: i32,
  a: usize,
  row: usize,
  term: usize,
  b: usize,
  nextB: usize,
  c: usize,
  nextC: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let k = 0; k < terms; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a + row);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a + 2 * row);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a + 3 * row);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += term;
    b += nextB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + nextC, c10);
  v128.store(c + nextC, c11, 16);
  v128.store(c + 2 * nextC, c20);
  v128.store(c + 2 * nextC, c21, 16);
  v128.store(c + 3 * nextC, c30);
  v128.store(c + 3 * nextC, c31, 16);
}

function fourByFour(
  terms: i32,
  a: usize,
  row: usize,
  term: usize,
  b: usize,
  nextB: usize,
  c: usize,
  nextC: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  for (let k = 0; k < terms; k++) {
    const b0 = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), b0));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a + row), b0));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a + 2 * row), b0));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a + 3 * row), b0));
    a += term;
    b += nextB;
  }
  v128.store(c, c0);
  v128.store(c + nextC, c1);
  v128.store(c + 2 * nextC, c2);
  v128.store(c + 3 * nextC, c3);
}

/** to[column, row] = from[row, column]. */
export function transpose(rows: i32, columns: i32, from: usize, stepFrom: i32, to: usize, stepTo: i32): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = load<f32>(from + ((<usize>(r * stepFrom + c)) << 2));
      store<f32>(to + ((<usize>(c * stepTo + r)) << 2), value);
    }
  }
}

/** sums[j] = sum over rows of values[row, j]. */
export function sumColumns(rows: i32, columns: i32, values: usize, sums: usize): void {
  for (let j = 0; j < columns; j += 4) {
    let sum = f32x4.splat(0);
    let p = values + ((<usize>j) << 2);
    for (let i = 0; i < rows; i++) {
      sum = f32x4.add(sum, v128.load(p));
      p += (<usize>columns) << 2;
    }
    v128.store(sums + ((<usize>j) << 2), sum);
  }
}

/** values[row, j] += bias[j], then ReLU when `relu` is not 0. */
export function addBias(rows: i32, columns: i32, values: usize, bias: usize, relu: i32): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const p = values + ((<usize>(i * columns + j)) << 2);
      let v = f32x4.add(v128.load(p), v128.load(bias + ((<usize>j) << 2)));
      if (relu) v = f32x4.max(v, zero);
      v128.store(p, v);
    }
  }
}

/** gradient[i] = 0 where the ReLU's output is 0. `count` is a multiple of 4. */
export function reluBackward(count: i32, gradient: usize, output: usize): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    const at: usize = (<usize>i) << 2;
    v128.store(gradient + at, v128.and(v128.load(gradient + at), f32x4.gt(v128.load(output + at), zero)));
  }
}
