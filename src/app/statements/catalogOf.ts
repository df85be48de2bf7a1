/** The language server's view of an open connection, made from what the shell knows of it anyway. */
import { type ModelHead, modelText } from '../../data/model.ts';
import type { ColumnChanges, DeltaCounts } from '../../data/change.ts';
import type { Dialect } from '../../data/store.ts';
import type { TableInfo, TableName } from '../../data/table.ts';
import { millisecondsOf, type Snapshot } from '../../data/version.ts';
import type { Catalog, CatalogSnapshot } from '../../git4data/catalog.ts';

/** The counts of a delta that somebody asked for before, between two snapshots by their names. */
export interface KnownDelta {
  readonly table: TableName;
  readonly from: string;
  /** Null: to the table now. */
  readonly to: string | null;
  readonly counts: DeltaCounts;
  /** What became of the columns; null where they are the same. */
  readonly columns: ColumnChanges | null;
}

export interface CatalogFacts {
  /** As people call it in this window. */
  readonly name: string;
  readonly dialect: Dialect;
  /** The server's release; null where there is none or it is not known. */
  readonly release: string | null;
  /** The database of unqualified names. */
  readonly database: string | null;
  readonly databases: readonly string[];
  readonly tables: readonly TableInfo[];
  readonly snapshots: readonly Snapshot[];
  readonly models: readonly ModelHead[];
  readonly deltas: readonly KnownDelta[];
}

function catalogSnapshot(snapshot: Snapshot, models: readonly ModelHead[]): CatalogSnapshot {
  return {
    name: snapshot.name,
    level: snapshot.level,
    database: snapshot.database,
    table: snapshot.table,
    createdAt: millisecondsOf(snapshot.createdAt),
    rows: snapshot.tables?.length === 1 ? (snapshot.tables[0]?.rows ?? null) : null,
    models: models
      .filter((one) => one.snapshot.name === snapshot.name && one.snapshot.createdAt === snapshot.createdAt)
      .map(modelText),
  };
}

/** What the editor's services are told of an open connection; a pure function of what is known already. */
export const catalogOf = (facts: CatalogFacts): Catalog => ({
  connection: { name: facts.name, dialect: facts.dialect, version: facts.release, database: facts.database },
  databases: facts.databases,
  tables: facts.tables.map(({ name, columns, key, referencedBy }) => ({
    database: name.database,
    table: name.table,
    columns: columns.map((column) => ({ name: column.name, type: column.type, isKey: key.includes(column.name) })),
    referencedBy: referencedBy ?? [],
  })),
  snapshots: facts.snapshots.map((snapshot) => catalogSnapshot(snapshot, facts.models)),
  deltas: facts.deltas.map(({ table, from, to, counts, columns }) => ({
    ...table,
    from,
    to,
    ...counts,
    ...(columns && { columns }),
  })),
});
