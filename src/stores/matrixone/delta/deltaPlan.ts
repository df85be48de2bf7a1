/** What a delta is asked of: its two versions, the columns that both have, and the key that pairs the rows. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import type { DeltaRequest } from '../../../data/store.ts';
import { type ColumnInfo, sameNames, type TableInfo, type TableName, tableText } from '../../../data/table.ts';
import { type Version, versionText } from '../../../data/version.ts';
import { type Moment, momentOf, readTable, readTableAt } from '../tables/catalog.ts';
import { checkUnique, pickColumns } from '../tables/hashOrder.ts';
import { tableSql } from '../tables/names.ts';
import type { Server } from '../wire/server.ts';

/** One of the two versions. */
export interface DeltaSide {
  readonly version: Version;
  readonly moment: Moment;
  readonly info: TableInfo;
  /** The table at this version, as a statement names it. */
  readonly source: string;
}

/** A column of the delta as each side has it. */
export interface DeltaColumn {
  readonly name: string;
  readonly before: ColumnInfo;
  readonly after: ColumnInfo;
}

export interface DeltaPlan {
  readonly request: DeltaRequest;
  readonly from: DeltaSide;
  readonly to: DeltaSide;
  /** Key columns first. */
  readonly columns: readonly DeltaColumn[];
  /** 0: rows are a multiset. */
  readonly keyColumns: number;
  /** True when both versions are one, so that nothing changed. */
  readonly isSame: boolean;
}

async function sideOf(server: Server, table: TableName, version: Version): Promise<DeltaSide> {
  const moment = await momentOf(server, table, version);
  const info = await (version.kind === 'live' ? readTable(server, table, version) : readTableAt(server, table, moment));
  return { version, moment, info, source: tableSql(table, moment.hint) };
}

function keyNames({ request, from, to }: Pick<DeltaPlan, 'request' | 'from' | 'to'>): readonly string[] {
  if (request.key && request.key.length > 0) return request.key;
  if (sameNames(from.info.key, to.info.key)) return to.info.key;
  const shown = ({ info, version }: DeltaSide): string => `(${info.key.join(', ')}) in ${versionText(version)}`;
  throw new Failure('delta.schemaChanged', {
    table: tableText(request.table),
    detail: say('the key is {0} and {1}', shown(from), shown(to)),
  });
}

const isLiveOrSame = (from: Version, to: Version): boolean =>
  from.kind === to.kind && (from.kind === 'live' || versionText(from) === versionText(to));

/** Plans a delta after everything that could be wrong with the request: versions, columns, the key, what hash order needs. */
export async function planDelta(
  server: Server,
  request: DeltaRequest,
  signal: AbortSignal | undefined,
): Promise<DeltaPlan> {
  const isSame = isLiveOrSame(request.from, request.to);
  const [from, other] = await Promise.all([
    sideOf(server, request.table, request.from),
    isSame ? null : sideOf(server, request.table, request.to),
  ]);
  const to = other ?? from;
  const key = keyNames({ request, from, to });
  const there = new Set(from.info.columns.map(({ name }) => name));
  const common = to.info.columns.map(({ name }) => name).filter((name) => there.has(name));
  const named = request.columns ?? common;
  const names = [...key, ...named.filter((name) => !key.includes(name))];
  if (names.length === 0) throw new Failure('usage.wrong', { message: say('A delta needs a column.') });
  const before = pickColumns(from.info, names);
  const columns = pickColumns(to.info, names).map((after, i) => ({
    name: after.name,
    before: before[i] as ColumnInfo,
    after,
  }));
  if (request.order === 'hash' || request.withHash) {
    if (request.salt === undefined) throw new Failure('usage.wrong', { message: say('A delta by hash needs a salt.') });
    if (key.length === 0) throw new Failure('usage.wrong', { message: say('A delta by hash needs key columns.') });
  }
  const plan: DeltaPlan = { request, from, to, columns, keyColumns: key.length, isSame };
  if (key.length > 0)
    for (const side of [from, to])
      await checkUnique(server, side.info, side.source, pickColumns(side.info, key), signal);
  return plan;
}
