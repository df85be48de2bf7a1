/** Bulk load: rows are staged beside the store, then merged in one transaction: all or nothing. */
import { say } from '../../../base/say.ts';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { LoadBatch, LoadRequest, LoadResult } from '../../../data/store.ts';
import { tableText, type TypeFamily } from '../../../data/table.ts';
import { loadKey } from '../../loadKey.ts';
import { databaseExists, findTable, type Generation, pickColumns } from '../types/catalog.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { anyOf, quoteName } from '../sqlite/quote.ts';
import { addColumn, checkWidth, createDatabase, createTable } from '../shape/shape.ts';
import { createSnapshot } from '../versions/snapshots.ts';
import { jsonValue } from '../types/jsonValue.ts';
import { storedOf } from '../types/storedValue.ts';
import { type ColumnType, columnType, isRowNumber } from '../types/types.ts';
import { recorded } from '../file/watch.ts';

interface StagedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

interface Stage {
  readonly columns: readonly StagedColumn[];
  /** Indexes of the key columns, in key order. */
  readonly key: readonly number[];
}

/** The columns as they will be stored: the existing table's types win over the file's. */
function planStage(db: FileConnection, request: LoadRequest): Stage {
  const generation = findTable(db, request.table);
  const names = request.columns.map((column) => column.name);
  if (!generation) checkWidth(request.table, names.length);
  const added = new Set(generation ? request.added : []);
  const kept = names.filter((name) => !added.has(name));
  const known = generation ? pickColumns({ table: request.table, columns: generation.columns }, kept) : [];
  const columns: StagedColumn[] = request.columns.map(
    ({ name, type }) => known.find((column) => column.name === name) ?? { name, type: columnType(type) },
  );
  const keyNames = loadKey(request, generation?.key ?? []);
  const key = keyNames.map((name) => {
    const i = names.indexOf(name);
    if (i < 0) throw new Failure('column.unknown', { column: name, table: say('The file') });
    return i;
  });
  return { columns, key };
}

/** Rows a statement while all goes well; a statement that fails is undone, and its rows are staged one by one to name the one. */
const rowsAtOnce = 25;
/** What a statement may be given at most, with some room. */
const mostValues = 30_000;

/** The scratch table as it is filled. */
class StageFiller {
  readonly #db: FileConnection;
  readonly #request: LoadRequest;
  readonly #stage: Stage;
  readonly #required: readonly boolean[];
  readonly #atOnce: number;
  readonly #one: string;
  readonly #many: string;

  constructor(db: FileConnection, request: LoadRequest, stage: Stage) {
    this.#db = db;
    this.#request = request;
    this.#stage = stage;
    const { columns, key } = stage;
    this.#required = columns.map((_, i) => key.includes(i) || request.columns[i]?.nullable === false);
    this.#atOnce = Math.max(1, Math.min(rowsAtOnce, Math.floor(mostValues / columns.length)));
    const row = `(${columns.map(() => '?').join(', ')})`;
    this.#one = `INSERT INTO temp.dt_stage VALUES ${row}`;
    this.#many = `INSERT INTO temp.dt_stage VALUES ${Array(this.#atOnce).fill(row).join(', ')}`;
  }

  /** Touches the scratch database only; its own transaction makes a batch one write. */
  add(batch: LoadBatch): void {
    this.#db.transaction('read', () => {
      const width = this.#stage.columns.length;
      const waiting: SqlValue[] = [];
      let first = 0;
      for (let r = 0; r < batch.rows.length; r++) {
        this.#stored(batch, r, waiting);
        if (waiting.length < this.#atOnce * width) continue;
        this.#insertMany(batch, first, waiting);
        waiting.length = 0;
        first = r + 1;
      }
      this.#insertEach(batch, first, waiting);
    });
  }

  #insertMany(batch: LoadBatch, first: number, values: SqlValue[]): void {
    try {
      this.#db.run(this.#many, ...values);
    } catch (error) {
      if (!Failure.is(error, 'row.conflict')) throw error;
      this.#insertEach(batch, first, values);
    }
  }

  #insertEach(batch: LoadBatch, first: number, values: readonly SqlValue[]): void {
    const width = this.#stage.columns.length;
    for (let from = 0; from < values.length; from += width) {
      const row = values.slice(from, from + width);
      try {
        this.#db.run(this.#one, ...row);
      } catch (error) {
        if (!Failure.is(error, 'row.conflict')) throw error;
        throw this.#duplicate(row, batch.lines?.[first + from / width] ?? null, error);
      }
    }
  }

  #duplicate(row: readonly SqlValue[], line: number | null, cause: unknown): Failure {
    const { columns, key } = this.#stage;
    return new Failure(
      'table.duplicateKey',
      {
        table: tableText(this.#request.table),
        key: key.map((i) => columns[i]?.name).join(', '),
        value: key.map((i) => String(row[i])).join(', '),
        line,
      },
      { cause },
    );
  }

  /** Puts the values of a row, in the form in which they are stored, behind those that wait. */
  #stored(batch: LoadBatch, r: number, waiting: SqlValue[]): void {
    const row = batch.rows[r] ?? [];
    const { columns } = this.#stage;
    for (let i = 0; i < columns.length; i++) {
      const value = row[i] ?? null;
      const column = columns[i] as StagedColumn;
      if (value === null && this.#required[i] === true) throw this.#missing(i, batch.lines?.[r] ?? null);
      waiting.push(value === null ? null : storedOf(column, value, batch.lines?.[r] ?? null));
    }
  }

  #missing(i: number, line: number | null): Failure {
    const isKey = this.#stage.key.includes(i);
    return new Failure('value.refused', {
      column: this.#stage.columns[i]?.name ?? '',
      value: 'NULL',
      reason: isKey ? say('a key cannot be NULL') : say('the column is NOT NULL'),
      line,
    });
  }
}

