/**
 * The undo log: per key and per epoch (the time between two snapshots) the first before-image, written by triggers.
 * Everything else (a read at a snapshot, the delta, a restore) is a walk over it.
 */
import type { FileConnection } from '../sqlite/driver.ts';
import type { Generation } from '../types/catalog.ts';
import { quoteName } from '../sqlite/quote.ts';

/** `op` in the log: the row was there, and looked like this; the row was absent; a number that must not come back. */
const logOp = { there: 1, absent: 0, spent: 2 } as const;

/** Before and after an insert, before an update, before one of the key, before and after a delete. */
export const triggerEvents: ReadonlySet<string> = new Set(['bi', 'ai', 'bu', 'bk', 'bd', 'ad']);

const triggerNames = (generation: number): string[] => [...triggerEvents].map((event) => `_dt_${event}_${generation}`);

/** The equality of two rows' keys; `left` and `right` write a key column as SQL. */
export const keysEqual = (
  g: Generation,
  left: (key: { live: string; log: string }) => string,
  right: (key: { live: string; log: string }) => string,
): string => g.keyColumns.map((key) => `${left(key)} = ${right(key)}`).join(' AND ');

/** Whether the generation has a log, which it has from its first snapshot on. */
export const isTracked = (db: FileConnection, g: Generation): boolean =>
  db.value('SELECT 1 FROM _dt_logs WHERE generation = ?', g.id) !== undefined;

/** The log and its index as they must stand in the file, by name. */
export function logSql(g: Generation): Map<string, string> {
  const columns = g.columns.map((column) => `${column.logName} ${column.storage}`);
  if (g.rowName !== null) columns.unshift('rid INTEGER');
  const index = `_dt_key_${g.id}`;
  return new Map([
    [g.log, `CREATE TABLE ${g.log} (seq INTEGER PRIMARY KEY, op INTEGER NOT NULL, ${columns.join(', ')})`],
    [index, `CREATE INDEX ${index} ON ${g.log} (${g.keyColumns.map((key) => key.log).join(', ')})`],
  ]);
}

/** Makes the logs and triggers of those tables that have none, at their first snapshot. */
export function track(db: FileConnection, generations: readonly Generation[]): void {
  const fresh = generations.filter((g) => !isTracked(db, g));
  for (const g of fresh) dropTriggers(db, g);
  db.addDefinitions([
    ...fresh.flatMap((g) =>
      [...logSql(g)].map(([name, sql]) => ({
        type: name === g.log ? ('table' as const) : ('index' as const),
        name,
        table: g.log,
        sql,
      })),
    ),
    ...fresh.flatMap((g) =>
      [...triggerSql(db, g)].map(([name, sql]) => ({ type: 'trigger' as const, name, table: g.stored, sql })),
    ),
  ]);
  for (const g of fresh) db.run('INSERT INTO _dt_logs SELECT ?, 1, count(*), 0, 0 FROM ' + quoteName(g.stored), g.id);
}

/** A column was added to the table: the log gets it too. */
export function extendLog(db: FileConnection, before: Generation, after: Generation): void {
  for (const column of after.columns.slice(before.columns.length))
    db.exec(`ALTER TABLE ${after.log} ADD COLUMN ${column.logName} ${column.storage}`);
  makeTriggers(db, after);
}

/** The triggers as they must stand in the file, by name. Built-in SQL only: other programs write through them too. */
export const triggerSql = (db: FileConnection, g: Generation): Map<string, string> =>
  triggersOf(g, hasOtherUnique(db, g));

/** `others`: there is a unique constraint besides the key. */
export function triggersOf(g: Generation, others: boolean): Map<string, string> {
  const table = quoteName(g.stored);
  const cells = g.columns.map((column) => ({ live: quoteName(column.name), log: column.logName }));
  const all = g.rowName === null ? cells : [...g.keyColumns, ...cells];
  const logged = all.map((cell) => cell.log).join(', ');
  const keys = g.keyColumns.map((key) => key.log).join(', ');
  const images = (row: string): string => all.map((cell) => `${row}.${cell.live}`).join(', ');
  // Never INSERT OR IGNORE here: the outer statement's conflict clause would replace it and overwrite history.
  const fresh = (row: string): string =>
    `NOT EXISTS (SELECT 1 FROM ${g.log} e WHERE ${keysEqual(
      g,
      (k) => `e.${k.log}`,
      (k) => `${row}.${k.live}`,
    )} AND e.seq >= (SELECT start FROM _dt_logs WHERE generation = ${g.id}))`;
  const wasThere = `INSERT INTO ${g.log} (op, ${logged}) SELECT 1, ${images('x')} FROM ${table} x WHERE ${keysEqual(
    g,
    (k) => `x.${k.live}`,
    (k) => `new.${k.live}`,
  )} AND ${fresh('new')};`;
  const wasAbsent = `INSERT INTO ${g.log} (op, ${keys}) SELECT 0, ${g.keyColumns.map((k) => `new.${k.live}`).join(', ')} WHERE ${fresh('new')};`;
  const old = `INSERT INTO ${g.log} (op, ${logged}) SELECT 1, ${images('old')} WHERE ${fresh('old')};`;
  const moved = g.keyColumns.map((k) => `old.${k.live} IS NOT new.${k.live}`).join(' OR ');
  const count = (rows: number): string =>
    `UPDATE _dt_logs SET ${rows === 0 ? '' : `rows = rows ${rows < 0 ? '-' : '+'} 1, `}ticks = ticks + 1 WHERE generation = ${g.id};`;
  // A program without recursive_triggers that replaces a row, over a second unique index or by moving another one to its key,
  // deletes it unseen: its image is there in the second case, but the count of rows is one too many in both.
  const replaced = others ? count(0) : '';
  const [bi, ai, bu, bk, bd, ad] = triggerNames(g.id) as [string, string, string, string, string, string];
  const triggers = new Map<string, string>();
  const add = (name: string, event: string, body: string, when = ''): void => {
    triggers.set(name, `CREATE TRIGGER ${name} ${event} ON ${table} ${when}BEGIN ${body} END`);
  };
  if (g.rowName === null) add(bi, 'BEFORE INSERT', wasThere);
  add(ai, 'AFTER INSERT', wasAbsent + count(1));
  add(bu, 'BEFORE UPDATE', old + replaced);
  add(bk, 'BEFORE UPDATE', wasThere + wasAbsent + count(0), `WHEN ${moved} `);
  add(bd, 'BEFORE DELETE', old);
  add(ad, 'AFTER DELETE', count(-1));
  return triggers;
}

