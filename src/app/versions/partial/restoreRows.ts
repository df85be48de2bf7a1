/** Takes some rows of a table back to a snapshot: preview, a person's yes, safety snapshot, change by keys, verification. */
import { say, together } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import { changedRows } from '../../../data/change.ts';
import type { Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { deltaText, rowsText } from '../../../words/numbers.ts';
import type { Environment } from '../../config/config.ts';
import { safetyName } from '../snapshotNames.ts';
import { type KeptKeys, keysOf } from './keptKeys.ts';
import { type RowsPlan, rowsToRestore, type RowsWanted } from './rowsToRestore.ts';

/** What a person is asked before some rows are changed; the answer is about this plan and no later one. */
export interface RowsQuestion {
  readonly plan: RowsPlan;
  /** No row would be changed. */
  readonly isAsItWas: boolean;
  /** Rows were written to since the last time it was asked, so this is another plan. */
  readonly moved: boolean;
  /** On production the table's name is typed; a plain yes is not enough. */
  readonly mustTypeName: boolean;
  readonly sentence: string;
}

/** What is told of some rows that were put back; the safety snapshot and the keys undo it. */
export interface RowsDone {
  readonly table: string;
  readonly to: string;
  readonly rowsChanged: number;
  readonly safetySnapshot: string;
  readonly verified: boolean;
  /** Rows that others wrote to since, of an undo: they stay as they are. */
  readonly left: number;
  /** What is kept of it in the registry. */
  readonly keys: KeptKeys;
}

/** Whoever puts rows back, and where. */
export interface RowsPlace {
  readonly store: Store;
  readonly table: TableName;
  readonly environment: Environment;
}

/** Moves of the rows during one dialog that are still worth asking again. */
const attempts = 5;

/**
 * Plans, asks and carries out; null when the person said no. `plan` is made anew where a row was written to in between; a conflict that
 * no other plan comes of (a key that is taken, a value that must be unique) is told as it is.
 */
export async function carryOut(
  { store, table, environment }: RowsPlace,
  to: string,
  makePlan: () => Promise<RowsPlan>,
  sentenceOf: (plan: RowsPlan) => string,
  ask: (question: RowsQuestion) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RowsDone | null> {
  let failed: { readonly error: unknown; readonly edits: string } | null = null;
  for (let left = attempts; ; left--) {
    const plan = await makePlan();
    if (failed !== null && textOf(plan) === failed.edits) throw failed.error;
    const yes = await ask({
      plan,
      isAsItWas: plan.edits.length === 0,
      moved: left < attempts,
      mustTypeName: environment === 'production',
      sentence: sentenceOf(plan),
    });
    if (!yes) return null;
    throwIfCancelled(signal);
    const { columns, edits } = plan;
    try {
      const safetySnapshot = await safetyName(store, { level: 'table', table });
      const { rowsChanged, verified } = await store.editRows({ table, columns, edits, safetySnapshot }, signal);
      return {
        table: tableText(table),
        to,
        rowsChanged,
        safetySnapshot,
        verified,
        left: plan.left,
        keys: keysOf(plan),
      };
    } catch (error) {
      const isTaken = Failure.is(error, 'version.exists');
      if (left <= 1 || (!isTaken && !Failure.is(error, 'row.conflict'))) throw error;
      failed = isTaken ? null : { error, edits: textOf(plan) };
    }
  }
}

/** Two plans that have the same text are the same plan. */
const textOf = ({ edits }: RowsPlan): string =>
  JSON.stringify(edits, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? Array.from(value) : value,
  );

/** What a plan does, for a person before the yes. */
function sentenceOf({ table, to, where, columns }: RowsWanted, { counts, edits }: RowsPlan): string {
  const name = tableText(table);
  if (edits.length === 0)
    return columns === null
      ? say('No row of {0} where {1} differs from {2}.', name, where, to)
      : say(
          'No row of {0} where {1} that is at both has another {2} than at {3}; rows that came or went since stay.',
          name,
          where,
          columns.join(', '),
          to,
        );
  const rows = rowsText(changedRows(counts));
  return together(
    columns === null
      ? say('Restoring the rows of {0} where {1} to {2} changes {3} ({4}).', name, where, to, rows, deltaText(counts))
      : say(
          'Restoring {0} of the rows of {1} where {2} to {3} changes {4}.',
          columns.join(', '),
          name,
          where,
          to,
          rows,
        ),
    say('The other rows stay. A safety snapshot is made first, so this can be undone.'),
  );
}

/** Null when the person said no. `condition.refused`, `row.conflict` when the rows keep being written to. */
export const restoreRows = (
  place: RowsPlace,
  wanted: Omit<RowsWanted, 'table'>,
  ask: (question: RowsQuestion) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RowsDone | null> => {
  const all = { ...wanted, table: place.table };
  return carryOut(
    place,
    wanted.to,
    () => rowsToRestore(place.store, all, signal),
    (plan) => sentenceOf(all, plan),
    ask,
    signal,
  );
};
