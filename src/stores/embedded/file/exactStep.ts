/**
 * From format 1 to 2: DECIMALs, until then the nearest doubles, become exact; numbers without a sign may use all of their 64 bits;
 * documents of JSON stand in their one form. Tables, those put aside, their logs and indexes change in the one transaction of the step.
 * Each value stays the one that every version has shown and hashed, so no row changes its side of a training.
 */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { keepSql } from '../shape/putAside.ts';
import { indexesPutAside, remakeIndex } from '../shape/definitions.ts';
import { changedIndex, changedTable, type ColumnChange, type ColumnChanges } from '../sqlite/ddlChange.ts';
import type { FileConnection } from '../sqlite/driver.ts';
import { kept, keptText } from '../sqlite/keptText.ts';
import { quoteName } from '../sqlite/quote.ts';
import { archiveName, type Column, type Generation, generationById, unitsOfDouble } from '../types/catalog.ts';
import { typeChecks } from '../types/typeChecks.ts';
import type { ColumnType } from '../types/types.ts';
import { dropTriggers, isTracked, logSql, makeTriggers } from '../versions/undoLog.ts';
import { recorded } from './watch.ts';

/** What opening says when the step cannot be done: the file is as it was, and is only read. */
const cannot = (db: FileConnection, reason: string): Failure =>
  new Failure('store.notMoved', { store: db.path, reason });

/** What other programs did before is looked at first: afterwards it could not be told from this. */
export const exactStep = (db: FileConnection): void => recorded(db, () => convert(db));

function convert(db: FileConnection): void {
  for (const [id] of db.all('SELECT id FROM _dt_generations ORDER BY id')) {
    const g = generationById(db, id as number);
    const changes = changesOf(g);
    if (g.columns.some(isDouble)) requireFitting(db, g);
    if (changes.size > 0) moveTable(db, g, changes);
    else if (hasTable(db, g.stored) && g.columns.some(isJson)) rewriteDocuments(db, g);
    moveLog(db, g);
  }
}

const isDouble = ({ type, storage }: Column): boolean => type.form === 'scaled' && storage === 'REAL';
const isJson = ({ type }: Column): boolean => type.family === 'json';

/** As it was: the quotient of two exact numbers is the nearest double, which is what it was. */
function changeOf(column: Column): ColumnChange | undefined {
  const { name, type } = column;
  const checks = typeChecks(name, type);
  const cell = quoteName(name);
  if (isDouble(column))
    return {
      storage: type.storage,
      without: [keptText(kept.digits, type.text, type.scale)],
      checks,
      standard: (old) => unitsOfLiteral(type, old) ?? `(${unitsOfDouble(type, old)})`,
      value: `(${cell} / 1e${type.scale})`,
    };
  if (type.form !== 'unsigned') return undefined;
  return {
    storage: type.storage,
    without: [keptText(kept.negative, type.text)],
    checks,
    standard: (old) => old,
    value: `(CASE WHEN ${cell} < 0 THEN ${cell} + 18446744073709551616.0 ELSE ${cell} END)`,
  };
}

/** A literal stays one. */
function unitsOfLiteral({ scale }: ColumnType, old: string): string | undefined {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(old)) return undefined;
  return String(Math.round(Number(old) * 10 ** scale));
}

function changesOf(g: Generation): ColumnChanges {
  const changes = new Map<string, ColumnChange>();
  for (const column of g.columns) {
    const change = changeOf(column);
    if (change)
      changes.set(
        column.name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
        change,
      );
  }
  return changes;
}

