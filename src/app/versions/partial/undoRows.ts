/** Takes a partial restore back, by its keys: rows that others wrote to since stay as they are. */
import { say, together } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { changedRows } from '../../../data/change.ts';
import type { Store } from '../../../data/store.ts';
import { sameNamesInOrder, type TableName, tableText } from '../../../data/table.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { deltaText, rowsText } from '../../../words/numbers.ts';
import type { KeptRestore } from '../../registry/judged/restores.ts';
import { stillThere } from '../../registry/lineage.ts';
import { contentHash, type KeptKeys, keyHash, unpackKeys } from './keptKeys.ts';
import { carryOut, type RowsDone, type RowsPlace, type RowsQuestion } from './restoreRows.ts';
import { changesOf, EditList, keyedTable, planOf, type RowsPlan } from './rowsToRestore.ts';

const refused = (table: TableName, why: string): Failure =>
  new Failure('run.refused', { what: say('Undoing the restore of {0}', tableText(table)), why });

/** The newest restore of some rows of the table behind this safety snapshot that was not undone yet; `run.refused` says why there is none. */
export function undoable(table: TableName, restores: readonly KeptRestore[], safety: string): KeptRestore {
  const found = restores.filter((one) => one.safety?.name === safety);
  const open = found.findLast(({ undone }) => undone === null);
  if (!open)
    throw refused(
      table,
      found.length > 0
        ? say('it was undone already.')
        : say('the registry knows of none behind the safety snapshot "{0}".', safety),
    );
  if (open.changed)
    throw refused(
      table,
      say('what is remembered of it was changed by another program. Restore the table to {0}.', safety),
    );
  if (open.kind === 'whole') throw refused(table, say('it was one of the whole table: restore it to {0}.', safety));
  return open;
}

/** What the undo changes; nothing is changed. */
async function rowsToUndo(
  store: Store,
  table: TableName,
  safety: string,
  kept: KeptKeys,
  signal: AbortSignal,
): Promise<RowsPlan> {
  const info = await keyedTable(store, table);
  const columns = info.columns.map(({ name }) => name);
  const then = await store.table(table, atSnapshot(safety));
  if (
    !sameNamesInOrder(columns, kept.columns) ||
    !sameNamesInOrder(info.key, kept.key) ||
    !sameNamesInOrder(then.key, kept.key)
  )
    throw refused(table, say('its columns or its key are others now. Restore the whole table to {0}.', safety));
  const key = kept.key.map((name) => columns.indexOf(name));
  const list = new EditList((most) =>
    refused(table, say('it changed more than {0} rows. Restore the whole table to {1}.', most, safety)),
  );
  let left = 0;
  for await (const page of store.readDelta({ table, from: live, to: atSnapshot(safety) }, signal)) {
    for (const { before, after } of changesOf(page, columns)) {
      const hash = kept.rows.get(keyHash(key.map((c) => (before ?? after ?? [])[c] ?? null)));
      if (hash === undefined) continue;
      if (contentHash(before) === hash) list.add(before, after);
      else left++;
    }
  }
  return planOf(info, list, left);
}

function sentenceOf(table: TableName, safety: string, { counts, edits, left }: RowsPlan): string {
  const name = tableText(table);
  const stay = left > 0 && say('Left as they are, because others wrote to them since: {0}.', rowsText(left));
  if (edits.length === 0) return together(say('No row of {0} is as that restore left it.', name), stay);
  return together(
    say(
      'Undoing the restore of {0} behind {1} changes {2} ({3}).',
      name,
      safety,
      rowsText(changedRows(counts)),
      deltaText(counts),
    ),
    stay,
    say('A safety snapshot is made first, so this can be undone.'),
  );
}

/** Null when the person said no. */
export async function undoRows(
  place: RowsPlace,
  restore: KeptRestore,
  ask: (question: RowsQuestion) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RowsDone | null> {
  const { store, table } = place;
  const { safety } = restore;
  const kept = restore.keys && unpackKeys(restore.keys);
  if (!kept) throw refused(table, say('a newer version of DeltaTrain kept its rows in another form.'));
  if (!safety || !(await stillThere(store, table, safety)))
    throw refused(table, say('its safety snapshot is not there any more.'));
  return carryOut(
    place,
    safety.name,
    () => rowsToUndo(store, table, safety.name, kept, signal),
    (plan) => sentenceOf(table, safety.name, plan),
    ask,
    signal,
  );
}
