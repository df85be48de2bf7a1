/**
 * DATA BRANCH DIFF … OUTPUT FILE, as a MatrixOne server writes it: statements that make the base what the target is, or, where the base has no
 * row, the target's rows as CSV. Written whole or not at all, and never over another file.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import type { TableName } from '../../../data/table.ts';
import { hexOf } from '../../../data/value.ts';
import type { FileConnection, SqlRow } from '../sqlite/driver.ts';
import { quoteName as quoteSqlite } from '../sqlite/quote.ts';
import type { Column, TableVersion } from '../types/catalog.ts';
import { type ColumnType, orderTerms, selectCell, valueOf } from '../types/types.ts';
import { countAt, sourceSql } from '../versions/readAt.ts';
import { bagTable, keysMatch, type Sides, sideTables } from './sides.ts';

/** What the server says of what it wrote, under its titles. */
export interface WrittenDiff {
  readonly path: string;
  readonly hint: string;
}

const rowsAStatement = 8192;

const tick = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const full = ({ database, table }: TableName): string => `${tick(database)}.${tick(table)}`;

/** What stands escaped in a text of MySQL's, the backslash first. */
const escapes: readonly (readonly [sign: string, written: string])[] = [
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\u001a', '\\Z'],
];

const quotedText = (text: string): string =>
  `'${escapes.reduce((written, [sign, escape]) => written.replaceAll(sign, () => escape), text)}'`;

const bareFamilies = new Set(['integer', 'float', 'decimal']);

/** A cell as a literal of MySQL's. */
function literal(type: ColumnType, cell: SqlRow[number]): string {
  const value = valueOf(type, cell);
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `x'${hexOf(value)}'`;
  if (type.family === 'boolean' && /^BOOL/.test(type.text)) return Number(value) === 0 ? 'false' : 'true';
  if (bareFamilies.has(type.family) || type.family === 'boolean') return String(value);
  return quotedText(String(value));
}

const plainCsv = new Set(['integer', 'float', 'decimal', 'boolean', 'date', 'datetime', 'time']);

/** A cell as the server's CSV has it: texts in quotes, NULL as `\N`. */
function csvCell(type: ColumnType, cell: SqlRow[number]): Buffer {
  const value = valueOf(type, cell);
  if (value === null) return Buffer.from('\\N');
  if (type.family === 'boolean' && /^BOOL/.test(type.text)) return Buffer.from(Number(value) === 0 ? 'false' : 'true');
  if (plainCsv.has(type.family)) return Buffer.from(String(value));
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
  const quoted = `"${text.replaceAll('\\', '\\\\').replaceAll('"', '""')}"`;
  return Buffer.from(quoted, value instanceof Uint8Array ? 'latin1' : 'utf8');
}

const outputFault = (message: string): Failure => new Failure('sql.failed', { message });

function requireFolder(folder: string): void {
  if (!isAbsolute(folder))
    throw outputFault(
      say('The folder of OUTPUT FILE must begin at the root, as in OUTPUT FILE \'/tmp\': "{0}" does not.', folder),
    );
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw outputFault(say('The folder {0} of OUTPUT FILE does not exist. Make it first.', folder));
  if (!found.isDirectory()) throw outputFault(say('{0} of OUTPUT FILE is not a folder.', folder));
}

/** Bytes of a side in the name of a file: with both, the time, a mark and the ending it stays below the 255 that a name can have. */
const sideBytes = 88;

/** As many whole characters as fit. */
function cutTo(text: string, bytes: number): string {
  let cut = '';
  for (const sign of text) {
    if (Buffer.byteLength(cut + sign) > bytes) return cut;
    cut += sign;
  }
  return cut;
}

/** `diff_b_t_20261130_212203`; what would be another folder, or no name of a file, is an underscore. */
function fileName({ target, base }: Sides, now: Date): string {
  const part = ({ table, snapshot }: TableVersion): string =>
    cutTo(
      [table.table, ...(snapshot ? [snapshot.name] : [])]
        .map((name) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}_.-]/gu, '_'))
        .join('_'),
      sideBytes,
    );
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '_').slice(0, 15);
  return `diff_${part(target)}_${part(base)}_${time}`;
}

