/** Builds tables from the files that deltatrain.json names for them, in a store that does not have them. */
import { tableIfThere } from '../versions/tableIfThere.ts';
import { throwIfCancelled } from '../../base/failure.ts';
import type { Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import type { EngineContract } from '../../protocol/engine.ts';
import type { Caller } from '../../protocol/rpc.ts';
import type { Source } from '../config/sources.ts';
import { importedEvent, tellRecord } from '../registry/record/happenings.ts';
import type { RecordWriter } from '../registry/record/recordKeeper.ts';

/** A source with its files as they were found. */
export interface FoundSource extends Source {
  readonly found: readonly [string, ...string[]];
}

/** A table that is to be there. */
export interface BuiltTable {
  /** `db.t` */
  readonly table: string;
  /** False: it was there, and stays as it is. */
  readonly made: boolean;
  /** That were loaded; null where it was there. */
  readonly rows: number | null;
  /** What there is to say of its files: sentences. */
  readonly notes: readonly string[];
}

/** An open store. */
export interface SetUpStore {
  readonly store: Store;
  readonly engine: Caller<EngineContract>;
  readonly writer: RecordWriter;
}

/** What a source says where its table is there. */
export const asItIs = ({ table }: Source): BuiltTable => ({
  table: tableText(table),
  made: false,
  rows: null,
  notes: [],
});

/**
 * One table after the other, each with all of its rows or not at all; one that is there stays as it is. `onRows` hears how many rows of a
 * table were read so far. Failures: those of an import.
 */
export async function setUpTables(
  { store, engine, writer }: SetUpStore,
  sources: readonly FoundSource[],
  nameOf: (file: string) => string,
  onRows: (table: string, rows: number) => void,
  signal: AbortSignal,
): Promise<BuiltTable[]> {
  const built: BuiltTable[] = [];
  for (const source of sources) {
    throwIfCancelled(signal);
    const { table, key, reading } = source;
    if ((await tableIfThere(store, table)) !== null) {
      built.push(asItIs(source));
      continue;
    }
    const [file, ...more] = source.found;
    const request = {
      file,
      more,
      table,
      key,
      reading,
      mode: 'upsert',
      safetySnapshot: null,
      maxDeletes: null,
    } as const;
    const items = engine.stream('table/import', request, signal);
    for (;;) {
      const step = await items.next();
      if (!step.done) {
        onRows(tableText(table), step.value.rows);
        continue;
      }
      await tellRecord(
        store,
        writer,
        importedEvent(table, source.found.map((one) => nameOf(one)).join(', '), step.value),
      );
      built.push({ table: tableText(table), made: true, rows: step.value.inserted, notes: step.value.notes });
      break;
    }
  }
  return built;
}