/** Is there a unique constraint besides the key, over which a row of another key can be replaced? */
export const hasOtherUnique = (db: FileConnection, g: Generation): boolean =>
  db.value(`SELECT 1 FROM pragma_index_list(?) WHERE "unique" AND origin <> 'pk'`, g.stored) !== undefined;

/**
 * Puts the triggers of a generation in, in place of those that stand there: after every change of its columns or unique
 * indexes.
 */
export function makeTriggers(db: FileConnection, g: Generation): void {
  dropTriggers(db, g);
  for (const sql of triggerSql(db, g).values()) db.exec(sql);
}

/** Takes the triggers of a generation out: it is put aside, or another program replaced it. */
export function dropTriggers(db: FileConnection, g: Generation): void {
  for (const name of triggerNames(g.id)) db.exec(`DROP TRIGGER IF EXISTS ${name}`);
}

/** No snapshot is left: log and triggers go, and writes cost nothing again. */
export function untrack(db: FileConnection, g: Generation): void {
  dropTriggers(db, g);
  db.exec(`DROP TABLE IF EXISTS ${g.log}`);
  db.run('DELETE FROM _dt_logs WHERE generation = ?', g.id);
}

/** Begins a new epoch of a table that is tracked; gives its first log number, and the rows of the table now. */
export function beginEpoch(db: FileConnection, g: Generation): { start: bigint; rows: number } {
  const next = `(SELECT coalesce(max(seq), 0) + 1 FROM ${g.log})`;
  db.run(`UPDATE _dt_logs SET start = ${next}, seen = ticks WHERE generation = ?`, g.id);
  const row = db.get('SELECT CAST(start AS TEXT), rows FROM _dt_logs WHERE generation = ?', g.id) as [string, number];
  return { start: BigInt(row[0]), rows: row[1] };
}

/**
 * A snapshot with this start is gone: the images of its epoch pass to the older epoch, unless that has the key already.
 * Call it after the state's own row was deleted.
 */
export function mergeEpoch(db: FileConnection, g: Generation, start: bigint): void {
  const [older, newer] = db.get(
    'SELECT CAST(max(CASE WHEN start <= ? THEN start END) AS TEXT), CAST(min(CASE WHEN start >= ? THEN start END) AS TEXT) FROM _dt_states WHERE generation = ?',
    start,
    start,
    g.id,
  ) as [string | null, string | null];
  // Another snapshot of the same state still needs the epoch.
  if (older === String(start) || newer === String(start)) return;
  const top = db.get(`SELECT CAST(max(seq) AS TEXT) FROM ${g.log}`)?.[0] as string | null;
  const kept =
    older === null
      ? ''
      : `AND EXISTS (SELECT 1 FROM ${g.log} p WHERE ${keysEqual(
          g,
          (k) => `p.${k.log}`,
          (k) => `${g.log}.${k.log}`,
        )} AND p.seq >= ${older} AND p.seq < ${start})`;
  db.exec(`DELETE FROM ${g.log} WHERE seq >= ${start} ${newer === null ? '' : `AND seq < ${newer}`} ${kept}`);
  // Log numbers must never come back, or a later change would fall before a snapshot that it came after.
  if (top !== null)
    db.exec(
      `INSERT INTO ${g.log} (seq, op) SELECT ${top}, ${logOp.spent} WHERE NOT EXISTS (SELECT 1 FROM ${g.log} WHERE seq = ${top})`,
    );
  db.run(
    'UPDATE _dt_logs SET start = (SELECT max(start) FROM _dt_states WHERE generation = ?) WHERE generation = ?',
    g.id,
    g.id,
  );
}