/** Takes text until it is moved into place under a name that nothing has. */
class Draft {
  readonly #path: string;
  readonly #file: number;
  #text: Buffer[] = [];
  #size = 0;

  constructor(folder: string) {
    this.#path = join(folder, `.diff-${randomUUID()}`);
    this.#file = openSync(this.#path, 'wx', 0o600);
  }

  add(text: string | Buffer): void {
    const piece = typeof text === 'string' ? Buffer.from(text) : text;
    this.#text.push(piece);
    this.#size += piece.length;
    if (this.#size > 1_000_000) this.#flush();
  }

  #flush(): void {
    const whole = Buffer.concat(this.#text);
    for (let done = 0; done < whole.length; ) done += writeSync(this.#file, whole, done);
    this.#text = [];
    this.#size = 0;
  }

  moveTo(folder: string, name: string, ending: string): string {
    this.#flush();
    fsyncSync(this.#file);
    for (const path of [join(folder, `${name}${ending}`), join(folder, `${name}_${randomUUID()}${ending}`)]) {
      try {
        linkSync(this.#path, path);
        return path;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
    throw outputFault(say('The file of OUTPUT FILE could not be given a name in {0}.', folder));
  }

  end(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}

/** Writes the file; `sql.failed` where that cannot be. The sides have been collected. */
export function writeDiffFile(db: FileConnection, sides: Sides, folder: string, now = new Date()): WrittenDiff {
  let draft: Draft | null = null;
  try {
    requireFolder(folder);
    draft = new Draft(folder);
    const isCsv = countAt(db, sides.base) === 0;
    if (isCsv) writeRows(db, draft, sides.target);
    else writeStatements(db, draft, sides);
    const path = draft.moveTo(folder, fileName(sides, now), isCsv ? '.csv' : '.sql');
    const { database, table } = sides.base.table;
    const changes = `DELETE FROM ${database}.${table}, INSERT INTO ${database}.${table}`;
    const csv = `FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n'`;
    return { path, hint: isCsv ? csv : changes };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      'sql.failed',
      { message: say('The file of OUTPUT FILE could not be written: {0}.', reason) },
      { cause: error },
    );
  } finally {
    draft?.end();
  }
}

function writeRows(db: FileConnection, draft: Draft, version: TableVersion): void {
  const { columns, generation } = version;
  const cells = columns.map(({ name, type }) => selectCell(type, quoteSqlite(name)));
  const keys = generation.key.flatMap((name) => {
    const column = columns.find((one) => one.name === name);
    return column ? orderTerms(column.type, quoteSqlite(name)) : [];
  });
  const order = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
  for (const row of db.iterate(`SELECT ${cells.join(', ')} FROM ${sourceSql(db, version, columns)}${order}`)) {
    columns.forEach(({ type }, c) => {
      if (c > 0) draft.add(',');
      draft.add(csvCell(type, row[c] ?? null));
    });
    draft.add('\n');
  }
}

function writeStatements(db: FileConnection, draft: Draft, sides: Sides): void {
  draft.add('BEGIN;\n');
  if (sides.key.length > 0) writeKeyed(db, draft, sides);
  else writeBag(db, draft, sides);
  draft.add('COMMIT;\n');
}

/** `(…),(…)` in statements of some thousand rows each. */
function writeValues(draft: Draft, head: string, columns: readonly Column[], rows: Iterable<SqlRow>): boolean {
  let count = 0;
  for (const row of rows) {
    if (count % rowsAStatement === 0) draft.add(`${count === 0 ? '' : ';\n'}${head} `);
    else draft.add(',');
    draft.add(`(${columns.map(({ type }, c) => literal(type, row[c] ?? null)).join(',')})`);
    count++;
  }
  if (count > 0) draft.add(';\n');
  return count > 0;
}

/** The differing keys, and whether each table has a row of it now: what the target has is `v0`…. */
function differingSql(sides: Sides): string {
  const { key, others } = sides;
  const keys = (side: string): string[] => key.map((_, i) => `${side}.k${i} AS k${i}`);
  const values = (side: string, letter: string): string[] => others.map((_, i) => `${side}.${letter}${i} AS v${i}`);
  const match = keysMatch(sides, 't', 'b');
  return `SELECT ${[...keys('t'), 'coalesce(b.isnow, t.was) AS old', 't.isnow AS new', ...values('t', 'a')].join(', ')}
    FROM ${sideTables.target} t LEFT JOIN ${sideTables.base} b ON ${match}
    UNION ALL SELECT ${[...keys('b'), 'b.isnow', 'b.was', ...values('b', 'b')].join(', ')}
    FROM ${sideTables.base} b LEFT JOIN ${sideTables.target} t ON ${match} WHERE t.k0 IS NULL`;
}

function writeKeyed(db: FileConnection, draft: Draft, sides: Sides): void {
  const { target, base, key, others } = sides;
  const mark = randomUUID().replaceAll('-', '');
  const scratch = (what: string): string =>
    full({ database: base.table.database, table: `__mo_diff_${what}_${mark}_1` });
  const [gone, come] = [scratch('del'), scratch('ins')];
  const into = full(base.table);
  const names = target.columns.map(({ name }) => tick(name)).join(',');
  const keyNames = key.map(({ name }) => tick(name));
  const applied = key.map((_, i) => tick(`branch_apply_key_${i}`));
  const order = key.flatMap(({ type }, i) => orderTerms(type, `k${i}`)).join(', ');
  const keyCells = key.map(({ type }, i) => selectCell(type, `k${i}`));
  const cells = target.columns.map((column) => {
    const k = key.indexOf(column);
    return selectCell(column.type, k >= 0 ? `k${k}` : `v${others.indexOf(column)}`);
  });
  const aliases = keyNames.map((name, i) => `${name} as ${applied[i] ?? ''}`).join(',');
  draft.add(`drop table if exists ${gone};\ncreate table ${gone} as select ${aliases} from ${into} where 1=0;\n`);
  draft.add(`drop table if exists ${come};\ncreate table ${come} as select ${names} from ${into} where 1=0;\n`);
  const rows = (which: string, what: readonly string[]): Iterable<SqlRow> =>
    db.iterate(`SELECT ${what.join(', ')} FROM (${differingSql(sides)}) WHERE ${which} ORDER BY ${order}`);
  const tuple = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(',')})`);
  if (writeValues(draft, `insert into ${gone} values`, key, rows('old', keyCells)))
    draft.add(
      `delete from ${into} where ${tuple(keyNames)} in (select ${applied.join(',')} from ${gone});\ndelete from ${gone};\n`,
    );
  if (writeValues(draft, `insert into ${come} values`, target.columns, rows('new', cells)))
    draft.add(`insert into ${into} (${names}) select ${names} from ${come};\ndelete from ${come};\n`);
  draft.add(`drop table if exists ${gone};\ndrop table if exists ${come};\n`);
}

function writeBag(db: FileConnection, draft: Draft, sides: Sides): void {
  const { base, target } = sides;
  const into = full(base.table);
  const cells = target.columns.map(({ type }, i) => selectCell(type, `c${i}`));
  const order = target.columns.flatMap(({ type }, i) => orderTerms(type, `c${i}`)).join(', ');
  const surplus = `SELECT ${cells.join(', ')}, base - target FROM ${bagTable} WHERE base - target`;
  for (const row of db.iterate(`${surplus} > 0 ORDER BY ${order}`)) {
    const where = target.columns.map(({ name, type }, c) =>
      row[c] === null ? `${tick(name)} is null` : `${tick(name)} = ${literal(type, row[c] ?? null)}`,
    );
    for (let copy = row.at(-1) as number; copy > 0; copy--)
      draft.add(`delete from ${into} where ${where.join(' and ')} limit 1;\n`);
  }
  function* copied(): Generator<SqlRow, void> {
    for (const row of db.iterate(`${surplus} < 0 ORDER BY ${order}`))
      for (let copy = -(row.at(-1) as number); copy > 0; copy--) yield row;
  }
  const names = target.columns.map(({ name }) => tick(name)).join(',');
  writeValues(draft, `insert into ${into} (${names}) values`, target.columns, copied());
}
