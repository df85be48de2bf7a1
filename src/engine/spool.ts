/**
 * A scratch copy of a result or a delta in a private SQLite file of its own, so that a grid can jump, sort and filter in
 * it. SQLite makes the file under its temporary folder (`SQLITE_TMPDIR`) and removes it when it is closed, also by a kill.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { at, invariant } from '../base/assert.ts';
import { Failure } from '../base/failure.ts';
import { changeAt, type DeltaPage, flagNames } from '../data/change.ts';
import { packCells, type PageColumn, packRows, type RowPage, rowAt } from '../data/page.ts';
import { textOf, type Value } from '../data/value.ts';
import type { ChangedPairs, SpoolPage, SpoolView } from '../protocol/engine.ts';
import { packed } from '../stores/exact.ts';
import { conditionOf, isWhole, orderOf } from './spoolView.ts';

/** Rows of a result, or changes of a delta. */
export type SpoolKind = { readonly kind: 'rows' } | { readonly kind: 'delta'; readonly keyColumns: number };

type Scratch = readonly Value[];

function openScratch(): DatabaseSync {
  const sqlite = process.getBuiltinModule('node:sqlite') as { DatabaseSync: typeof DatabaseSync } | undefined;
  if (!sqlite) throw new Failure('store.noSqlite', { node: process.version });
  // An empty name is SQLite's word for a private file that lives as long as its connection.
  const db = new sqlite.DatabaseSync('');
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000');
  // A filter is by what a person sees.
  db.function('shown', { deterministic: true, useBigIntArguments: true }, (value, isColumnLong) =>
    textOf(isColumnLong === 1n ? long(value as Value) : (value as Value)),
  );
  // Units of a DECIMAL of one scale, as a text in their order.
  db.function('units', { deterministic: true }, (value) => {
    const digits = value === null ? '' : String(value).replace('.', '');
    return /^-?\d+$/.test(digits) ? (packed(BigInt(digits), unitDigits) ?? null) : null;
  });
  return db;
}

/** More than a DECIMAL has. */
const unitDigits = 70;
/** The digits of the largest whole number without a sign. */
const longDigits = 20;
const isLong = (value: Value): value is bigint => typeof value === 'bigint' && value !== BigInt.asIntN(64, value);

/** A whole number that SQLite's integers do not hold is kept as a text of so many digits, which comes behind all of theirs. */
const long = (value: Value): Value => (typeof value === 'string' ? BigInt(value) : value);

/** The unit separator: no cell's text matches across it. */
const between = '\u001f';
const shownText = (values: Scratch): string => values.map(textOf).join(between).toLowerCase();

export class Spool {
  readonly #db = openScratch();
  readonly #insert: StatementSync;
  readonly columns: readonly PageColumn[];
  readonly kind: SpoolKind;
  /** Columns in which a whole number is longer than SQLite's. */
  readonly #long = new Set<number>();
  #rows = 0;
  /** Its changes came with their row hashes. */
  #hashed = false;
  /** The view that stands in the table `shown`, and how many rows there were when it was made. */
  #view: { readonly key: string; readonly rows: number; readonly total: number } | undefined;

  constructor(columns: readonly PageColumn[], kind: SpoolKind) {
    this.columns = columns;
    this.kind = kind;
    const names = ['n', 'flag', 'hash', 'shown', ...this.#cellNames];
    this.#db.exec(`CREATE TABLE line (n INTEGER PRIMARY KEY, ${names.slice(1).join(', ')})`);
    this.#insert = this.#db.prepare(`INSERT INTO line VALUES (${names.map(() => '?').join(', ')})`);
  }

  get rows(): number {
    return this.#rows;
  }

  /** `b`: before, `a`: after, or the value itself. */
  get #cellNames(): string[] {
    const after = this.columns.map((_, c) => `a${c}`);
    return this.kind.kind === 'rows' ? after : [...this.columns.map((_, c) => `b${c}`), ...after];
  }

