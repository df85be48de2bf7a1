/** The checks of a table that a statement merges into, asked before it is sent. */
import { systemClock } from '../../app/training/clock.ts';
import type { Statement } from '../../git4data/ast.ts';
import type { Homes } from '../connections/homes.ts';
import type { Session } from '../connections/session.ts';

/** `check.failed` where one of them does not hold of the branch. `database`: of names without one. */
export async function gateMerge(
  homes: Pick<Homes, 'read'>,
  { connection, store }: Pick<Session, 'connection' | 'store'>,
  { statement, database }: { readonly statement: Statement; readonly database: string | null },
  signal: AbortSignal,
): Promise<void> {
  if (statement.kind !== 'branch') return;
  const { mergeOf, requireMergeable } = await import('../../app/checks/gates.ts');
  const merge = mergeOf(statement, database);
  const own = (await homes.read()).find(({ uri }) => uri.toString() === connection.home?.uri.toString());
  if (!merge || !own) return;
  await requireMergeable(
    { config: own.config, connections: [connection.name], store, clock: systemClock },
    merge,
    signal,
  );
}
