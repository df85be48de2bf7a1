/** The order of keys: as the server sorts them, and whether its DIFF does. */
import { at } from '../../../base/assert.ts';
import type { Value } from '../../../data/value.ts';
import { typeBase } from '../../typeFamilies.ts';
import type { ChangedRow } from './deltaPages.ts';
import type { DeltaPlan } from './deltaPlan.ts';
import { quoteName } from '../wire/quote.ts';
import type { Server } from '../wire/server.ts';

const imageOf = (row: ChangedRow): readonly Value[] => row.after ?? row.before ?? [];

/** Numbers by size, text and bytes by their bytes. */
export function byKey(plan: DeltaPlan): (a: ChangedRow, b: ChangedRow) => number {
  return (a, b) => {
    for (let i = 0; i < plan.keyColumns; i++) {
      const isDecimal = plan.columns[i]?.after.family === 'decimal';
      const order = compareValues(at(imageOf(a), i), at(imageOf(b), i), isDecimal);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareValues(a: Value, b: Value, isDecimal: boolean): number {
  if (isDecimal) return compareDecimals(String(a), String(b));
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return (a ?? 0) < (b ?? 0) ? -1 : (a ?? 0) > (b ?? 0) ? 1 : 0;
}

/** Decimals of one scale are integers without their point. */
function compareDecimals(a: string, b: string): number {
  const difference = BigInt(a.replace('.', '')) - BigInt(b.replace('.', ''));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Keys that DIFF puts in order as they are. */
const ordered: ReadonlySet<string> = new Set([
  'BIGINT UNSIGNED',
  'BOOL',
  'CHAR',
  'VARCHAR',
  'BINARY',
  'VARBINARY',
  'DATE',
  'DATETIME',
  'TIMESTAMP',
  'TIME',
]);
/** It subtracts these, which is right while none is negative: the difference of two such does not overflow. */
const subtracted: ReadonlySet<string> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT']);

const sortedAs = (type: string): string => (type.endsWith(' UNSIGNED') ? type : typeBase(type));

/** Whether the rows of DIFF come in the order of the key: DECIMAL, small unsigned and negative integers do not. */
export async function isOrderedByDiff(
  server: Server,
  { columns, keyColumns, from, to }: DeltaPlan,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const key = columns.slice(0, keyColumns).map(({ after }) => after);
  const looked = key.filter(({ type }) => subtracted.has(sortedAs(type)));
  if (!key.every(({ type }) => ordered.has(sortedAs(type)) || subtracted.has(sortedAs(type)))) return false;
  if (looked.length === 0) return true;
  const least = looked.map(({ name }) => `MIN(${quoteName(name)})`).join(', ');
  const sides = [from, to].map(({ source }) => server.run(`SELECT ${least} FROM ${source}`, { signal }));
  const cells = (await Promise.all(sides)).flatMap(({ rows }) => rows.flat());
  return cells.every((cell) => !cell?.toString('latin1').startsWith('-'));
}
