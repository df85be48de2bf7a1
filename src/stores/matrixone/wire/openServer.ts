/** Opens a MatrixOne server: the statements of this folder run over what this returns. */
import { openConnection, opening } from './open.ts';
import { Pool } from './pool.ts';
import { releaseOf } from './release.ts';
import type { Answer, Page, Reading, Server, Session, StatementOptions } from './server.ts';
import { labelOf, type ServerOptions } from '../login/serverOptions.ts';

/** Short statements at one time. */
const poolSize = 4;
const pingAfterMs = 5_000;

/** Connects, tells the release, and keeps the connection; failures say what was wrong with the address, the user or the server. */
export async function openServer(options: ServerOptions, signal?: AbortSignal): Promise<Server> {
  const label = labelOf(options);
  const { connection, version } = await openConnection(options, signal);
  return opening(connection, label, async () => {
    const release = await releaseOf(connection, version, label);
    const pool = new Pool(
      { label, size: poolSize, pingAfterMs, open: async (open) => (await openConnection(options, open)).connection },
      connection,
    );
    return serverOver(pool, { label, release, isEncrypted: connection.isEncrypted }, options.database);
  });
}

type Facts = Pick<Server, 'label' | 'release' | 'isEncrypted'>;

function serverOver(pool: Pool, facts: Facts, standard: string | null): Server {
  const wanted = (options: StatementOptions | undefined) => ({
    signal: options?.signal,
    database: options?.database ?? standard,
  });

  async function* stream<T>(
    sql: string,
    pageRows: number,
    read: Reading<T>,
    options?: StatementOptions,
  ): AsyncGenerator<Page<T>, Omit<Answer, 'rows'>> {
    const connection = await pool.take(wanted(options));
    try {
      return yield* connection.stream(sql, pageRows, read, options);
    } finally {
      pool.give(connection);
    }
  }

  async function session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const connection = await pool.take({ database: standard });
    try {
      return await work(connection);
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      pool.give(connection);
    }
  }

  return {
    ...facts,
    run: (sql, options) => pool.share(wanted(options), (connection) => connection.run(sql, options)),
    stream,
    session,
    close: () => pool.close(),
  };
}
