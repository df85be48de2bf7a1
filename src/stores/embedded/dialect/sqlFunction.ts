/** What a function of ours is to SQLite, and what all of them do with their arguments. */
import { Failure } from '../../../base/failure.ts';

export type FunctionValue = null | number | bigint | string | Uint8Array;
export type Given = Exclude<FunctionValue, null>;

export interface SqlFunction {
  readonly name: string;
  /** False for what differs from call to call. */
  readonly deterministic: boolean;
  /** Integers arrive as bigint, reals as number. */
  readonly run: (...args: FunctionValue[]) => FunctionValue;
}

/** An aggregate that also works in a window: `inverse` takes a row away again. */
export interface SqlAggregate {
  readonly name: string;
  readonly start: () => unknown;
  readonly step: (state: unknown, ...args: FunctionValue[]) => unknown;
  readonly inverse: (state: unknown, ...args: FunctionValue[]) => unknown;
  readonly result: (state: unknown) => FunctionValue;
}

/** A number as MySQL writes it: 1 for the double 1.0. */
export function textOf(value: Given): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return String(value);
}

/** NULL for any NULL argument. */
export const strict =
  (run: (...args: Given[]) => FunctionValue): SqlFunction['run'] =>
  (...args) =>
    args.some((arg) => arg === null) ? null : run(...(args as Given[]));

/** What a statement that is running comes upon. */
export const failed = (message: string): Failure => new Failure('sql.failed', { message });
