// The training kernel: what the typed wrapper in ../wasm.ts calls. Single thread, no relaxed SIMD, so every engine gives
// the same bits. After a change, from the repository's root (a test compares the committed file with its source):
//   npx asc src/train/kernel/assembly/index.ts -O3 --noAssert --enable simd --runtime stub --importMemory --outFile src/train/kernel/kernel.wasm
export { addBias, multiply, reluBackward, sumColumns, transpose } from './matrix';
export { lossGradient, softmax, sumLoss } from './loss';

/** Where free memory begins: tables of the mathematics lie below. */
export function heapBase(): usize {
  return __heap_base;
}

export function squareRoot(value: f64): f64 {
  return sqrt<f64>(value);
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1 with the bias corrections in front): moments and parameters in place.
 * `powers` holds beta1^t and beta2^t (two f64, 1 before the first step). `count` is a multiple of 4.
 */
export function adam(
  count: i32,
  parameters: usize,
  gradient: usize,
  moment: usize,
  variance: usize,
  powers: usize,
  rate: f64,
  beta1: f64,
  beta2: f64,
  epsilon: f64,
): void {
  const power1 = load<f64>(powers) * beta1;
  const power2 = load<f64>(powers, 8) * beta2;
  store<f64>(powers, power1);
  store<f64>(powers, power2, 8);
  const keep1 = f32x4.splat(<f32>beta1);
  const take1 = f32x4.splat(<f32>(1 - beta1));
  const keep2 = f32x4.splat(<f32>beta2);
  const take2 = f32x4.splat(<f32>(1 - beta2));
  const step = f32x4.splat(<f32>(rate / (1 - power1)));
  const correction = f32x4.splat(<f32>(1 / (1 - power2)));
  const floor = f32x4.splat(<f32>epsilon);
  for (let i = 0; i < count; i += 4) {
    const at: usize = (<usize>i) << 2;
    const g = v128.load(gradient + at);
    const m = f32x4.add(f32x4.mul(keep1, v128.load(moment + at)), f32x4.mul(take1, g));
    const v = f32x4.add(f32x4.mul(keep2, v128.load(variance + at)), f32x4.mul(take2, f32x4.mul(g, g)));
    v128.store(moment + at, m);
    v128.store(variance + at, v);
    const move = f32x4.div(f32x4.mul(step, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), floor));
    v128.store(parameters + at, f32x4.sub(v128.load(parameters + at), move));
  }
}
