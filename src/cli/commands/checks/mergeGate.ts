/** The checks of a table that a statement merges into, asked before it is sent. */
import { mergeOf, requireMergeable } from '../../../app/checks/gates.ts';
import { systemClock } from '../../../app/training/clock.ts';
import type { Statement } from '../../../git4data/ast.ts';
import { configuredNames, type OpenedConnection } from '../../connection/connection.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import type { Invocation } from '../command.ts';

/** `check.failed` where one of them does not hold of the branch. `database`: of names without one. */
export async function gateMerge(
  { cwd, signal }: Pick<Invocation, 'cwd' | 'signal'>,
  opened: OpenedConnection,
  statement: Statement,
  database: string | null,
): Promise<void> {
  const merge = mergeOf(statement, database);
  const found = findConfig(cwd);
  if (!merge || !found) return;
  const gate = { config: found.config, connections: configuredNames(opened, found), store: opened.store };
  await requireMergeable({ ...gate, clock: systemClock }, merge, signal);
}
