/** A version of a table as a table of its own, for a comparison that reads at two times: made beside the user's databases, and always dropped. */
import { createHash, randomBytes } from 'node:crypto';
import { Failure } from '../../../base/failure.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { scratchPrefix, textRows } from '../tables/catalog.ts';
import { tableSql } from '../tables/names.ts';
import { quoteName, quoteText } from '../wire/quote.ts';
import type { Server } from '../wire/server.ts';

/** No comparison takes so long: what is older was left by a program that died. */
const leftoverMs = 6 * 3_600_000;

/** What a name is made of besides what it holds; fixed in tests. */
export interface ScratchNaming {
  readonly now: () => number;
  readonly unique: () => string;
}

const naming: ScratchNaming = { now: () => Date.now(), unique: () => randomBytes(4).toString('hex') };

/** Names tell when they were made, of what, and by whom. */
export function scratchName(table: TableName, version: string, { now, unique }: ScratchNaming = naming): string {
  const of = createHash('md5')
    .update(JSON.stringify([tableText(table), version]))
    .digest('hex')
    .slice(0, 8);
  return `${scratchPrefix}${Math.floor(now() / 1000).toString(36)}_${of}_${unique()}`;
}

/** True for a scratch database that nobody can still be reading. */
export function isLeftover(name: string, now: number): boolean {
  const made = new RegExp(`^${scratchPrefix}([0-9a-z]{5,8})_[0-9a-f]{8}_`).exec(name)?.[1];
  return made !== undefined && now - Number.parseInt(made, 36) * 1000 > leftoverMs;
}

const swept = new WeakSet<Server>();
/** Scratch databases that could not be dropped when they were done with. */
const left = new WeakMap<Server, Set<string>>();

/** Dropping is tried again on a new connection where one is cut: what it takes away is nobody's, and it may be gone already. */
const drop = (server: Server, database: string, signal?: AbortSignal): Promise<unknown> =>
  server.run(`DROP DATABASE IF EXISTS ${quoteName(database)}`, { database: null, writes: false, signal });

/** Milliseconds for what is left, when the store is closed. */
const lastTryMs = 3_000;

/** Drops what could not be dropped before; answers the names of what stays. */
export async function dropLeft(server: Server): Promise<readonly string[]> {
  const names = left.get(server) ?? new Set();
  const signal = AbortSignal.timeout(lastTryMs);
  for (const name of [...names])
    try {
      await drop(server, name, signal);
      names.delete(name);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  return [...names];
}

/** Drops what programs that died have left; once in the life of a connection. */
async function sweep(server: Server): Promise<void> {
  if (swept.has(server)) return;
  swept.add(server);
  const rows = await textRows(
    server,
    `SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ${quoteText(`${scratchPrefix}%`)}`,
  );
  for (const [name] of rows) if (isLeftover(name ?? '', Date.now())) await drop(server, name ?? '');
}

export interface Scratch {
  /** As a statement names it. */
  readonly source: string;
  readonly drop: () => Promise<void>;
}

const isLost = (error: unknown): boolean =>
  !(error instanceof Failure) ||
  Failure.is(error, 'store.disconnected') ||
  Failure.is(error, 'store.timeout') ||
  Failure.is(error, 'cancelled');

/** The table as it was, in a database of its own; null where the role may not make one, or the server cannot clone this table. */
export async function scratchOf(
  server: Server,
  table: TableName,
  source: string,
  version: string,
  signal: AbortSignal | undefined,
  names: ScratchNaming = naming,
): Promise<Scratch | null> {
  const database = scratchName(table, version, names);
  const done = async (): Promise<void> => {
    try {
      await drop(server, database);
    } catch (error) {
      // What was read is right. It is tried again when the store is closed, and else dropped by a later comparison of anybody.
      if (!(error instanceof Failure)) throw error;
      left.set(server, (left.get(server) ?? new Set()).add(database));
    }
  };
  const name = tableSql({ database, table: table.table });
  let isSent = false;
  try {
    await sweep(server);
    isSent = true;
    await server.run(`CREATE DATABASE ${quoteName(database)}`, { signal, writes: false });
  } catch (error) {
    // A name of its own: it was made before the connection was cut, and asked for again.
    const isOurs = Failure.is(error, 'database.exists');
    if (!isOurs && !isLost(error)) return null;
    // It may have been made.
    if (!isOurs && isSent) await done();
    if (!isOurs) throw error;
  }
  try {
    await server.run(`CREATE TABLE ${name} CLONE ${source}`, { signal, writes: false });
  } catch (error) {
    if (Failure.is(error, 'table.exists')) return { source: name, drop: done };
    await done();
    if (isLost(error)) throw error;
    return null;
  }
  return { source: name, drop: done };
}
