/** Columns that DATA BRANCH (DIFF, MERGE, PICK) gets wrong without a word, fails or never ends on, by their types. */
import { later, say } from '../base/say.ts';

/** What it does to tables with a column of the type, wherever it stands. */
const wrongTypes: Readonly<Record<string, string>> = {
  ENUM: later('misses its rows, or never ends'),
  SET: later('answers other values'),
  YEAR: later('fails'),
  GEOMETRY: later('fails'),
  BIT: later('answers no values'),
};
const wrongKeys: Readonly<Record<string, string>> = {
  UUID: later('fails'),
  FLOAT: later('cannot match the rows'),
  DOUBLE: later('cannot match the rows'),
  REAL: later('cannot match the rows'),
};
const timed: ReadonlySet<string> = new Set(['DATETIME', 'TIMESTAMP', 'TIME']);
/** DECIMALs with more digits are told apart wrongly as keys. */
export const keyDigits = 38;

export interface BranchFault {
  /** What about the type it is. */
  readonly of: 'type' | 'key' | 'fraction' | 'digits';
  /** The type without its sizes. */
  readonly base: string;
  /** What DATA BRANCH does then. */
  readonly what: string;
}

const find = (table: Readonly<Record<string, string>>, base: string): string | undefined =>
  Object.hasOwn(table, base) ? table[base] : undefined;

/** Null where it is right. `type` in MySQL words: `DATETIME(3)`. */
export function branchFault(type: string, isKey: boolean): BranchFault | null {
  const base = /^\w*/.exec(type.toUpperCase())?.[0] ?? '';
  const size = Number(/\((\d+)/.exec(type)?.[1] ?? 0);
  const wrong = find(wrongTypes, base);
  if (wrong !== undefined) return { of: 'type', base, what: say(wrong) };
  if (!isKey) return null;
  const key = find(wrongKeys, base);
  if (key !== undefined) return { of: 'key', base, what: say(key) };
  if (timed.has(base) && size > 0) return { of: 'fraction', base, what: say('loses deleted rows') };
  return base === 'DECIMAL' && size > keyDigits ? { of: 'digits', base, what: say('takes rows for others') } : null;
}
