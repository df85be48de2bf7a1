/** Several statements as one transaction on one connection: all of them, or nothing. */
import { say } from '../../../base/say.ts';
import { Buffer } from 'node:buffer';
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { Write } from '../../../data/store.ts';
import { interpolate } from './quote.ts';
import type { Server, ServerSession } from './server.ts';

/** The server's max_allowed_packet, less the packet's own head. A longer statement would cost the connection. */
const largestStatement = 64 * 1024 * 1024 - 1024;

/** Runs work between BEGIN and COMMIT. The locks are given back before the failure is told. */
function inTransaction<T>(server: Server, work: (session: ServerSession) => Promise<T>): Promise<T> {
  return server.session((session) => transaction(session, () => work(session)));
}

/** As `inTransaction`, on a connection that is the caller's own. */
export async function transaction<T>(session: ServerSession, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await session.run('BEGIN');
  let done: T;
  try {
    done = await work();
    throwIfCancelled(signal);
  } catch (error) {
    await rollback(session);
    throw error;
  }
  await session.run('COMMIT', { signal });
  return done;
}

/** A connection that is lost has rolled back by itself. */
async function rollback(session: ServerSession): Promise<void> {
  try {
    await session.run('ROLLBACK');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
}

function statementOf({ sql, values }: Write): string {
  const statement = interpolate(sql, values);
  // Bytes are sent as hex digits, two for one: about 32 MB of them fit.
  if (Buffer.byteLength(statement) > largestStatement) throw new Failure('sql.tooBig');
  return statement;
}

async function runOne(session: ServerSession, statement: string, expect: number | undefined): Promise<number> {
  const { affected } = await session.run(statement);
  if (expect !== undefined && affected !== expect)
    throw new Failure('row.conflict', {
      table: say('The store'),
      detail: say('{0} rows were changed where {1} were expected', affected, expect),
    });
  return affected;
}

/** The affected rows of each. One statement without an expectation is its own transaction, as what MatrixOne runs in none must be. */
export async function write(server: Server, writes: readonly Write[]): Promise<number[]> {
  const statements = writes.map(statementOf);
  const [only] = statements;
  if (only !== undefined && writes.length === 1 && writes[0]?.expect === undefined)
    return [await runOne(server, only, undefined)];
  if (statements.length === 0) return [];
  return inTransaction(server, async (session) => {
    const affected: number[] = [];
    for (const [i, statement] of statements.entries())
      affected.push(await runOne(session, statement, writes[i]?.expect));
    return affected;
  });
}
