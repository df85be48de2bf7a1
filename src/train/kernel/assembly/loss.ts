// Softmax, cross entropy and distillation. exp and log are compiled in, so no engine's own mathematics enters.

/** scores[row, 0 … classes-1] become probabilities; returns nothing, the padding is left as it is. */
export function softmax(rows: i32, stride: i32, classes: i32, scores: usize): void {
  for (let i = 0; i < rows; i++) {
    const row = scores + ((<usize>(i * stride)) << 2);
    const scale: f32 = <f32>1 / exponentials(row, classes);
    for (let k = 0; k < classes; k++) {
      const p = row + ((<usize>k) << 2);
      store<f32>(p, load<f32>(p) * scale);
    }
  }
}

/** row[k] = exp(row[k] - max); returns their sum. */
function exponentials(row: usize, classes: i32): f32 {
  let top = load<f32>(row);
  for (let k = 1; k < classes; k++) top = max<f32>(top, load<f32>(row + ((<usize>k) << 2)));
  let sum: f32 = 0;
  for (let k = 0; k < classes; k++) {
    const p = row + ((<usize>k) << 2);
    const e = NativeMathf.exp(load<f32>(p) - top);
    store<f32>(p, e);
    sum += e;
  }
  return sum;
}

/**
 * Scores become the gradient of the mean loss over the batch: (p - target) / rows, where target = (1 - w) * one-hot(label)
 * + w * parent's probabilities, w being the row's weight of distillation; `weights` 0: no distillation at all.
 * Adds the summed cross entropy to the labels, and the number of rows whose best score is their label's, to `tally` (two f64).
 */
export function lossGradient(
  rows: i32,
  stride: i32,
  classes: i32,
  scores: usize,
  labels: usize,
  weights: usize,
  parents: usize,
  tally: usize,
): void {
  const share: f32 = <f32>1 / <f32>rows;
  let loss: f64 = 0;
  let correct: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = scores + ((<usize>(i * stride)) << 2);
    const label = load<i32>(labels + ((<usize>i) << 2));
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (load<f32>(row + ((<usize>k) << 2)) > load<f32>(row + ((<usize>best) << 2))) best = k;
    }
    if (best == label) correct += 1;
    const scale: f32 = <f32>1 / exponentials(row, classes);
    loss -= <f64>NativeMathf.log(max<f32>(load<f32>(row + ((<usize>label) << 2)) * scale, 1e-30));
    const w: f32 = weights ? load<f32>(weights + ((<usize>i) << 2)) : 0;
    const parent = parents + ((<usize>(i * classes)) << 2);
    for (let k = 0; k < classes; k++) {
      const at: usize = (<usize>k) << 2;
      let target: f32 = k == label ? 1 - w : 0;
      if (w > 0) target += w * load<f32>(parent + at);
      store<f32>(row + at, (load<f32>(row + at) * scale - target) * share);
    }
    for (let k = classes; k < stride; k++) store<f32>(row + ((<usize>k) << 2), 0);
  }
  store<f64>(tally, load<f64>(tally) + loss);
  store<f64>(tally, load<f64>(tally, 8) + correct, 8);
}

/**
 * Summed negative log-likelihood of the labels when scores are multiplied by `sharpness` (1 / temperature), in f64; a
 * probability is taken as at least 1e-12, and that is also what a label of -1 (a class the model does not know) has.
 */
export function sumLoss(rows: i32, classes: i32, scores: usize, labels: usize, sharpness: f64): f64 {
  const most = -NativeMath.log(1e-12);
  let loss: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (label < 0) {
      loss += most;
      continue;
    }
    const row = scores + ((<usize>(i * classes)) << 2);
    let top = <f64>load<f32>(row);
    for (let k = 1; k < classes; k++) top = max<f64>(top, <f64>load<f32>(row + ((<usize>k) << 2)));
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++)
      sum += NativeMath.exp((<f64>load<f32>(row + ((<usize>k) << 2)) - top) * sharpness);
    const own = (<f64>load<f32>(row + ((<usize>label) << 2)) - top) * sharpness;
    loss += min<f64>(most, NativeMath.log(sum) - own);
  }
  return loss;
}
