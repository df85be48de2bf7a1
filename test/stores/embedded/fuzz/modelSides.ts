/** What the two sides of a random history are held against each other by. */
import { Failure } from '../../../../src/base/failure.ts';
import type { Change } from '../../../../src/data/change.ts';
import type { LocalStore } from '../../../../src/data/store.ts';
import type { TableName } from '../../../../src/data/table.ts';
import type { Value } from '../../../../src/data/value.ts';
import { keyText } from '../../memory/rows.ts';
import type { Changer } from '../../backend.ts';

export interface Side {
  readonly store: LocalStore;
  readonly change: Changer;
}

export const database = 'Model db';
export const nameOf = (table: string): TableName => ({ database, table });

/** Order means nothing without a key. */
export const sorted = (rows: readonly (readonly Value[])[]): string[] => rows.map((row) => keyText(row)).sort();

export const changeText = ({ flag, before, after }: Change): string =>
  `${flag} ${before ? keyText(before) : '-'} ${after ? keyText(after) : '-'}`;

/** The result of a call, or the code of its failure: both sides must give the same. */
export async function outcome<T>(call: () => Promise<T>): Promise<{ value: T } | { code: string }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { code: String(error.code) };
  }
}

/** What can be compared of the snapshots of a store. */
export const snapshotFacts = async (store: LocalStore) =>
  (await store.snapshots()).map(({ name, level, table, tables, unsure }) => ({
    name,
    level,
    table,
    rows: tables?.map((one) => [one.table, one.rows]),
    unsure,
  }));