  addRows(page: RowPage, limit: number): void {
    this.#inOneGo(Math.min(page.rows, limit), (i) => {
      const row = rowAt(page, i);
      this.#add(null, null, shownText(row), row);
    });
  }

  addChanges(page: DeltaPage, limit: number): void {
    this.#hashed ||= page.hashes !== undefined;
    this.#inOneGo(Math.min(page.rows, limit), (i) => {
      const { before, after } = changeAt(page, i);
      const none = this.columns.map(() => null);
      const shown = [before, after].filter((image) => image !== null).map(shownText);
      this.#add(at(page.flags, i), page.hashes?.[i] ?? null, shown.join(between), [
        ...(before ?? none),
        ...(after ?? none),
      ]);
    });
  }

  #inOneGo(count: number, add: (i: number) => void): void {
    this.#db.exec('BEGIN');
    for (let i = 0; i < count; i++) add(i);
    this.#db.exec('COMMIT');
  }

  #add(flag: number | null, hash: string | null, shown: string, cells: Scratch): void {
    const kept = cells.map((value, i) => {
      if (!isLong(value)) return value;
      this.#long.add(i % this.columns.length);
      return String(value).padStart(longDigits, '0');
    });
    this.#insert.run(this.#rows, flag, hash, shown, ...(kept as SQLInputValue[]));
    this.#rows += 1;
  }

  page(start: number, count: number, view: SpoolView): SpoolPage {
    const total = this.#showView(view);
    const lines = this.#read(start, count, view);
    const isRows = this.kind.kind === 'rows';
    return {
      start,
      total,
      page: isRows
        ? packRows(
            this.columns,
            lines.map((line) => line.slice(2)),
          )
        : null,
      delta: isRows ? null : this.#deltaPage(lines),
    };
  }

  /** The whole view in pages, in its order. */
  *pages(view: SpoolView, pageRows: number): Generator<SpoolPage, void> {
    for (let start = 0; ; start += pageRows) {
      const page = this.page(start, pageRows, view);
      if (start >= page.total) return;
      yield page;
    }
  }

  /** The values of one column, in no order: of the after-images in a delta. */
  *values(column: number): Generator<Value, void> {
    const deleted = flagNames.indexOf('deleted');
    const only = this.kind.kind === 'rows' ? '' : ` WHERE flag <> ${deleted}`;
    const statement = this.#statement(`SELECT a${column} FROM line${only}`);
    for (const line of statement.iterate() as unknown as Iterable<Value[]>) yield this.#value(column, at(line, 0));
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #deltaPage(lines: readonly Scratch[]): DeltaPage {
    invariant(this.kind.kind === 'delta', 'a delta has flags');
    const width = this.columns.length;
    const cells = (from: number) => this.columns.map((_, c) => packCells(lines.map((line) => at(line, 2 + from + c))));
    return {
      rows: lines.length,
      keyColumns: this.kind.keyColumns,
      columns: this.columns,
      flags: Uint8Array.from(lines, (line) => Number(line[0])),
      before: cells(0),
      after: cells(width),
      ...(this.#hashed && { hashes: lines.map((line) => String(line[1])) }),
    };
  }

  #statement(sql: string): StatementSync {
    const statement = this.#db.prepare(sql);
    statement.setReturnArrays(true);
    // Numbers are kept as REAL and bigints as INTEGER, so each comes back as what it was.
    statement.setReadBigInts(true);
    return statement;
  }

  #read(start: number, count: number, view: SpoolView): Scratch[] {
    const cells = ['flag', 'hash', ...this.#cellNames].map((name) => `line.${name}`).join(', ');
    const from = isWhole(view) ? 'line WHERE n' : 'shown JOIN line ON line.n = shown.n WHERE i';
    const order = isWhole(view) ? 'n' : 'i';
    const statement = this.#statement(`SELECT ${cells} FROM ${from} >= ? AND ${order} < ? ORDER BY ${order}`);
    const lines = statement.all(start, start + count) as unknown as Scratch[];
    if (this.#long.size === 0) return lines;
    const width = this.columns.length;
    return lines.map((line) => line.map((value, i) => (i < 2 ? value : this.#value((i - 2) % width, value))));
  }

  #value(column: number, value: Value): Value {
    return this.#long.has(column) ? long(value) : value;
  }

  /** Sorts and filters once for all the pages of a view; rows in it. */
  #showView(view: SpoolView): number {
    if (isWhole(view)) return this.#rows;
    const key = JSON.stringify(view);
    if (this.#view?.key === key && this.#view.rows === this.#rows) return this.#view.total;
    const isDelta = this.kind.kind === 'delta';
    const { where, values } = conditionOf(view, isDelta, this.#long);
    this.#db.exec('DROP TABLE IF EXISTS shown; CREATE TABLE shown (i INTEGER PRIMARY KEY, n INTEGER)');
    // Rowids count from 0 in the order of the query.
    const sql = `INSERT INTO shown SELECT row_number() OVER (ORDER BY ${orderOf(view, this.columns, isDelta)}) - 1, n FROM line ${where}`;
    const total = Number(this.#db.prepare(sql).run(...values).changes);
    this.#view = { key, rows: this.#rows, total };
    return total;
  }

  /** For each column, the updated rows that changed in it. */
  changes(): number[] {
    if (this.kind.kind === 'rows' || this.columns.length === 0) return [];
    const sums = this.columns.map((_, c) => `coalesce(sum(b${c} IS NOT a${c}), 0)`);
    const statement = this.#statement(`SELECT ${sums.join(', ')} FROM line WHERE flag = ${updated}`);
    return ((statement.get() ?? []) as unknown as Value[]).map(Number);
  }

  /** What a column changed from and to in the updated rows of a view, the most frequent first. */
  pairs(column: number, view: SpoolView): ChangedPairs {
    at(this.columns, column);
    if (this.kind.kind === 'rows') return { column, pairs: [], others: { pairs: 0, rows: 0 } };
    const { where, values } = conditionOf({ ...view, flag: null }, this.kind.kind === 'delta', this.#long);
    const own = `flag = ${updated} AND b${column} IS NOT a${column}`;
    const grouped = `SELECT b${column}, a${column}, count(*) AS found FROM line ${where === '' ? 'WHERE' : `${where} AND`} ${own} GROUP BY 1, 2`;
    const most = this.#statement(`${grouped} ORDER BY 3 DESC, 1, 2 LIMIT ${mostPairs}`);
    const all = this.#statement(`SELECT count(*), coalesce(sum(found), 0) FROM (${grouped})`);
    const pairs = (most.all(...values) as unknown as Value[][]).map(([from = null, to = null, rows]) => ({
      from: from === null ? null : textOf(this.#value(column, from)),
      to: to === null ? null : textOf(this.#value(column, to)),
      rows: Number(rows),
    }));
    const [kinds = 0, rows = 0] = ((all.get(...values) ?? []) as unknown as Value[]).map(Number);
    const told = pairs.reduce((sum, pair) => sum + pair.rows, 0);
    return { column, pairs, others: { pairs: kinds - pairs.length, rows: rows - told } };
  }
}

const updated = flagNames.indexOf('updated');
/** Pairs that are told of one by one. */
const mostPairs = 50;
