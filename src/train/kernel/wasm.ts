/**
 * The training kernel (assembly/, compiled to kernel.wasm) with its types, and the memory it works in. A kernel has one
 * linear memory: below `heapBase` lie the tables of exp and log, above it areas handed out in order, aligned to 64 bytes,
 * and freed all together when the kernel is dropped.
 */
import { newestKernel } from './kernels.ts';

/** What assembly/ exports. Addresses are bytes, strides and counts are floats. */
interface KernelExports {
  heapBase(): number;
  squareRoot(value: number): number;
  multiply(
    rows: number,
    columns: number,
    terms: number,
    a: number,
    rowStep: number,
    termStep: number,
    b: number,
    stepB: number,
    c: number,
    stepC: number,
  ): void;
  transpose(rows: number, columns: number, from: number, stepFrom: number, to: number, stepTo: number): void;
  sumColumns(rows: number, columns: number, values: number, sums: number): void;
  addBias(rows: number, columns: number, values: number, bias: number, relu: number): void;
  reluBackward(count: number, gradient: number, output: number): void;
  softmax(rows: number, stride: number, classes: number, scores: number): void;
  lossGradient(
    rows: number,
    stride: number,
    classes: number,
    scores: number,
    labels: number,
    weights: number,
    parents: number,
    tally: number,
  ): void;
  sumLoss(rows: number, classes: number, scores: number, labels: number, sharpness: number): number;
  adam(
    count: number,
    parameters: number,
    gradient: number,
    moment: number,
    variance: number,
    powers: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ): void;
}

/** The part of WebAssembly used here: every host has it, lib ES2023 does not declare it. */
interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: {
    initial: number;
    maximum: number;
  }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** WebAssembly of whatever host this is. */
export const wasm = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
/** What a memory grows by. */
export const pageBytes = 65_536;
const align = (address: number): number => Math.ceil(address / 64) * 64;

let compiled: object | undefined;

/** Identity of the code that trained: the sha256 of kernel.wasm. */
export const kernelSha256 = (): string => newestKernel().sha256;

/** A piece of the kernel's memory. Its views are made afresh, since growing the memory detaches the old ones. */
export interface Area {
  readonly address: number;
  readonly floats: Float32Array;
  readonly integers: Int32Array;
  readonly doubles: Float64Array;
}

export interface Kernel extends KernelExports {
  /** Areas of these sizes in bytes, zeroed. */
  allocate<K extends string>(sizes: Record<K, number>): Record<K, Area>;
}

/** A kernel with a memory of its own. */
export function createKernel(): Kernel {
  compiled ??= new wasm.Module(newestKernel().bytes);
  const memory = new wasm.Memory({ initial: 1, maximum: 65_536 });
  const abort = (): never => {
    throw new Error('The training kernel stopped');
  };
  const exports = new wasm.Instance(compiled, { env: { memory, abort } }).exports as KernelExports;
  let free = align(exports.heapBase());

  const allocate = <K extends string>(sizes: Record<K, number>): Record<K, Area> => {
    const places = (Object.entries(sizes) as [K, number][]).map(([name, size]) => {
      const address = free;
      free = align(free + size);
      return { name, address, size };
    });
    const missing = Math.ceil((free - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(missing);
    const areas = {} as Record<K, Area>;
    for (const { name, address, size } of places) {
      const view = <T>(make: new (buffer: ArrayBuffer, offset: number, length: number) => T, width: number): T =>
        new make(memory.buffer, address, Math.floor(size / width));
      areas[name] = {
        address,
        get floats() {
          return view(Float32Array, 4);
        },
        get integers() {
          return view(Int32Array, 4);
        },
        get doubles() {
          return view(Float64Array, 8);
        },
      };
    }
    return areas;
  };
  return { ...exports, allocate };
}

let shared: Kernel | undefined;

/** A kernel for its mathematics only. */
export function mathKernel(): Kernel {
  shared ??= createKernel();
  return shared;
}

/** The square root, correctly rounded as IEEE 754 says; of JavaScript's own that is not promised. */
export const squareRoot = (value: number): number => mathKernel().squareRoot(value);
