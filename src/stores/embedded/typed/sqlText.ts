/** Small pieces of SQLite text, and the refusals of the dialect. */
import { Failure } from '../../../base/failure.ts';
import { hexOf } from '../../../data/value.ts';

export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text literal; SQLite's own cannot hold NUL. */
export function sqlText(text: string): string {
  if (!text.includes('\0')) return `'${text.replaceAll("'", "''")}'`;
  return `CAST(x'${hexOf(new TextEncoder().encode(text))}' AS TEXT)`;
}

/** `sql.unsupported`: what has no equal here, and what to write instead. */
export const unsupported = (what: string, hint?: string): Failure =>
  new Failure('sql.unsupported', hint === undefined ? { what } : { what, hint });

/** 10 to the power of `n`, in digits. */
export const ten = (n: number): string => `1${'0'.repeat(n)}`;
