/** Bulk load: rows go into a scratch table of one connection, and are merged from there in one transaction: all or nothing. */
import { say } from '../../../base/say.ts';
import { randomUUID } from 'node:crypto';
import { Failure, mayHaveRun, throwIfCancelled } from '../../../base/failure.ts';
import type { LoadBatch, LoadRequest, LoadResult } from '../../../data/store.ts';
import { type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import { textOf } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import { bracesSince, isAtLeast, type Release } from '../../../git4data/serverVersion.ts';
import { isInternal, readTable, textRows } from '../tables/catalog.ts';
import { decoderOf } from '../tables/decode.ts';
import { pickColumns } from '../tables/hashOrder.ts';
import { type LoadColumn, loadColumn } from './loadCell.ts';
import { loadFile, loadFormat } from './loadFile.ts';
import { leaveStage, type Scratch } from './leftStages.ts';
import { loadKey } from '../../loadKey.ts';
import { typeBase } from '../../typeFamilies.ts';
import { tableSql } from '../tables/names.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import { ifPossible, pinned } from '../restore/safety.ts';
import type { Server, ServerSession } from '../wire/server.ts';
import type { Snapshots } from '../tables/snapshots.ts';
import { transaction } from '../wire/write.ts';

interface Stage {
  readonly table: TableName;
  /** Null when the load makes it. */
  readonly existing: TableInfo | null;
  readonly columns: readonly LoadColumn[];
  /** Indexes of the key columns, in key order. */
  readonly key: readonly number[];
  /** The scratch table, as statements name it. */
  readonly name: string;
  readonly scratch: Omit<Scratch, 'connection'>;
  readonly create: string;
  /** The column that numbers its rows. */
  readonly rowNumber: string;
}

/** Temporary, so that it is no other connection's. */
const scratch = '__dt_load';

/**
 * The scratch table: its name, and how it is made. Releases before 4.0 lose a temporary table in a transaction, so theirs is an
 * ordinary one under a name that no other load has; and it has a key, as a table without one takes its row numbers from a
 * service that ended a 3.0.18 server during a load.
 */
const scratchOf = (release: Release): Pick<Stage, 'create' | 'rowNumber'> & Omit<Scratch, 'database' | 'connection'> =>
  isAtLeast(release, bracesSince)
    ? { create: 'CREATE TEMPORARY TABLE', table: scratch, isTemporary: true, rowNumber: 'n BIGINT' }
    : {
        create: 'CREATE TABLE',
        table: `${scratch}_${randomUUID().replaceAll('-', '')}`,
        isTemporary: false,
        rowNumber: 'n BIGINT PRIMARY KEY',
      };

async function existingTable(session: ServerSession, table: TableName): Promise<TableInfo | null> {
  try {
    return await readTable(session, table, live);
  } catch (error) {
    if (Failure.is(error, 'table.unknown')) return null;
    throw error;
  }
}

/** The columns as they will be stored: the existing table's types win over the file's. */
function planStage(request: LoadRequest, existing: TableInfo | null, release: Release): Stage {
  const { table } = request;
  const names = request.columns.map(({ name }) => name);
  const key = loadKey(request, existing?.key ?? []).map((name) => {
    const i = names.indexOf(name);
    if (i < 0) throw new Failure('column.unknown', { column: name, table: say('The file') });
    return i;
  });
  const added = new Set(request.added);
  const known =
    existing === null
      ? []
      : pickColumns(
          existing,
          names.filter((name) => !added.has(name)),
        );
  const declared = request.columns.map((column) => known.find(({ name }) => name === column.name) ?? column);
  const columns = declared.map(({ name, type }, i) => {
    const isKey = key.includes(i);
    return loadColumn(name, isKey && !existing ? keyType(type) : type, isKey || request.columns[i]?.nullable === false);
  });
  const { create, rowNumber, ...of } = scratchOf(release);
  const scratchTable = { database: table.database, ...of };
  return { table, existing, columns, key, name: tableSql(scratchTable), scratch: scratchTable, create, rowNumber };
}

/** A key cannot be TEXT or BLOB on this server. */
function keyType(type: string): string {
  const base = typeBase(type);
  if (/TEXT$/.test(base)) return 'VARCHAR(1000)';
  return /BLOB$/.test(base) ? 'VARBINARY(1000)' : type;
}

/** LOAD DATA cannot fill BIT; ENUM, SET and GEOMETRY are taken as text and become what they are when they are merged. */
function scratchType({ base, type }: LoadColumn): string {
  if (base === 'BIT') return 'BIGINT UNSIGNED';
  return base === 'ENUM' || base === 'SET' || base === 'GEOMETRY' ? 'TEXT' : type;
}

const staged = (i: number): string => `s.c${i}`;
const stagedValue = ({ base }: LoadColumn, i: number): string =>
  base === 'GEOMETRY' ? `ST_GEOMFROMTEXT(${staged(i)})` : staged(i);

/** The stored cell as the staged one compares with it. */
function storedCell({ base, name }: LoadColumn): string {
  const cell = `x.${quoteName(name)}`;
  if (base === 'BIT') return `CAST(${cell} AS UNSIGNED)`;
  if (base === 'ENUM' || base === 'SET') return `CAST(${cell} AS CHAR)`;
  return base === 'GEOMETRY' ? `ST_ASTEXT(${cell})` : cell;
}

async function createStage(session: ServerSession, stage: Stage, signal: AbortSignal | undefined): Promise<void> {
  const cells = stage.columns.map((column, i) => `c${i} ${scratchType(column)}`);
  await session.run(`${stage.create} ${stage.name} (${[stage.rowNumber, 'line BIGINT', ...cells].join(', ')})`, {
    signal,
    writes: false,
  });
}

async function fillStage(
  session: ServerSession,
  stage: Stage,
  batches: AsyncIterable<LoadBatch>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = loadFile(stage.columns, batches, signal);
  await session.run(`LOAD DATA LOCAL INFILE 'deltatrain' INTO TABLE ${stage.name} ${loadFormat}`, {
    signal,
    writes: false,
    // A file is read at its own pace.
    deadlineMs: null,
    infile: file.pieces,
  });
  return file.rows();
}

/** LOAD DATA does not look for keys that stand twice, so it is asked here; the first row in the file that repeats one is named. */
async function checkDuplicates(session: ServerSession, stage: Stage, signal: AbortSignal | undefined): Promise<void> {
  if (stage.key.length === 0) return;
  const list = stage.key.map((i) => `c${i}`).join(', ');
  const twice = await session.run(`SELECT 1 FROM ${stage.name} GROUP BY ${list} HAVING COUNT(*) > 1 LIMIT 1`, {
    signal,
  });
  if (twice.rows.length === 0) return;
  const { rows } = await session.run(
    `SELECT line, ${list} FROM (SELECT n, line, ${list}, ROW_NUMBER() OVER (PARTITION BY ${list} ORDER BY n) AS r FROM ${stage.name}) AS d WHERE r = 2 ORDER BY n LIMIT 1`,
    { signal },
  );
  const [line, ...cells] = rows[0] ?? [];
  const keys = stage.key.map((i) => stage.columns[i] as LoadColumn);
  const value = keys.map((column, i) => {
    const cell = cells[i];
    return cell ? textOf(decoderOf(scratchType(column))(cell)) : 'NULL';
  });
  throw new Failure('table.duplicateKey', {
    table: tableText(stage.table),
    key: keys.map(({ name }) => name).join(', '),
    value: value.join(', '),
    line: line ? Number(line.toString('latin1')) : null,
  });
}

async function createTable(session: ServerSession, request: LoadRequest, stage: Stage): Promise<void> {
  const columns = stage.columns.map(
    ({ name, type, required }) => `${quoteName(name)} ${type}${required ? ' NOT NULL' : ''}`,
  );
  const key = stage.key.map((i) => quoteName(request.columns[i]?.name ?? ''));
  const primary = key.length > 0 ? [`PRIMARY KEY (${key.join(', ')})`] : [];
  await session.run(`CREATE TABLE ${tableSql(stage.table)} (${[...columns, ...primary].join(', ')})`);
}

type Counts = Pick<LoadResult, 'inserted' | 'updated' | 'deleted' | 'unchanged'>;

/** Changes the target, inside the transaction. No DELETE is without a condition: that would make another table of it. */
async function merge(
  session: ServerSession,
  request: LoadRequest,
  stage: Stage,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<Counts> {
  const { columns, key, name } = stage;
  const target = tableSql(stage.table);
  const run = async (sql: string): Promise<number> => (await session.run(sql, { signal, deadlineMs: null })).affected;
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const values = columns.map(stagedValue).join(', ');
  const insertAll = `INSERT INTO ${target} (${names}) SELECT ${values} FROM ${name} s`;
  // Rows without a key lie as they came; those with one are sorted by it as they are written.
  const ordered = key.length === 0 ? ' ORDER BY s.n' : '';
  if (!stage.existing || key.length === 0)
    return { inserted: await run(insertAll + ordered), updated: 0, deleted: 0, unchanged: 0 };
  const on = (alias: string): string =>
    key.map((i) => `${alias}.${quoteName(columns[i]?.name ?? '')} = ${staged(i)}`).join(' AND ');
  const first = `x.${quoteName(columns[key[0] ?? 0]?.name ?? '')}`;
  let deleted = 0;
  if (request.mode === 'sync') {
    const [count] = await textRows(session, `SELECT COUNT(*) FROM ${target}`);
    const all = Number(count?.[0] ?? 0);
    // Not by NOT EXISTS: a server (4.1.4) then holds every row against every other, 6 s for 20,000 rows where this takes 14 ms.
    deleted = await run(`DELETE x FROM ${target} x LEFT JOIN ${name} s ON ${on('x')} WHERE s.n IS NULL`);
    if (request.maxDeletes !== null && deleted > request.maxDeletes * all)
      throw new Failure('load.tooManyDeletes', { table: tableText(stage.table), deleted, rows: all });
  }
  const updated = await update(session, stage, on('x'), signal);
  const inserted = await run(`${insertAll} LEFT JOIN ${target} x ON ${on('x')} WHERE ${first} IS NULL`);
  return { inserted, updated, deleted, unchanged: rows - inserted - updated };
}

/** Brings the rows that are there already to the staged values, and tells how many differed. */
async function update(
  session: ServerSession,
  stage: Stage,
  on: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { columns, key, name } = stage;
  const others = columns.map((column, i) => ({ column, i })).filter(({ i }) => !key.includes(i));
  if (others.length === 0) return 0;
  const options = { signal, deadlineMs: null };
  const target = tableSql(stage.table);
  const same = others.map(({ column, i }) => `${storedCell(column)} <=> ${staged(i)}`).join(' AND ');
  if (!others.some(({ column }) => column.members !== null)) {
    const set = others.map(({ column, i }) => `x.${quoteName(column.name)} = ${stagedValue(column, i)}`).join(', ');
    return (await session.run(`UPDATE ${target} x JOIN ${name} s ON ${on} SET ${set} WHERE NOT (${same})`, options))
      .affected;
  }
  // An UPDATE over two tables does not take an ENUM or a SET ("ambiguous column reference"); this form does, without counts.
  const differing = `FROM ${name} s JOIN ${target} x ON ${on} WHERE NOT (${same})`;
  const [count] = await textRows(session, `SELECT COUNT(*) ${differing}`);
  const names = columns.map((column) => quoteName(column.name));
  const set = others.map(({ column }) => `${quoteName(column.name)} = VALUES(${quoteName(column.name)})`).join(', ');
  await session.run(
    `INSERT INTO ${target} (${names.join(', ')}) SELECT ${columns.map(stagedValue).join(', ')} ${differing} ON DUPLICATE KEY UPDATE ${set}`,
    options,
  );
  return Number(count?.[0] ?? 0);
}

const databaseExists = async (session: ServerSession, database: string): Promise<boolean> =>
  (await textRows(session, `SELECT 1 FROM information_schema.schemata WHERE schema_name = ${quoteText(database)}`))
    .length > 0;

/** A server that writes names in lower case would make another table than the one that was asked for. */
async function checkFolding(session: ServerSession, table: TableName): Promise<void> {
  const folded = tableText(table).toLowerCase();
  if (folded === tableText(table)) return;
  const [mode] = await textRows(session, 'SELECT @@lower_case_table_names');
  if (mode?.[0] === '0') return;
  throw new Failure('store.unsupported', {
    what: say(
      'This server writes the names of databases and tables in lower case, so {0} cannot be made.',
      tableText(table),
    ),
    hint: say('Use {0}.', folded),
  });
}

/** Others may have used it meanwhile, and a COMMIT that nobody heard may have filled it; the scratch table may still be there. */
async function dropUnused(server: Server, database: string): Promise<void> {
  const tables = await textRows(
    server,
    `SELECT table_name FROM information_schema.tables WHERE table_schema = ${quoteText(database)}`,
  );
  if (tables.every(([name]) => isInternal(name ?? ''))) await server.run(`DROP DATABASE ${quoteName(database)}`);
}

/**
 * Loads all rows or none. `load.tooManyDeletes`, `table.duplicateKey`, `value.refused`, `column.unknown`; the scratch
 * table is gone either way.
 */
export async function load(
  server: Server,
  snapshots: Snapshots,
  request: LoadRequest,
  batches: AsyncIterable<LoadBatch>,
  signal?: AbortSignal,
): Promise<LoadResult> {
  throwIfCancelled(signal);
  const { database } = request.table;
  const stage = planStage(request, await existingTable(server, request.table), server.release);
  const run = async (): Promise<LoadResult> => {
    // The connection that has a scratch table.
    const holding = new Set<number>();
    try {
      return await server.session(async (session) => {
        holding.add(session.id);
        await createStage(session, stage, signal);
        try {
          return await loadOn(session, snapshots, request, stage, batches, signal);
        } finally {
          // What was loaded is there already.
          const gone = session.run(`DROP TABLE ${stage.name}`, { writes: false }).then(() => holding.clear());
          await ifPossible(gone);
        }
      });
    } finally {
      for (const connection of holding) await leaveStage(server, { ...stage.scratch, connection });
    }
  };
  if (stage.existing) return run();
  await checkFolding(server, request.table);
  if (await databaseExists(server, database)) return run();
  await server.run(`CREATE DATABASE ${quoteName(database)}`);
  try {
    return await run();
  } catch (error) {
    await ifPossible(dropUnused(server, database));
    throw error;
  }
}

async function loadOn(
  session: ServerSession,
  snapshots: Snapshots,
  request: LoadRequest,
  stage: Stage,
  batches: AsyncIterable<LoadBatch>,
  signal: AbortSignal | undefined,
): Promise<LoadResult> {
  const rows = await fillStage(session, stage, batches, signal);
  await checkDuplicates(session, stage, signal);
  throwIfCancelled(signal);
  const safetySnapshot = stage.existing ? request.safetySnapshot : null;
  const change = (isOver: () => void): Promise<Counts> =>
    transaction(
      session,
      async () => {
        if (!stage.existing) await createTable(session, request, stage);
        const counts = await merge(session, request, stage, rows, signal);
        throwIfCancelled(signal);
        isOver();
        return counts;
      },
      signal,
    );
  const added = stage.existing ? (request.added ?? []) : [];
  const run = (isOver: () => void): Promise<Counts> => withAdded(session, stage, added, () => change(isOver));
  const counts = await (safetySnapshot === null
    ? run(() => {})
    : pinned(snapshots, request.table, safetySnapshot, say('The load'), run));
  return { rows, ...counts, safetySnapshot, created: !stage.existing };
}

/** A column cannot be added inside of the transaction: it is before, and goes again where nothing was loaded into it. */
async function withAdded<T>(
  session: ServerSession,
  stage: Stage,
  added: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const alter = (what: string): Promise<unknown> => session.run(`ALTER TABLE ${tableSql(stage.table)} ${what}`);
  const done: string[] = [];
  try {
    for (const { name, type } of stage.columns.filter((column) => added.includes(column.name))) {
      await alter(`ADD COLUMN ${quoteName(name)} ${type}`);
      done.push(name);
    }
    return await work();
  } catch (error) {
    if (!mayHaveRun(error)) for (const name of done) await ifPossible(alter(`DROP COLUMN ${quoteName(name)}`));
    throw error;
  }
}
