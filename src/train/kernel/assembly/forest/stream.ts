// Trees as bytes: nodes in preorder, whole numbers in LEB128. Of a node first 2 * (winner + 1) + (are counts kept), then the
// counts that are kept; of a leaf its totals.
import { reach, regression, width } from './memory';

let reading: usize = 0;
let writing: usize = 0;

export function readFrom(place: usize): void {
  reading = place;
}

export function readAt(): usize {
  return reading;
}

export function writeFrom(place: usize): void {
  writing = place;
}

export function writeAt(): usize {
  return writing;
}

export function readNumber(): u64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  while (true) {
    const byte = <u64>load<u8>(reading++);
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
    shift += 7;
  }
}

export function writeNumber(value: u64): void {
  reach(writing + 16);
  while (value >= 128) {
    store<u8>(writing++, <u8>((value & 127) | 128));
    value >>= 7;
  }
  store<u8>(writing++, <u8>value);
}

function readSigned(): f64 {
  const value = readNumber();
  const whole = <i64>(value >> 1);
  return <f64>(value & 1 ? -whole - 1 : whole);
}

function writeSigned(value: f64): void {
  const whole = <i64>value;
  writeNumber(whole < 0 ? ((<u64>-(whole + 1)) << 1) | 1 : (<u64>whole) << 1);
}

/** Copies bytes as they are. */
export function writeBytes(from: usize, length: usize): void {
  reach(writing + length + 16);
  memory.copy(writing, from, length);
  writing += length;
}

/** `width` sums, every one of them. */
export function writeCounts(from: usize): void {
  if (regression) {
    writeNumber(<u64>load<f64>(from));
    writeSigned(load<f64>(from, 8));
    return;
  }
  for (let c = 0; c < width; c++) writeNumber(<u64>load<f64>(from + ((<usize>c) << 3)));
}

export function readCounts(to: usize): void {
  if (regression) {
    store<f64>(to, <f64>readNumber());
    store<f64>(to, readSigned(), 8);
    return;
  }
  for (let c = 0; c < width; c++) store<f64>(to + ((<usize>c) << 3), <f64>readNumber());
}

/** The totals of a leaf: of classes those that it has rows of. */
export function writeTotals(from: usize): void {
  if (regression) {
    writeCounts(from);
    return;
  }
  for (let c = 0; c < width; c++) {
    const count = load<f64>(from + ((<usize>c) << 3));
    if (count == 0) continue;
    writeNumber(<u64>c + 1);
    writeNumber(<u64>count);
  }
  writeNumber(0);
}

export function readTotals(to: usize): void {
  if (regression) {
    readCounts(to);
    return;
  }
  memory.fill(to, 0, width << 3);
  while (true) {
    const c = readNumber();
    if (c == 0) return;
    store<f64>(to + ((<usize>(c - 1)) << 3), <f64>readNumber());
  }
}
