/** Runs checks one after the other: each ends with yes or no, or with why it could not be asked. */
import { throwIfCancelled, Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { TableName } from '../../data/table.ts';
import type { Store } from '../../data/store.ts';
import type { Version } from '../../data/version.ts';
import type { Clock } from '../training/clock.ts';
import { checkData, checkDeletes, type CheckedChanges, type OpenedTraining } from './changeChecks.ts';
import { checkNotWorse, checkQuality } from './modelChecks.ts';
import type { CheckOutcome, Finding, NamedCheck } from './outcome.ts';
import { unusable } from './readQuery.ts';
import { checkQuery, checkRowsOf } from './rowChecks.ts';

/** What checks are asked of. */
export interface CheckSubject {
  readonly store: Store;
  readonly table: TableName;
  readonly at: Version;
  /** Of the checks of a training; null of those of a table. */
  readonly training: OpenedTraining | null;
}

function requireTraining({ training }: CheckSubject): OpenedTraining {
  if (training) return training;
  throw unusable(say('only a training has a model'));
}

async function findingOf(of: CheckSubject, { rule }: NamedCheck, signal: AbortSignal): Promise<Finding> {
  const { store, table, at } = of;
  const changes: CheckedChanges = of;
  switch (rule.kind) {
    case 'sql':
      await store.table(table, at);
      return checkQuery({ store, table, at }, rule, signal);
    case 'deletes':
      return checkDeletes(changes, rule, signal);
    case 'data':
      return checkData(changes, signal);
    case 'quality':
      return checkQuality(requireTraining(of), rule);
    case 'notWorse':
      return checkNotWorse(requireTraining(of));
    default:
      return checkRowsOf({ store, table, at, info: await store.table(table, at), signal }, rule);
  }
}

/** `cancelled`; whatever else a check fails with is its own outcome, and the others are asked all the same. */
export async function runChecks(
  of: CheckSubject,
  checks: readonly NamedCheck[],
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    throwIfCancelled(signal);
    const began = clock.now();
    const finding = await findingOf(of, check, signal).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof Failure) || Failure.is(error, 'cancelled')) throw error;
      return error as Failure;
    });
    const ms = clock.now() - began;
    outcomes.push(
      ...(finding instanceof Failure
        ? unasked([check], finding).map((one) => ({ ...one, ms }))
        : [{ ...check, ...finding, error: null, ms }]),
    );
  }
  return outcomes;
}

/** Checks that could not be asked, all for one reason. */
export const unasked = (checks: readonly NamedCheck[], error: Failure): CheckOutcome[] =>
  checks.map((check) => ({
    ...check,
    ok: false,
    sentence: error.message,
    count: null,
    columns: [],
    rows: [],
    error,
    ms: 0,
  }));

/** Throws `check.failed` with every check that does not hold; `what` was not begun for them. */
export function requireAll(outcomes: readonly CheckOutcome[], what: string): void {
  const failed = outcomes.filter(({ ok }) => !ok);
  if (failed.length === 0) return;
  const said = failed.map(({ of, name, sentence }) => say('"{0}" of {1}: {2}', name, of, sentence));
  throw new Failure('check.failed', { what, said });
}