/** Rows go into a scratch table of this connection, so that no lock of the store is held while the file is read. */
async function fillStage(
  db: FileConnection,
  request: LoadRequest,
  stage: Stage,
  batches: AsyncIterable<LoadBatch>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { columns, key } = stage;
  const keyType = columns[key[0] ?? 0]?.type;
  const alone = key.length === 1 && keyType !== undefined && isRowNumber(keyType);
  // Values come in the form of their type, so that the columns need none to bring them to it.
  const parts = columns.map((_, i) => `c${i}${alone && i === key[0] ? ' INTEGER PRIMARY KEY' : ''}`);
  const keyed = key.length > 0 && !alone;
  db.exec(`PRAGMA temp.cache_size = -${stageCacheKb}`);
  db.exec(
    `CREATE TEMP TABLE dt_stage (${parts.join(', ')}${keyed ? `, PRIMARY KEY (${key.map((i) => `c${i}`).join(', ')})) WITHOUT ROWID` : ')'}`,
  );
  const filler = new StageFiller(db, request, stage);
  let rows = 0;
  for await (const batch of batches) {
    throwIfCancelled(signal);
    filler.add(batch);
    rows += batch.rows.length;
  }
  throwIfCancelled(signal);
  return rows;
}

/** Memory for pages of the scratch table; what is beyond lies in a file. */
const stageCacheKb = 16_000;

/** Whether a stored cell is another value than the staged one; documents of JSON are by their value, however they are written. */
function differs({ columns }: Stage, name: string, i: number): string {
  const other = `x.${name} IS NOT s.c${i}`;
  if (columns[i]?.type.family !== 'json') return other;
  return `(${other} AND dt_json_value(x.${name}) IS NOT dt_json_value(s.c${i}))`;
}

const jsonOrNull = (cell: SqlValue): SqlValue => (typeof cell === 'string' ? jsonValue(cell) : cell);

interface Merge {
  readonly target: string;
  readonly names: readonly string[];
  readonly on: string;
  readonly stageOrder: string;
}

function mergePlan(generation: Generation, stage: Stage): Merge {
  const cells = (indexes: readonly number[]) =>
    indexes.map((i) => ({ live: quoteName(stage.columns[i]?.name ?? ''), staged: `c${i}` }));
  const on = cells(stage.key)
    .map(({ live, staged }) => `x.${live} = s.${staged}`)
    .join(' AND ');
  const stageOrder = stage.key.length > 0 ? stage.key.map((i) => `s.c${i}`).join(', ') : 's.rowid';
  return {
    target: quoteName(generation.stored),
    names: stage.columns.map((column) => quoteName(column.name)),
    on,
    stageOrder,
  };
}

