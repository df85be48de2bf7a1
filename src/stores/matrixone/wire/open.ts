/** Opens connections that are ready to be used: logged in, with the session set as this folder expects it. */
import { say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { ServerConnection } from './connection.ts';
import { connectMs, handshake } from '../login/handshake.ts';
import { checkSqlMode } from './quote.ts';
import { labelOf, type ServerOptions } from '../login/serverOptions.ts';

/** What the server says of itself when a connection opens. */
export interface Greeting {
  readonly connection: ServerConnection;
  /** `8.0.30-MatrixOne-v4.1.4`. */
  readonly version: string;
}

/** How long KILL QUERY may take, its connection included. */
const killMs = 5_000;

/** KILL QUERY over a connection of its own; a failure is no more than a statement that goes on. */
async function killQuery(options: ServerOptions, id: number): Promise<void> {
  const signal = AbortSignal.timeout(killMs);
  try {
    const peer = await handshake(options, signal);
    const connection = new ServerConnection(options, peer, () => Promise.resolve());
    try {
      await connection.run(`KILL QUERY ${id}`, { signal, database: null });
    } finally {
      connection.destroy();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

/** Sets what every statement relies on; a variable that an old release does not know is left out. */
async function setSession(connection: ServerConnection, signal: AbortSignal | undefined): Promise<void> {
  const options = { signal, deadlineMs: connectMs, database: null };
  await connection.run("SET time_zone = '+00:00'", options);
  await connection.run('SET autocommit = 1', options);
  try {
    await connection.run('SET save_query_result = off', options);
  } catch (error) {
    if (!Failure.is(error, 'sql.unsupported') && !Failure.is(error, 'sql.failed')) throw error;
  }
}

/** A server that answers a byte at a time is never silent, so opening has an end of its own. */
const openMs = 30_000;

/** Work that makes a connection ready; the connection is given up when that takes too long. */
export async function opening<T>(connection: ServerConnection, label: string, work: () => Promise<T>): Promise<T> {
  const reason = say('it was not ready within {0} s. Check the host, the port and the network.', openMs / 1000);
  const late = setTimeout(() => connection.destroy(new Failure('store.unreachable', { store: label, reason })), openMs);
  try {
    return await work();
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

export async function openConnection(options: ServerOptions, signal?: AbortSignal): Promise<Greeting> {
  const label = labelOf(options);
  const peer = await handshake(options, signal);
  const connection = new ServerConnection(options, peer, (id) => killQuery(options, id));
  return opening(connection, label, async () => {
    const { rows } = await connection.run('SELECT version(), @@sql_mode, connection_id()', {
      signal,
      deadlineMs: connectMs,
      database: null,
    });
    const [version = '', mode = '', id = ''] = (rows[0] ?? []).map((cell) => cell?.toString('utf8') ?? '');
    checkSqlMode(label, mode);
    // Behind a proxy the number of the handshake is the proxy's.
    if (/^\d+$/.test(id)) connection.id = Number(id);
    await setSession(connection, signal);
    connection.markClean();
    return { connection, version };
  });
}
