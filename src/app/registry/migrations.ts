/**
 * How the registry's schema goes from one version to the next: by new tables and what is put into them, never by changing a table that is
 * there. So an older version's rows stay as they were, and whoever may only read can read any version up to this program's own.
 */
import type { Store, Write } from '../../data/store.ts';
import type { Value } from '../../data/value.ts';
import { judgedTables } from './judged/judgedTables.ts';
import { queryRows } from './queryRows.ts';
import { modelText } from '../../data/model.ts';
import {
  eventsTable,
  insertEvent,
  putModelHash,
  modelHash,
  modelHashesTable,
  nextEvent,
  type RecordEnd,
} from './record/record.ts';
import { wholeModels } from './registryRows.ts';
import { firstTables, modelColumns, promotedTable, selectModels } from './registrySchema.ts';

/** Rows of a query on the registry as it is before the step. */
type Read = (sql: string, values?: readonly Value[]) => Promise<Value[][]>;

/** One step. A step that was released is never edited, only followed by another. */
export interface Migration {
  /** CREATE TABLE IF NOT EXISTS, a statement each: what a step that was broken off has made is made again. */
  readonly tables: readonly string[];
  /**
   * What is written into them; one transaction with the new version. It empties what it fills first: the tables of a step that was broken
   * off, or of another program that makes the same step, are there already.
   */
  readonly fill: (read: Read) => Promise<readonly Write[]>;
}

const nothing = (): Promise<readonly Write[]> => Promise.resolve([]);

/** The newest per lineage: 0.1 saw to it that there is one at most, but nothing held it to that. */
const promotedSoFar = `INSERT INTO deltatrain.promoted (training, training_name, number)
SELECT training, training_name, MAX(number) FROM deltatrain.models WHERE status = 'promoted' GROUP BY training, training_name`;

/** The models that are there are hashed as they are, and the record begins with them. */
async function beginRecord(read: Read): Promise<readonly Write[]> {
  const rows = await read(selectModels(modelColumns, 2));
  const found = rows
    .map((row) => ({ row, model: wholeModels.of(row) }))
    .sort((a, b) => (modelText(a.model) < modelText(b.model) ? -1 : 1));
  const author = { who: '', tool: 'deltatrain' };
  const writes: Write[] = [
    { sql: 'DELETE FROM deltatrain.events WHERE seq > 0', values: [] },
    { sql: 'DELETE FROM deltatrain.model_hashes WHERE number > 0', values: [] },
  ];
  let end: RecordEnd = null;
  for (const { row, model } of found) {
    const details = { status: model.status, artifact: model.artifactSha256 };
    const event = nextEvent(
      end,
      { what: 'model.found', subject: modelText(model), details, why: '' },
      author,
      model.madeAt,
    );
    writes.push(...putModelHash(model.trainingId, model.number, modelHash(row)), insertEvent(event));
    end = event;
  }
  return writes;
}

/** The step to version n + 1 at place n. */
export const migrations: readonly Migration[] = [
  { tables: firstTables, fill: nothing },
  {
    tables: [promotedTable],
    fill: () =>
      Promise.resolve([
        // Not all rows at once: a server may take that for a new table.
        { sql: 'DELETE FROM deltatrain.promoted WHERE number > 0', values: [] },
        { sql: promotedSoFar, values: [] },
      ]),
  },
  { tables: [eventsTable, modelHashesTable], fill: beginRecord },
  // Empty: models of older versions were never judged, and are not judged anew.
  { tables: judgedTables, fill: nothing },
];

/** The version that this program writes. */
export const newestVersion = migrations.length;

/** Fails with `row.conflict` where another program has made a step meanwhile. */
const writeVersion = (from: number, to: number): Write =>
  from === 0
    ? { sql: `INSERT INTO deltatrain.meta (name, content) VALUES ('schemaVersion', ?)`, values: [String(to)] }
    : {
        sql: `UPDATE deltatrain.meta SET content = ? WHERE name = 'schemaVersion' AND content = ?`,
        values: [String(to), String(from)],
        expect: 1,
      };

/**
 * Takes the registry from version `from` to the next, and writes that version last. Whoever stops it at whatever statement leaves the
 * version before, whole and readable, or the one after.
 */
export async function makeStep(store: Store, from: number, { tables, fill }: Migration): Promise<void> {
  for (const table of tables) await queryRows(store, table);
  const filled = await fill((sql, values) => queryRows(store, sql, values));
  await store.write([...filled, writeVersion(from, from + 1)]);
}
