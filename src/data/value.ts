/** The values a cell can hold, in memory and across processes, and how they are compared, shown and written to JSON. */

/**
 * One cell. Integers are `number` within ±2^53 and `bigint` outside; DECIMAL and dates are text in one canonical form
 * (`12.50`, `2012-01-31`, `2012-01-31 10:00:00.000`); BOOL is 0 or 1; bytes are a `Uint8Array`; NULL is null.
 */
export type Value = null | number | bigint | string | Uint8Array;

/** What JSON documents carry: integers beyond ±2^53 as text, bytes as `{"base64"}`, NaN as null. */
export type JsonValue = null | number | string | { base64: string };

/** A bigint and a number can be the same value, and `===` never says so. */
const isInteger = (integer: bigint, value: Value): boolean =>
  typeof value === 'number' && Number.isInteger(value) && BigInt(value) === integer;

/** Equality as the delta means it: same kind and same value; bytes by content; NULL equals NULL. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  if (typeof a === 'bigint') return isInteger(a, b);
  if (typeof b === 'bigint') return isInteger(b, a);
  return false;
}

/** The two digits of every byte. */
const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hex, two digits each. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += hexPairs[bytes[i] as number] as string;
  return text;
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes as base64 of RFC 4648, with padding; without Node's Buffer, since this runs in a browser as well. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += `${base64Digits[word >> 18]}${base64Digits[(word >> 12) & 63]}`;
    text += `${left > 1 ? base64Digits[(word >> 6) & 63] : '='}${left > 2 ? base64Digits[word & 63] : '='}`;
  }
  return text;
}

/**
 * A cell as JSON writes it: whole numbers beyond 2^53 as text, bytes as `{ base64 }`, what is no finite number as null.
 */
export function jsonOf(value: Value): JsonValue {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return { base64: base64Of(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value;
}

/** The value as a person reads it in a grid; NULL is shown as `NULL`, bytes as `x'…'`. */
export function textOf(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `x'${hexOf(value)}'`;
  return String(value);
}
