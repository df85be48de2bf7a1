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
import type { SpoolPage, SpoolView } from '../protocol/engine.ts';

/** Rows of a result, or changes of a delta. */
export type SpoolKind = { readonly kind: 'rows' } | { readonly kind: 'delta'; readonly keyColumns: number };

type Scratch = readonly Value[];

function openScratch(): DatabaseSync {
  const sqlite = process.getBuiltinModule('node:sqlite') as { DatabaseSync: typeof DatabaseSync } | undefined;
  if (!sqlite) throw new Failure('store.noSqlite', { node: process.version });
  // An empty name is SQLite's word for a private file that lives as long as its connection.
  const db = new sqlite.DatabaseSync('');
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000');
  return db;
}

/** The unit separator: no cell's text matches across it. */
const between = '\u001f';
const shownText = (values: Scratch): string => values.map(textOf).join(between).toLowerCase();

export class Spool {
  readonly #db = openScratch();
  readonly #insert: StatementSync;
  readonly columns: readonly PageColumn[];
  readonly kind: SpoolKind;
  #rows = 0;
  /** The view that stands in the table `shown`, and how many rows there were when it was made. */
  #view: { readonly key: string; readonly rows: number; readonly total: number } | undefined;

  constructor(columns: readonly PageColumn[], kind: SpoolKind) {
    this.columns = columns;
    this.kind = kind;
    const names = ['n', 'flag', 'shown', ...this.#cellNames];
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
      this.#add(null, shownText(row), row);
    });
  }

  addChanges(page: DeltaPage, limit: number): void {
    this.#inOneGo(Math.min(page.rows, limit), (i) => {
      const { before, after } = changeAt(page, i);
      const none = this.columns.map(() => null);
      const shown = [before, after].filter((image) => image !== null).map(shownText);
      this.#add(at(page.flags, i), shown.join(between), [...(before ?? none), ...(after ?? none)]);
    });
  }

  #inOneGo(count: number, add: (i: number) => void): void {
    this.#db.exec('BEGIN');
    for (let i = 0; i < count; i++) add(i);
    this.#db.exec('COMMIT');
  }

  #add(flag: number | null, shown: string, cells: Scratch): void {
    this.#insert.run(this.#rows, flag, shown, ...(cells as SQLInputValue[]));
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
            lines.map((line) => line.slice(1)),
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
    for (const line of statement.iterate() as unknown as Iterable<Value[]>) yield at(line, 0);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #deltaPage(lines: readonly Scratch[]): DeltaPage {
    invariant(this.kind.kind === 'delta', 'a delta has flags');
    const width = this.columns.length;
    const cells = (from: number) => this.columns.map((_, c) => packCells(lines.map((line) => at(line, 1 + from + c))));
    return {
      rows: lines.length,
      keyColumns: this.kind.keyColumns,
      columns: this.columns,
      flags: Uint8Array.from(lines, (line) => Number(line[0])),
      before: cells(0),
      after: cells(width),
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
    const cells = ['flag', ...this.#cellNames].map((name) => `line.${name}`).join(', ');
    const from = isWhole(view) ? 'line WHERE n' : 'shown JOIN line ON line.n = shown.n WHERE i';
    const order = isWhole(view) ? 'n' : 'i';
    const statement = this.#statement(`SELECT ${cells} FROM ${from} >= ? AND ${order} < ? ORDER BY ${order}`);
    return statement.all(start, start + count) as unknown as Scratch[];
  }

  /** Sorts and filters once for all the pages of a view; rows in it. */
  #showView(view: SpoolView): number {
    if (isWhole(view)) return this.#rows;
    const key = JSON.stringify(view);
    if (this.#view?.key === key && this.#view.rows === this.#rows) return this.#view.total;
    const { where, values } = conditionOf(view);
    this.#db.exec('DROP TABLE IF EXISTS shown; CREATE TABLE shown (i INTEGER PRIMARY KEY, n INTEGER)');
    // Rowids count from 0 in the order of the query.
    const sql = `INSERT INTO shown SELECT row_number() OVER (ORDER BY ${this.#orderOf(view)}) - 1, n FROM line ${where}`;
    const total = Number(this.#db.prepare(sql).run(...values).changes);
    this.#view = { key, rows: this.#rows, total };
    return total;
  }

  #orderOf({ sort }: SpoolView): string {
    if (!sort) return 'n';
    const column = at(this.columns, sort.column);
    const after = `a${sort.column}`;
    // A deleted row is sorted by what it was.
    const cell = this.kind.kind === 'rows' ? after : `CASE WHEN flag = 2 THEN b${sort.column} ELSE ${after} END`;
    // DECIMAL travels as text, but its order is that of numbers.
    const value = /^(DECIMAL|NUMERIC|DEC)\b/i.test(column.type) ? `CAST(${cell} AS REAL)` : cell;
    return `${value}${sort.descending ? ' DESC' : ''}, n`;
  }
}

const isWhole = (view: SpoolView): boolean => view.sort === null && view.filter === '' && view.flag === null;

function conditionOf({ filter, flag }: SpoolView): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  if (flag !== null) {
    parts.push('flag = ?');
    values.push(flagNames.indexOf(flag));
  }
  if (filter !== '') {
    parts.push('instr(shown, ?) > 0');
    values.push(filter.toLowerCase());
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
}
