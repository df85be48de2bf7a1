/**
 * The forest kernel (assembly/forest, compiled to forest.wasm) with its types: trees grown from rows, or from other trees and
 * changed rows, as bytes. An instance has one memory, and serves one forest at a time.
 */
import { sha256 } from '../../base/sha256.ts';
import bytes from './forest.wasm';
import { pageBytes, wasm } from './wasm.ts';

/** What assembly/forest exports. Addresses are bytes. */
interface ForestExports {
  setUp(
    features: number,
    width: number,
    regression: number,
    candidates: number,
    leaf: number,
    randomLevels: number,
    ranks: number,
    keptFrom: number,
  ): void;
  makeRoom(rows: number, changes: number): void;
  makeNodes(most: number): void;
  take(size: number): number;
  end(): number;
  release(from: number): void;
  placeOfUnordered(): number;
  placeOfBins(): number;
  placeOfRowBins(): number;
  placeOfRowLabels(): number;
  placeOfRowTimes(): number;
  placeOfChangeBins(): number;
  placeOfChangeLabels(): number;
  placeOfChangeTimes(): number;
  resetWork(): void;
  workDone(): number;
  readTree(seed: number, tree: number, place: number): number;
  nodesRead(): number;
  workOfTree(): number;
  grow(seed: number, tree: number, isUpdate: number, place: number): number;
  estimate(smoothing: number, to: number): void;
  answer(bins: number, rows: number, estimates: number, sums: number): void;
  toScores(sums: number, rows: number, trees: number): void;
}

/** An instance with what it works in. Growing the memory detaches views, so they are made when they are used. */
export interface ForestKernel extends ForestExports {
  /** The memory from an address on. */
  bytesAt(place: number, length: number): Uint8Array;
  doublesAt(place: number, length: number): Float64Array;
  floatsAt(place: number, length: number): Float32Array;
}

let compiled: object | undefined;
let identity: string | undefined;

/** Identity of the code that grows trees: the sha256 of forest.wasm. */
export const forestSha256 = (): string => (identity ??= sha256(bytes));

/** A kernel with a memory of its own. */
export function createForestKernel(): ForestKernel {
  compiled ??= new wasm.Module(bytes);
  const memory = new wasm.Memory({ initial: 1, maximum: 65_536 });
  const abort = (): never => {
    throw new Error('The forest kernel stopped');
  };
  const exports = new wasm.Instance(compiled, { env: { memory, abort } }).exports as ForestExports;
  const reach = (end: number): void => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(missing);
  };
  const view = <T>(
    make: new (buffer: ArrayBuffer, offset: number, length: number) => T,
    width: number,
    place: number,
    length: number,
  ): T => {
    reach(place + width * length);
    return new make(memory.buffer, place, length);
  };
  return {
    ...exports,
    bytesAt: (place, length) => view(Uint8Array, 1, place, length),
    doublesAt: (place, length) => view(Float64Array, 8, place, length),
    floatsAt: (place, length) => view(Float32Array, 4, place, length),
  };
}
