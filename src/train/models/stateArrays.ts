/** Typed arrays of any kind as little-endian bytes, and back. */
import type { StateArray } from '../../data/learner.ts';

/** The kinds of arrays that a state may hold, as an artifact names them. */
const kinds = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

/** The name of a kind. */
export type ArrayKind = keyof typeof kinds;

/** Every kind. */
export const arrayKinds = Object.keys(kinds) as readonly ArrayKind[];

/** The kind of an array. */
export function arrayKind(values: StateArray): ArrayKind {
  const found = arrayKinds.find((name) => values instanceof kinds[name]);
  if (!found) throw new Error('Broken invariant: this is no array of a state');
  return found;
}

/** Bytes of one item. */
export const itemBytes = (kind: ArrayKind): number => kinds[kind].BYTES_PER_ELEMENT;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Turns the bytes of every item around, where the machine's order is the other one. */
function ordered(bytes: Uint8Array, item: number): Uint8Array {
  if (littleEndian || item === 1) return bytes;
  for (let start = 0; start < bytes.length; start += item) bytes.subarray(start, start + item).reverse();
  return bytes;
}

/** A copy of an array's bytes, little-endian. */
export function bytesOfArray(values: StateArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return ordered(bytes, values.BYTES_PER_ELEMENT);
}

/** An array of `count` items from the bytes at `place`, which need not be aligned. Throws where they end before. */
export function readArray(kind: ArrayKind, from: ArrayBufferLike, place: number, count: number): StateArray {
  const item = itemBytes(kind);
  if (place + item * count > from.byteLength) throw new RangeError('The bytes end before the array does');
  const bytes = new Uint8Array(item * count);
  bytes.set(new Uint8Array(from, place, item * count));
  ordered(bytes, item);
  return new kinds[kind](bytes.buffer, 0, count);
}
