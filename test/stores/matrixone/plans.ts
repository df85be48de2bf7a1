/** Plans of deltas as the tests write them: without a server. */
import type { DeltaRequest } from '../../../src/data/store.ts';
import type { ColumnInfo, TableInfo, TypeFamily } from '../../../src/data/table.ts';
import { live, type Version } from '../../../src/data/version.ts';
import { momentOfRecord } from '../../../src/stores/matrixone/tables/catalog.ts';
import type { DeltaPlan, DeltaSide } from '../../../src/stores/matrixone/delta/deltaPlan.ts';
import { tableSql } from '../../../src/stores/matrixone/tables/names.ts';
import { typeBase, typeFamily } from '../../../src/stores/typeFamilies.ts';

export const table = { database: 'shop', table: 'items' };

export const column = (name: string, type: string): ColumnInfo => {
  const family: TypeFamily = typeFamily(typeBase(type)) ?? 'text';
  return { name, type, family, nullable: true };
};

export const infoOf = (columns: readonly ColumnInfo[], key: readonly string[] = ['id'], id = '42'): TableInfo => ({
  name: table,
  id,
  columns,
  key,
});

export const itemColumns = [column('id', 'BIGINT'), column('name', 'VARCHAR(20)'), column('price', 'DECIMAL(8,2)')];

/** Snapshots in the order of their names' last digits. */
function sideOf(version: Version, info: TableInfo): DeltaSide {
  if (version.kind === 'live')
    return { version, moment: { hint: '', catalogHint: '', record: null }, info, source: tableSql(table) };
  const { name } = version;
  const time = `170000000000000000${name.slice(-1)}`;
  const record = { name, time, level: 'table', account: 'sys', ...table, objectId: info.id } as const;
  const moment = momentOfRecord(record);
  return { version, moment, info, source: tableSql(table, moment.hint) };
}

export function planOf(
  from: Version,
  to: Version = live,
  more: Partial<DeltaRequest> = {},
  info: TableInfo = infoOf(itemColumns),
): DeltaPlan {
  const key = more.key ?? info.key;
  const names = [
    ...key,
    ...(more.columns ?? info.columns.map(({ name }) => name)).filter((name) => !key.includes(name)),
  ];
  const columns = names.map((name) => {
    const found = info.columns.find((one) => one.name === name) ?? column(name, 'INT');
    return { name, before: found, after: found };
  });
  return {
    request: { table, from, to, ...more },
    from: sideOf(from, info),
    to: sideOf(to, info),
    columns,
    keyColumns: key.length,
    isSame: false,
  };
}
