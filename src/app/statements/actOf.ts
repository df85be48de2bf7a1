/** Carries out the steps that give no rows: a snapshot made or dropped, a table taken back. */
import { assertNever } from '../../base/assert.ts';
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { RestoreResult, Store } from '../../data/store.ts';
import { tableText } from '../../data/table.ts';
import type { Snapshot } from '../../data/version.ts';
import { tablesOf, wholeRestore } from '../versions/rememberRestore.ts';
import { isAsItWas } from '../versions/restorePreview.ts';
import { createSnapshot, safetyName } from '../versions/snapshotNames.ts';
import type { ActStep, Plan } from './plan.ts';
import { endOf, type Permission, requirePermission, type StatementEnd } from './statementEnd.ts';

/** What was done, told as soon as it is. */
export type Done =
  | { readonly kind: 'pinned'; readonly snapshot: Snapshot }
  | { readonly kind: 'dropped'; readonly name: string }
  | { readonly kind: 'restored'; readonly result: RestoreResult };

/** Who acts: asked before, told after. */
export interface Acting {
  readonly allow: Permission;
  readonly signal?: AbortSignal | undefined;
  readonly done?: (done: Done) => void;
}

/** Failures are those of the store, and `cancelled` when `allow` says no. */
export async function actOf(store: Store, plan: Plan, step: ActStep, acting: Acting): Promise<StatementEnd> {
  switch (step.kind) {
    case 'nothing':
      return endOf(plan);
    case 'skip':
      return endOf(plan, { skipped: true, note: step.note });
    case 'snapshot':
      return pin(store, plan, step, acting);
    case 'drop':
      return drop(store, plan, step, acting);
    case 'restore':
      return restore(store, plan, step, acting);
    default:
      return assertNever(step);
  }
}

type Of<Kind extends ActStep['kind']> = Extract<ActStep, { kind: Kind }>;

async function pin(store: Store, plan: Plan, step: Of<'snapshot'>, { done }: Acting): Promise<StatementEnd> {
  try {
    const snapshot = await createSnapshot(store, step.target, step.name);
    done?.({ kind: 'pinned', snapshot });
  } catch (error) {
    if (!step.ifNotExists || !Failure.is(error, 'version.exists')) throw error;
  }
  return endOf(plan);
}

async function drop(store: Store, plan: Plan, step: Of<'drop'>, { allow, done }: Acting): Promise<StatementEnd> {
  const { name } = step;
  await requirePermission(plan, { name }, allow);
  try {
    await store.dropSnapshot(name);
    done?.({ kind: 'dropped', name });
  } catch (error) {
    if (!step.ifExists || !Failure.is(error, 'version.unknown')) throw error;
  }
  return endOf(plan);
}

async function restore(
  store: Store,
  plan: Plan,
  { target, to }: Of<'restore'>,
  { allow, done, signal }: Acting,
): Promise<StatementEnd> {
  const preview = await store.previewRestore(target, to, signal);
  const name = target.level === 'table' ? tableText(target.table) : target.database;
  if (isAsItWas(preview)) return endOf(plan, { note: say('{0} is already as it was at {1}.', name, preview.to) });
  await requirePermission(plan, { name, preview }, allow);
  const result = await store.restore(preview, await safetyName(store, target), signal);
  done?.({ kind: 'restored', result });
  const { rowsChanged, safetySnapshot } = result;
  const restored = wholeRestore(target, { to: preview.to, safetySnapshot, rowsChanged }, tablesOf(preview));
  return endOf(plan, { affected: rowsChanged, safetySnapshot, lostGrants: preview.lostGrants, restored });
}
