// MatrixOne's own tests are read as what they are: as many statements of each kind as were counted without our parser.
import { expect, test } from 'vitest';
import { counted, countsIn, kinds, readCorpus } from './corpus.ts';

/** A comment that is none to MySQL (`--x`, `--- x`) stands before a statement; the test runner of the server takes such a line away. */
const comment = 'a dash too many or a blank too few makes no comment';
/** A hint that is none of a table: of a database that is cloned, of SHOW and ANALYZE, in the text of PREPARE and SET. */
const noTable = 'the hint is none of a table';

/** Files in which the two differ, and why. */
const known: Readonly<Record<string, string>> = {
  'analyze/analyze_stmt.sql': noTable,
  'git4data/clone/clone_database_existence.sql': noTable,
  'git4data/clone/clone_database_sequence.sql': noTable,
  'git4data/clone/clone_db_table_to_new_db_table.sql': noTable,
  'git4data/clone/clone_fk_after_alter.sql': noTable,
  'git4data/clone/clone_reference.sql': comment,
  'git4data/clone/clone_sys_db_table_to_new_db_table.sql': noTable,
  'git4data/clone/database_clone.sql': noTable,
  'git4data/clone/snapshot_mismatch.sql': noTable,
  'pessimistic_transaction/clone/clone.sql': noTable,
  'pitr/pitr_basic.sql': comment,
  'pitr/pitr_restore_account_clause.sql': 'RESTORE … FROM PITR of an account was counted as from a snapshot',
  'prepare/prepare_ddl_schema_change.sql': noTable,
  'snapshot/snapshot_read_3.sql': noTable,
  'snapshot/snapshot_restore_to_table_partition.sql': comment,
  'snapshot/snapshot_restore_view.sql': noTable,
  'snapshot/snapshot_scope.sql': noTable,
  'vector/vector_ivf_quant_ddl.sql': noTable,
  'view/replace_view.test': noTable,
};

test('every file has as many statements of each kind as were counted, but for the ones that are known', () => {
  const theirs = counted();
  const files = readCorpus();
  expect(files).toHaveLength(208);
  const totals: Record<string, number> = {};
  const differ = files.filter(({ file, text }) => {
    const own = countsIn(text);
    for (const kind of Object.keys(kinds)) totals[kind] = (totals[kind] ?? 0) + (own[kind] ?? 0);
    return Object.keys(kinds).some((kind) => (own[kind] ?? 0) !== (theirs.get(file)?.[kind] ?? 0));
  });
  expect(differ.map(({ file }) => file)).toEqual(Object.keys(known));
  expect(totals).toMatchObject({ all: 27_984, SS: 256, RW: 19, BC: 529, BD: 24, DF: 515, MG: 127, PK: 180 });
});
