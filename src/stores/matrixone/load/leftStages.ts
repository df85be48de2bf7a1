/**
 * Scratch tables of loads whose connection is gone. A server (4.1.4 and before) keeps a temporary table when its session ends, hidden and
 * with all rows, under a name that begins with the session's id; by that name another connection drops it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../base/failure.ts';
import { tableText } from '../../../data/table.ts';
import { textRows } from '../tables/catalog.ts';
import { tableSql } from '../tables/names.ts';
import { quoteText } from '../wire/quote.ts';
import type { Server } from '../wire/server.ts';

/** Milliseconds for a statement that clears up: nobody waits for a server that does not answer. */
const deadlineMs = 3_000;

/** The scratch table of a load. */
export interface Scratch {
  readonly database: string;
  /** A temporary table by the name that statements have for it, or the name of an ordinary one. */
  readonly table: string;
  readonly isTemporary: boolean;
  /** What the server calls the connection that made it. */
  readonly connection: number;
}

const left = new WeakMap<Server, Set<Scratch>>();

const temporary = /^__mo_tmp_([0-9a-f]{32})_/;

/**
 * Drops the temporary tables of that name whose sessions are gone, whoever made them; answers those of the connection that made this one,
 * where the server has not noticed yet that it is gone.
 */
async function sweep(server: Server, { database, table, connection }: Scratch): Promise<string[]> {
  const options = { writes: false, deadlineMs, database: null } as const;
  const end = `_${database}_${table}`;
  // In this order: a session that made one of these is in the second answer, if it is still there.
  const tables = await textRows(
    server,
    `SELECT table_name FROM information_schema.tables WHERE table_schema = ${quoteText(database)}`,
    options,
  );
  const found = tables.map(([name]) => name ?? '').filter((name) => temporary.test(name) && name.endsWith(end));
  if (found.length === 0) return [];
  const sessions = await textRows(server, 'SELECT session_id, conn_id FROM processlist() p', options);
  const alive = new Map(sessions.map(([id, of]) => [(id ?? '').replaceAll('-', ''), Number(of)]));
  const ownerOf = (name: string): number | undefined => alive.get(temporary.exec(name)?.[1] ?? '');
  for (const name of found)
    if (ownerOf(name) === undefined) await server.run(`DROP TABLE ${tableSql({ database, table: name })}`, options);
  return found.filter((name) => ownerOf(name) === connection);
}

/** The names of what stays. */
async function drop(server: Server, one: Scratch): Promise<string[]> {
  try {
    if (one.isTemporary) return await sweep(server, one);
    await server.run(`DROP TABLE IF EXISTS ${tableSql(one)}`, { writes: false, deadlineMs });
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [one.table];
  }
}

/** A server in the middle of a file takes a moment to notice that nobody sends it: milliseconds between looks. */
const looks = [0, 50, 200, 800, 2_000];

/** Drops a scratch table that its own connection could not drop, now or when the store is closed. */
export async function leaveStage(server: Server, one: Scratch): Promise<void> {
  for (const wait of looks) {
    await delay(wait);
    if ((await drop(server, one)).length === 0) return;
  }
  left.set(server, (left.get(server) ?? new Set()).add(one));
}

/** Tries what is left once more; answers the names of what stays. */
export async function dropLeftStages(server: Server): Promise<readonly string[]> {
  const stays: string[] = [];
  for (const one of left.get(server) ?? [])
    for (const table of await drop(server, one)) stays.push(tableText({ ...one, table }));
  return stays;
}