function merge(
  db: FileConnection,
  request: LoadRequest,
  stage: Stage,
  created: boolean,
): Omit<LoadResult, 'rows' | 'safetySnapshot' | 'created'> {
  const generation = findTable(db, request.table) as Generation;
  const { target, names, on, stageOrder } = mergePlan(generation, stage);
  const insertAll = `INSERT INTO ${target} (${names.join(', ')}) SELECT ${names.map((_, i) => `s.c${i}`).join(', ')} FROM temp.dt_stage s`;
  if (created || stage.key.length === 0) {
    // Without its rows in the order of the table's own tree it would be filled here and there.
    const inserted = unchecked(db, created && stage.columns.every(isChecked), () =>
      db.run(`${insertAll} ORDER BY ${stageOrder}`),
    );
    return { inserted, updated: 0, deleted: 0, unchanged: 0 };
  }
  let deleted = 0;
  if (request.mode === 'sync') {
    const rows = db.value(`SELECT count(*) FROM ${target}`) as number;
    deleted = db.run(`DELETE FROM ${target} AS x WHERE NOT EXISTS (SELECT 1 FROM temp.dt_stage s WHERE ${on})`);
    if (request.maxDeletes !== null && deleted > request.maxDeletes * rows)
      throw new Failure('load.tooManyDeletes', { table: tableText(request.table), deleted, rows });
  }
  const others = names.map((name, i) => ({ name, i })).filter(({ i }) => !stage.key.includes(i));
  const staged = db.value('SELECT count(*) FROM temp.dt_stage') as number;
  const updated =
    others.length === 0
      ? 0
      : db.run(
          `UPDATE ${target} AS x SET ${others.map(({ name, i }) => `${name} = s.c${i}`).join(', ')} FROM temp.dt_stage s WHERE ${on} AND ${anyOf(others.map(({ name, i }) => differs(stage, name, i)))}`,
        );
  const inserted = db.run(
    `${insertAll} WHERE NOT EXISTS (SELECT 1 FROM ${target} x WHERE ${on}) ORDER BY ${stageOrder}`,
  );
  return { inserted, updated, deleted, unchanged: staged - inserted - updated };
}

const checked: ReadonlySet<TypeFamily> = new Set(['integer', 'decimal', 'float', 'boolean', 'date', 'datetime']);

/** Whether the value of a column was brought to the very form that its constraint asks for; texts without members have none. */
const isChecked = ({ type }: StagedColumn): boolean =>
  checked.has(type.family) || (type.family === 'text' && type.members === null);

/** Does work without looking at constraints a second time, on a table that has none but those of its types. */
function unchecked<T>(db: FileConnection, isSure: boolean, work: () => T): T {
  if (!isSure) return work();
  db.exec('PRAGMA ignore_check_constraints = ON');
  try {
    return work();
  } finally {
    db.exec('PRAGMA ignore_check_constraints = OFF');
  }
}

/** Whether a column of this type can be made that keeps every value of the type. */
export function keepsAll(declared: string): boolean {
  try {
    columnType(declared);
    return true;
  } catch (error) {
    if (Failure.is(error, 'store.unsupported')) return false;
    throw error;
  }
}

/** Loads over a connection that is this load's own, and can write. */
export async function load(
  db: FileConnection,
  request: LoadRequest,
  batches: AsyncIterable<LoadBatch>,
  /** Throws where the store must not be written to any more. */
  mayWrite: () => void,
  signal?: AbortSignal,
): Promise<LoadResult> {
  const stage = db.transaction('read', () => planStage(db, request));
  const rows = await fillStage(db, request, stage, batches, signal);
  const merged = (): LoadResult => {
    const created = findTable(db, request.table) === undefined;
    if (created) createFor(db, request, stage);
    else {
      // Another process may have changed the table while the file was read.
      planStage(db, request);
      addColumns(db, request, stage);
    }
    const safetySnapshot = created ? null : request.safetySnapshot;
    if (safetySnapshot !== null) createSnapshot(db, safetySnapshot, { level: 'table', table: request.table });
    const counts = merge(db, request, stage, created);
    throwIfCancelled(signal);
    return { rows, ...counts, safetySnapshot, created };
  };
  mayWrite();
  if (stage.columns.some(({ type }) => type.family === 'json'))
    db.addFunction('dt_json_value', (cell = null) => jsonOrNull(cell), { deterministic: true });
  return db.transaction('write', () => recorded(db, merged));
}

function addColumns(db: FileConnection, { table, added = [] }: LoadRequest, stage: Stage): void {
  for (const { name, type } of stage.columns)
    if (added.includes(name)) addColumn(db, table, { name, type, nullable: true });
}

function createFor(db: FileConnection, request: LoadRequest, stage: Stage): void {
  if (!databaseExists(db, request.table.database)) createDatabase(db, request.table.database, true);
  const columns = stage.columns.map(({ name, type }, i) => ({
    name,
    type,
    nullable: request.columns[i]?.nullable !== false,
  }));
  createTable(db, { name: request.table, columns, key: stage.key.map((i) => stage.columns[i]?.name ?? '') });
}
