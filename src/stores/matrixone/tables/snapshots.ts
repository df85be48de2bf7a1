/** The account's snapshots: listed with what they hold, found by name, made and dropped. */
import { say } from '../../../base/say.ts';
import { Failure, mayHaveRun } from '../../../base/failure.ts';
import { type SnapshotTarget, databaseAndTable } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { isSnapshotName, live, millisecondsOf, type Snapshot, type SnapshotTable } from '../../../data/version.ts';
import {
  hintOf,
  ifAllowed,
  isInternal,
  isSystem,
  readTable,
  type SnapshotRecord,
  snapshotRecords,
  textRows,
  unknownVersion,
} from './catalog.ts';
import { tableSql } from './names.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import type { Server, ServerSession } from '../wire/server.ts';

/** Milliseconds that a listing may spend on counting rows; what is not counted by then is null. */
const countBudget = 1000;

type HeldTable = Pick<SnapshotTable, 'database' | 'table' | 'id'>;

/** Which tables the server cannot pin alone: it takes the name apart at a dot, and refuses blanks and quotes. */
const isPinnable = ({ database, table }: TableName): boolean => !/[\s.`'"]/.test(`${database}${table}`);

function scopeSql(name: string, target: SnapshotTarget): string {
  switch (target.level) {
    case 'table':
      if (!isPinnable(target.table))
        throw new Failure('store.unsupported', {
          what: say('MatrixOne cannot pin {0} alone, because of a character in its name.', tableText(target.table)),
          hint: say('Pin the whole database: CREATE SNAPSHOT {0} FOR DATABASE {1}.', name, target.table.database),
        });
      return `TABLE ${quoteName(target.table.database)} ${quoteName(target.table.table)}`;
    case 'database':
      return `DATABASE ${quoteName(target.database)}`;
    case 'account':
      return target.account === null ? 'ACCOUNT' : `ACCOUNT ${quoteName(target.account)}`;
    case 'cluster':
      return 'CLUSTER';
  }
}

/** Reads and changes snapshots. What a snapshot holds never changes, so it is asked once in the life of the process. */
export class Snapshots {
  readonly #server: Server;
  readonly #places = new Map<string, readonly HeldTable[]>();
  readonly #rows = new Map<string, number>();
  #ownAccount: string | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Whose account every connection of ours is logged in to: asked once. */
  async #account(): Promise<string> {
    this.#ownAccount ??= (await textRows(this.#server, 'SELECT current_account_name()'))[0]?.[0] ?? '';
    return this.#ownAccount;
  }

  /** Newest first; `version.unlistable` where the role may not read them. */
  async list(): Promise<Snapshot[]> {
    const records = await snapshotRecords(this.#server);
    if (!records) throw new Failure('version.unlistable');
    const account = await this.#account();
    const held = new Map<SnapshotRecord, readonly HeldTable[] | null>();
    for (const record of records) held.set(record, await this.#held(record, account));
    const until = performance.now() + countBudget;
    const smallFirst = [...records].sort((a, b) => Number(b.level === 'table') - Number(a.level === 'table'));
    for (const record of smallFirst) await this.#count(record, held.get(record) ?? [], until);
    return records.map((record) => this.#snapshotOf(record, held.get(record) ?? null));
  }

  /** The snapshot of that name if it holds the table; where names cannot be listed, a read at it proves it. */
  async find(name: string, table: TableName): Promise<Snapshot | null> {
    const records = await snapshotRecords(this.#server, name);
    if (!records) return this.#prove(name, table);
    const [record] = records;
    if (!record) return null;
    const held = await this.#held(record, await this.#account());
    const places = held?.filter((one) => one.database === table.database && one.table === table.table);
    if (places?.length === 0) return null;
    await this.#count(record, places ?? [], performance.now() + countBudget);
    return this.#snapshotOf(record, held);
  }

  async #prove(name: string, table: TableName): Promise<Snapshot | null> {
    if (name === '') return null;
    try {
      await this.#server.run(`SELECT 1 FROM ${tableSql(table, `{SNAPSHOT=${quoteText(name)}}`)} LIMIT 1`);
    } catch (error) {
      const missing = [
        'version.unknown',
        'version.badName',
        'version.uncovered',
        'table.unknown',
        'database.unknown',
      ] as const;
      if (missing.some((code) => Failure.is(error, code))) return null;
      throw error;
    }
    return { name, level: 'table', ...table, createdAt: '', tables: null, unsure: null };
  }

  async create(name: string, target: SnapshotTarget): Promise<Snapshot> {
    if (!isSnapshotName(name)) throw new Failure('version.badName', { snapshot: name });
    const scope = scopeSql(name, target);
    const sent = performance.now();
    try {
      await this.#server.run(`CREATE SNAPSHOT ${name} FOR ${scope}`);
    } catch (error) {
      // The server names no likely table; the catalog can.
      if (target.level === 'table' && Failure.is(error, 'table.unknown'))
        await readTable(this.#server, target.table, live);
      if (!mayHaveRun(error) || !(await this.#wasMadeSince(name, sent))) throw error;
    }
    const [record] = (await snapshotRecords(this.#server, name)) ?? [];
    if (!record)
      return { name, level: target.level, ...databaseAndTable(target), createdAt: '', tables: null, unsure: null };
    const held = await this.#held(record, record.account);
    await this.#count(record, held ?? [], performance.now() + countBudget);
    return this.#snapshotOf(record, held);
  }

  /** Whether a snapshot of that name is younger than the moment, by the server's clock: then it is the one that was asked for. */
  async #wasMadeSince(name: string, moment: number): Promise<boolean> {
    try {
      const [record] = (await snapshotRecords(this.#server, name)) ?? [];
      if (!record) return false;
      const [now] = await textRows(this.#server, 'SELECT now(6)');
      const since = Date.parse(`${now?.[0]?.replace(' ', 'T')}Z`) - (performance.now() - moment);
      return millisecondsOf(record.time) >= since;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  async drop(name: string): Promise<void> {
    try {
      await this.#server.run(`DROP SNAPSHOT ${quoteName(name)}`);
    } catch (error) {
      if (Failure.is(error, 'version.unknown')) throw await unknownVersion(this.#server, name, null);
      if (!mayHaveRun(error) || !(await this.#isGone(name))) throw error;
    }
  }

  /** Where names can be listed, and this one is none of them. */
  async #isGone(name: string): Promise<boolean> {
    try {
      return (await snapshotRecords(this.#server, name))?.length === 0;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }

  /** Null where the tables belong to another account and cannot be read. */
  async #held(record: SnapshotRecord, account: string): Promise<readonly HeldTable[] | null> {
    const { level, database, table, objectId } = record;
    if (level === 'table') return [{ database, table, id: objectId }];
    if (record.account !== '' && record.account !== account) return null;
    const key = `${record.name} ${record.time}`;
    const kept = this.#places.get(key);
    if (kept) return kept;
    const places = await tablesAt(this.#server, record);
    if (places) this.#places.set(key, places);
    return places;
  }

  async #count(record: SnapshotRecord, places: readonly HeldTable[], until: number): Promise<void> {
    for (const place of places) {
      if (performance.now() >= until) return;
      const key = countKey(record, place);
      if (this.#rows.has(key)) continue;
      const rows = await countAt(this.#server, record, place);
      if (rows !== null) this.#rows.set(key, rows);
    }
  }

  #snapshotOf(record: SnapshotRecord, places: readonly HeldTable[] | null): Snapshot {
    const { name, level, database, table, time } = record;
    return {
      name,
      level,
      database: database === '' ? null : database,
      table: table === '' ? null : table,
      createdAt: time,
      tables: places && places.map((place) => ({ ...place, rows: this.#rows.get(countKey(record, place)) ?? null })),
      unsure: null,
    };
  }
}

const countKey = (record: SnapshotRecord, { database, table, id }: HeldTable): string =>
  [record.name, record.time, database, table, id].join(' ');

/** The user's tables at the time of a snapshot, in the order of their names; null where the role may not read them. */
async function tablesAt(session: ServerSession, { time, database }: SnapshotRecord): Promise<HeldTable[] | null> {
  const inside = database === '' ? '' : ` AND reldatabase = ${quoteText(database)}`;
  const rows = await ifAllowed(
    textRows(
      session,
      `SELECT reldatabase, relname, rel_id FROM mo_catalog.mo_tables{MO_TS=${time}} WHERE account_id = current_account_id()${inside} AND relkind = 'r' ORDER BY reldatabase, relname`,
    ),
  );
  if (!rows) return null;
  return rows
    .map(([place, table, id]) => ({ database: place ?? '', table: table ?? '', id: id ?? '' }))
    .filter((one) => !isInternal(one.table) && !isSystem(one.database));
}

/** Answered from metadata. What cannot be counted (a table of another account, a version that is gone) is left uncounted. */
async function countAt(session: ServerSession, record: SnapshotRecord, place: HeldTable): Promise<number | null> {
  try {
    const [row] = await textRows(session, `SELECT COUNT(*) FROM ${tableSql(place, hintOf(record))}`);
    return Number(row?.[0] ?? 0);
  } catch (error) {
    if (!(error instanceof Failure) || Failure.is(error, 'store.disconnected')) throw error;
    return null;
  }
}
