/** Checks without which a training or a merge is not begun. */
import { say } from '../../base/say.ts';
import type { Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, live, type Version } from '../../data/version.ts';
import { hintedSnapshot, type Statement, tablesOf } from '../../git4data/ast.ts';
import { sameName } from '../../git4data/catalog.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../training/clock.ts';
import type { TrainRequest } from '../training/runStart.ts';
import type { Workbench } from '../training/workbench.ts';
import { beforeMerge, beforeTraining } from './configured.ts';
import { unusable } from './readQuery.ts';
import { requireAll, runChecks, unasked } from './runChecks.ts';

/** Asked of the snapshot that a run has pinned; `check.failed`. */
function trainingGate(
  config: Config,
  training: Training,
  workbench: Workbench,
): ((snapshot: string, signal: AbortSignal) => Promise<void>) | undefined {
  const checks = beforeTraining(config, training);
  if (checks.table.length + checks.training.length === 0) return undefined;
  return async (snapshot, signal) => {
    const of = { store: workbench.store, table: training.table, at: atSnapshot(snapshot) };
    const opened = { training, workbench };
    requireAll(
      [
        ...(await runChecks({ ...of, training: null }, checks.table, workbench.clock, signal)),
        ...(await runChecks({ ...of, training: opened }, checks.training, workbench.clock, signal)),
      ],
      say('The training of "{0}"', training.name),
    );
  };
}

/** What of a run deltatrain.json says beside its training: the checks before it, and what becomes of suspect changes. */
export function runRules(
  config: Config,
  training: Training,
  workbench: Workbench,
): Pick<TrainRequest, 'gate' | 'onSuspect'> {
  const gate = trainingGate(config, training, workbench);
  const onSuspect = Object.hasOwn(config.trainings, training.name)
    ? config.trainings[training.name]?.onSuspect
    : undefined;
  return { ...(gate && { gate }), ...(onSuspect && { onSuspect }) };
}

/** A merge of a branch into a table. */
export interface Merge {
  readonly from: TableName;
  readonly into: TableName;
  /** The version of the branch that is merged; null where its rows are none that a check could be asked of. */
  readonly at: Version | null;
}

/** What a statement merges; null where it merges nothing, or where its tables cannot be told. `database`: of names without one. */
export function mergeOf(statement: Statement, database: string | null): Merge | null {
  if (statement.kind !== 'branch' || !/\b(?:MERGE|PICK)$/.test(statement.verb)) return null;
  const [from, into] = tablesOf(statement).map((ref) => {
    const own = ref.database?.text ?? database;
    return own === null ? null : { database: own, table: ref.table.text };
  });
  const [branch] = tablesOf(statement);
  if (!from || !into || !branch) return null;
  const snapshot = hintedSnapshot(branch);
  const at = snapshot === null ? live : atSnapshot(snapshot);
  const isByTime = branch.hint !== null && snapshot === null;
  return { from, into, at: statement.between || isByTime ? null : at };
}

/** What a merge is asked with: the names by which the configuration knows the connection. */
export interface MergeGate {
  readonly config: Config;
  readonly connections: readonly string[];
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
}

/** Asks the checks of the table of the rows of the branch, before they are merged into it; `check.failed`. */
export async function requireMergeable(
  { config, connections, store, clock }: MergeGate,
  { from, into, at }: Merge,
  signal: AbortSignal,
): Promise<void> {
  const checks = connections.flatMap((connection) => beforeMerge(config, connection, into));
  if (checks.length === 0) return;
  const what = say('The merge of {0} into {1}', tableText(from), tableText(into));
  if (at === null) {
    const why = say(
      'it is about rows at a time, or between two snapshots, of which checks cannot be asked. Merge or pick from the branch as it is, or from one snapshot of it ({0})',
      "{SNAPSHOT = '…'}",
    );
    return requireAll(unasked(checks, unusable(why)), what);
  }
  const table = await asSpelled(store, from);
  requireAll(await runChecks({ store, table, at, training: null }, checks, clock, signal), what);
}

/** The table as the store spells it; as it is written where it spells none so. */
async function asSpelled(store: Store, written: TableName): Promise<TableName> {
  const database = spelled(await store.databases(), written.database);
  const tables = (await store.tables(database)).map(({ name }) => name.table);
  return { database, table: spelled(tables, written.table) };
}

const spelled = (names: readonly string[], written: string): string =>
  names.includes(written) ? written : (names.find((name) => sameName(name, written)) ?? written);
