/**
 * The sample: NOAA's daily weather of Seattle and New York, 2012–2015, in the versions in which it really arrived, and one
 * bad import that is openly made up. The whole file goes into an archive table; each arrival is one statement from it.
 */
import { later, say } from '../../base/say.ts';
import { at } from '../../base/assert.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import type { Model } from '../../data/model.ts';
import type { RunOutcome } from '../../data/run.ts';
import type { Store } from '../../data/store.ts';
import type { TableName } from '../../data/table.ts';
import type { Value } from '../../data/value.ts';
import { queryRows } from '../registry/queryRows.ts';
import type { Registry } from '../registry/registry.ts';
import { createSnapshot } from '../versions/snapshotNames.ts';

/** The sample's training, as its deltatrain.json calls it. */
export const sampleTraining = 'weather';
/** The table that the sample is loaded into. */
export const sampleTable: TableName = { database: 'noaa', table: 'weather' };

export interface SampleVersion {
  /** Also the name that is proposed for its snapshot. */
  readonly name: string;
  readonly what: string;
  /** Rows of the table at this version. */
  readonly rows: number;
  /** What arrives, as SQL that any engine understands. */
  readonly sql: string;
}

const arrival = (where: string): string => `INSERT INTO noaa.weather SELECT * FROM noaa.archive WHERE ${where}`;

/** Oldest first. */
export const sampleVersions: readonly SampleVersion[] = [
  {
    name: 'weather_v1',
    what: 'Seattle 2012',
    rows: 366,
    sql: arrival(`location = 'Seattle' AND date < '2013-01-01'`),
  },
  {
    name: 'weather_v2',
    what: 'Seattle 2013',
    rows: 731,
    sql: arrival(`location = 'Seattle' AND date >= '2013-01-01' AND date < '2014-01-01'`),
  },
  {
    name: 'weather_v3',
    what: 'New York 2012 and 2013',
    rows: 1462,
    sql: arrival(`location = 'New York' AND date < '2014-01-01'`),
  },
  {
    name: 'weather_v4',
    what: later('2014 of both'),
    rows: 2192,
    sql: arrival(`date >= '2014-01-01' AND date < '2015-01-01'`),
  },
  { name: 'weather_v5', what: later('2015 of both'), rows: 2922, sql: arrival(`date >= '2015-01-01'`) },
];

/** New York's 2014 arrives again with rain and sun exchanged. Made up: an import from a file whose codes were mixed up. */
export const badImportSql = `UPDATE noaa.weather SET weather = CASE weather WHEN 'rain' THEN 'sun' ELSE 'rain' END
WHERE location = 'New York' AND date >= '2014-01-01' AND date < '2015-01-01' AND weather IN ('rain', 'sun')`;

export const sampleTables: readonly string[] = ['archive', 'weather'].map(
  (table) => `CREATE TABLE noaa.${table} (
  location VARCHAR(20) NOT NULL,
  date DATE NOT NULL,
  precipitation DOUBLE,
  temp_max DOUBLE,
  temp_min DOUBLE,
  wind DOUBLE,
  weather VARCHAR(20),
  PRIMARY KEY (location, date)
)`,
);

/** Rows of one INSERT; below what any engine allows of `?` in a statement. */
const rowsAtOnce = 200;
const numbers = new Set(['precipitation', 'temp_max', 'temp_min', 'wind']);

/** The rows of the shipped CSV, which quotes nothing and leaves nothing out. */
export function sampleRows(csv: string): Value[][] {
  const [header = '', ...lines] = csv.trim().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => line.split(',').map((text, c) => (numbers.has(at(columns, c)) ? Number(text) : text)));
}

/** An empty `noaa.archive` and `noaa.weather`; `table.exists` when they are there already. */
export async function createSampleTables(store: Store): Promise<void> {
  await queryRows(store, 'CREATE DATABASE IF NOT EXISTS noaa');
  for (const sql of sampleTables) await queryRows(store, sql);
}

/** The tables, with every row of the CSV in the archive. */
export async function createSample(store: Store, csv: string, signal?: AbortSignal): Promise<void> {
  await createSampleTables(store);
  const rows = sampleRows(csv);
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    throwIfCancelled(signal);
    const some = rows.slice(start, start + rowsAtOnce);
    const marks = some.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ');
    await store.write([{ sql: `INSERT INTO noaa.archive VALUES ${marks}`, values: some.flat(), expect: some.length }]);
  }
}

async function change(store: Store, sql: string): Promise<number> {
  const [rows = 0] = await store.write([{ sql, values: [] }]);
  return rows;
}

/** The rows of a version arrive; how many there were. Versions must arrive in order. */
export const arrive = (store: Store, version: SampleVersion): Promise<number> => change(store, version.sql);

/** The made-up bad import; how many rows it changed. */
export const badImport = (store: Store): Promise<number> => change(store, badImportSql);

/** NOAA hardly called a day "drizzle" after 2013: true, and worth a question. */
const approvalNote = later('That is how the station reports since.');

/** What really arrived is right: a model that is held for it is approved, with the reason why; null where it was not held. */
export async function approveSample(
  { model }: Pick<RunOutcome, 'model'>,
  registry: Pick<Registry, 'approve'>,
): Promise<Model | null> {
  const reasons = model?.status === 'held' ? model.judgement?.data.hash : null;
  return model && reasons ? (await registry.approve(model, reasons, say(approvalNote))).model : null;
}

/**
 * The sample up to a version (all of them by default), each with its snapshot. `on` hears of each version when it is there,
 * and may train on it before the next arrives.
 */
export async function buildSample(
  store: Store,
  csv: string,
  options: {
    readonly upTo?: string;
    readonly signal?: AbortSignal;
    readonly on?: (version: SampleVersion) => Promise<void>;
  },
): Promise<void> {
  await createSample(store, csv, options.signal);
  for (const version of sampleVersions) {
    throwIfCancelled(options.signal);
    await arrive(store, version);
    await createSnapshot(store, { level: 'table', table: sampleTable }, version.name);
    await options.on?.(version);
    if (version.name === options.upTo) return;
  }
}
