/** The checks of a table that a statement merges into, asked before it is sent. */
import { isSameStore } from '../../app/config/sameStore.ts';
import { systemClock } from '../../app/training/clock.ts';
import type { Statement } from '../../git4data/ast.ts';
import type { Connection } from '../connections/connection.ts';
import type { Connections } from '../connections/connections.ts';
import type { ReadHome } from '../connections/homes.ts';
import { followed } from '../connections/paths.ts';
import type { Session } from '../connections/session.ts';

/** What a home's file calls these connections: its own by their names, others by what they are called in this window. */
const namesIn = ({ uri, config }: ReadHome, same: readonly Connection[]): string[] => [
  ...new Set(
    same.flatMap(({ id, name, home }) => {
      if (home?.uri.toString() === uri.toString()) return [name];
      return Object.hasOwn(config.connections, id) ? [] : [id];
    }),
  ),
];

/** `check.failed` where one of them does not hold of the branch, whatever the store is called. `database`: of names without one. */
export async function gateMerge(
  connections: Pick<Connections, 'list'> & { readonly homes: Pick<Connections['homes'], 'read'> },
  { connection, store }: Pick<Session, 'connection' | 'store'>,
  { statement, database }: { readonly statement: Statement; readonly database: string | null },
  signal: AbortSignal,
): Promise<void> {
  if (statement.kind !== 'branch') return;
  const { mergeOf, requireMergeable } = await import('../../app/checks/gates.ts');
  const merge = mergeOf(statement, database);
  if (!merge) return;
  const others = await connections.list();
  const same = [connection, ...others.filter(({ place }) => isSameStore(place, connection.place, followed))];
  for (const home of await connections.homes.read()) {
    const gate = { config: home.config, connections: namesIn(home, same), store, clock: systemClock };
    await requireMergeable(gate, merge, signal);
  }
}
