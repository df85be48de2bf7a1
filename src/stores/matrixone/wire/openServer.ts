/** Opens a MatrixOne server: the statements of this folder run over what this returns. */
import { openConnection, opening } from './open.ts';
import { Pool } from './pool.ts';
import { releaseOf } from './release.ts';
import type { Answer, OwnSession, Page, Reading, Server, StatementOptions } from './server.ts';
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

/** The same pages, counted as they are given out. */
async function* counted<T, End>(pages: AsyncGenerator<T, End>, given: { pages: number }): AsyncGenerator<T, End> {
  try {
    for (let next = await pages.next(); ; next = await pages.next()) {
      if (next.done) return next.value;
      given.pages++;
      yield next.value;
    }
  } finally {
    await pages.return(undefined as never);
  }
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
    for (let isFirst = true; ; isFirst = false) {
      const connection = await pool.take(wanted(options), !isFirst);
      const given = { pages: 0 };
      try {
        return yield* counted(connection.stream(sql, pageRows, read, options), given);
      } catch (error) {
        // Who has seen rows would see them again.
        if (!isFirst || given.pages > 0 || options?.infile || !pool.mayRepeat(error)) throw error;
      } finally {
        pool.give(connection);
      }
    }
  }

  async function session<T>(work: (session: OwnSession) => Promise<T>): Promise<T> {
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