const hasTable = (db: FileConnection, name: string): boolean =>
  db.value(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`, name) !== undefined;

/** A DECIMAL that is not the double of its digits was written by another program: no number of the type is its value. */
function requireFitting(db: FileConnection, g: Generation): void {
  for (const { name, type, logName } of g.columns.filter(isDouble))
    for (const [table, column] of [
      [g.stored, name],
      [g.log, logName],
    ] as const) {
      if (!hasTable(db, table)) continue;
      const c = quoteName(column);
      const fits = `typeof(${c}) = 'real' AND abs(${c}) < 1e${type.precision - type.scale} AND ${unitsOfDouble(type, c)} / 1e${type.scale} = ${c}`;
      const found = db.value(
        `SELECT CAST(${c} AS TEXT) FROM ${quoteName(table)} WHERE ${c} IS NOT NULL AND NOT (${fits}) LIMIT 1`,
      );
      if (found === undefined) continue;
      throw cannot(
        db,
        say(
          'The column {0} of {1} holds {2}, which is no {3}: another program wrote it. Put it right with the version that wrote the store, then open it again.',
          name,
          g.stored,
          String(found),
          type.text,
        ),
      );
    }
}

/** A cell of the old table as the new one keeps it. */
function moved(column: Column, cell: string): string {
  if (isDouble(column)) return unitsOfDouble(column.type, cell);
  return isJson(column) ? `dt_json_moved(${cell})` : cell;
}

interface Cells {
  /** What is read of the old one, in the order of the names. */
  readonly cells: readonly string[];
  readonly names: readonly string[];
}

/** Rows go to a scratch table and back, so that no definition is renamed: each renaming reads all others anew. */
function throughScratch(db: FileConnection, table: string, { cells, names }: Cells, remake: () => void): void {
  const scratch = cells.map((_, i) => `m${i}`);
  const read = cells.map((cell, i) => `${cell} AS m${i}`);
  db.exec(`CREATE TEMP TABLE dt_moved AS SELECT ${read.join(', ')} FROM ${table}`);
  db.exec(`DROP TABLE ${table}`);
  remake();
  db.exec(`INSERT INTO ${table} (${names.join(', ')}) SELECT ${scratch.join(', ')} FROM temp.dt_moved`);
  db.exec('DROP TABLE temp.dt_moved');
}

const asNow = (g: Generation): Generation => ({
  ...g,
  columns: g.columns.map((column) => ({ ...column, storage: column.type.storage })),
});

function moveTable(db: FileConnection, g: Generation, changes: ColumnChanges): void {
  moveIndexesAside(db, g, changes);
  // Another program may have dropped it.
  if (!hasTable(db, g.stored)) return;
  requireAlone(db, g);
  const sql = db.value(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, g.stored);
  const text = changedTable(String(sql), changes);
  if (!text) throw db.damage(say('the definition of the table {0} holds what no table needs', g.stored));
  const indexes = db.all(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY rowid`,
    g.stored,
  ) as [string, string][];
  const table = quoteName(g.stored);
  const rowNumber = g.rowName === null ? [] : [quoteName(g.rowName)];
  const cells = {
    cells: [...rowNumber, ...g.columns.map((column) => moved(column, quoteName(column.name)))],
    names: [...rowNumber, ...g.columns.map(({ name }) => quoteName(name))],
  };
  throughScratch(db, table, cells, () => db.exec(`CREATE TABLE ${table} (${text.body}) ${text.options}`));
  for (const [name, index] of indexes) {
    if (name === `_dt_keep_${g.id}`) db.exec(keepSql(g.id, g.stored, g.columns[0]?.name ?? ''));
    else remakeIndex(db, g.stored, changedIndex(index, changes) ?? index);
  }
  if (isWatched(db, g)) makeTriggers(db, asNow(g));
}

const isWatched = (db: FileConnection, g: Generation): boolean => g.stored !== archiveName(g.id) && isTracked(db, g);

/** A trigger would go with its table, and what it does with the numbers of before is not known. */
function requireAlone(db: FileConnection, { stored }: Generation): void {
  const foreign = `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? AND name NOT GLOB '_dt_*'`;
  const found = db.value(foreign, stored);
  if (found === undefined) return;
  throw cannot(
    db,
    say(
      'The trigger {0} of another program stands on {1}, whose numbers are kept in another form from now on. Drop it, then open the store again.',
      String(found),
      stored,
    ),
  );
}

/** Definitions of indexes that wait for their table to be restored. */
function moveIndexesAside(db: FileConnection, g: Generation, changes: ColumnChanges): void {
  const before = indexesPutAside(db, g);
  if (before.length === 0) return;
  const after = before.map((index) => changedIndex(index, changes) ?? index);
  db.run('UPDATE _dt_generations SET indexes = ? WHERE id = ?', JSON.stringify(after), g.id);
}

function moveLog(db: FileConnection, g: Generation): void {
  if (!hasTable(db, g.log)) return;
  if (!g.columns.some(isDouble)) {
    for (const { logName } of g.columns.filter(isJson)) rewriteColumn(db, g.log, logName);
    return;
  }
  const names = ['seq', 'op', ...(g.rowName === null ? [] : ['rid']), ...g.columns.map(({ logName }) => logName)];
  const plain = names.slice(0, names.length - g.columns.length);
  const cells = [...plain, ...g.columns.map((column) => moved(column, column.logName))];
  throughScratch(db, g.log, { cells, names }, () => {
    for (const sql of logSql(asNow(g)).values()) db.exec(sql);
  });
}

/** Where nothing but documents changes, the table stays. */
function rewriteDocuments(db: FileConnection, g: Generation): void {
  if (isWatched(db, g)) dropTriggers(db, g);
  for (const { name } of g.columns.filter(isJson)) rewriteColumn(db, g.stored, name);
  if (isWatched(db, g)) makeTriggers(db, g);
}

function rewriteColumn(db: FileConnection, table: string, column: string): void {
  const c = quoteName(column);
  db.exec(`UPDATE ${quoteName(table)} SET ${c} = dt_json_moved(${c}) WHERE ${c} IS NOT dt_json_moved(${c})`);
}
