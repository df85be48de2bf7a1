/** What a run hands to its judge beside rows and models: facts that are kept, approvals that still hold, and which look it is. */
import { say } from '../../../base/say.ts';
import type { Approval } from '../../../data/judgement.ts';
import type { Model, ModelHead } from '../../../data/model.ts';
import type { JudgeBrief } from '../../../data/trainer.ts';
import type { Training } from '../../../data/training.ts';
import { atSnapshot, millisecondsOf, type Snapshot, tableIn, type Version } from '../../../data/version.ts';
import { columnChanges, columnNotes } from '../../versions/columnChanges.ts';
import { baseOf } from '../../registry/lineage.ts';
import type { KeptApproval } from '../../registry/judged/approvals.ts';
import type { Settled } from '../../registry/judged/settled.ts';
import type { Registry } from '../../registry/registry.ts';
import { lookRule } from '../../../judge/rule.ts';
import { comparedColumns } from '../deltaFacts.ts';
import { hashAt, runDelta } from '../rows/rowPlaces.ts';
import type { Workbench } from '../workbench.ts';

/** Older versions that changed rows are looked for in, the nearest first. */
const olderVersions = 3;

/** Updates that count as a round or a look: those that were held did nothing unless they were approved. */
function counted(models: readonly ModelHead[], settled: readonly Settled[]): ModelHead[] {
  const has = (number: number, reason: Settled['reason']): boolean =>
    settled.some((one) => one.number === number && one.reason === reason);
  return models.filter(({ kind, number }) => kind === 'delta' && (!has(number, 'suspect') || has(number, 'approved')));
}

/** What is left of an approval, in rounds. */
const roundsLeft = ({ rounds, number }: KeptApproval, models: readonly ModelHead[]): number =>
  Math.max(0, rounds - models.filter((model) => model.number > number).length);

/** Approvals that hold for the next run. */
const standing = (approvals: readonly KeptApproval[], models: readonly ModelHead[]): Approval[] =>
  approvals.flatMap((one) => {
    const { id, kind, column, label, where, direction, size, share, revoked } = one;
    const left = roundsLeft(one, models);
    return revoked || one.changed || left === 0
      ? []
      : [{ id, kind, column, label, where, direction, size, share, roundsLeft: left }];
  });

/** The facts of a model and of its ancestors up to their full fit, or up to one that has none; the newest last. */
async function factsOf(registry: Registry, models: readonly ModelHead[], parent: ModelHead): Promise<Uint8Array[]> {
  const byNumber = new Map(models.map((model) => [model.number, model]));
  const chain: Uint8Array[] = [];
  for (
    let at: ModelHead | undefined = parent;
    at;
    at = at.kind === 'full' ? undefined : byNumber.get(at.parent ?? -1)
  ) {
    const own = await registry.judged.facts(at);
    if (!own) break;
    chain.unshift(own);
  }
  return chain;
}

/** Which look the next model is: the count begins anew at a full fit and at a promotion. */
async function lookOf(registry: Registry, models: readonly ModelHead[], looked: readonly ModelHead[]): Promise<number> {
  const full = models.find(({ kind, status }) => kind === 'full' && status !== 'held');
  const promoted = models.find(({ status }) => status === 'promoted');
  const promotedAt = promoted && ((await registry.promotedAt(promoted)) ?? promoted.madeAt);
  const isSince = ({ number, madeAt }: ModelHead): boolean =>
    number > (full?.number ?? 0) && madeAt > (promotedAt ?? '');
  return (looked.filter(isSince).length % lookRule.looks) + 1;
}

/** What of the changes since the parent's snapshot is known beside the lineage. */
export interface Changed {
  /** Hashes of rows that are there before and after and changed, in their order; null where they are too many to look for. */
  readonly hashes: readonly string[] | null;
  readonly base: Snapshot;
  readonly to: Version;
  /** When the new version was made; null for the table as it is. */
  readonly snapshot: Snapshot | null;
}

interface Brief {
  readonly training: Training;
  readonly workbench: Pick<Workbench, 'store' | 'registry'>;
  /** Every model of the lineage. */
  readonly models: readonly ModelHead[];
  readonly parent: Model | null;
  readonly baseline: Model | null;
  /** Null where nothing is compared with a parent. */
  readonly changed: Changed | null;
  /** Takes sentences on what was passed over. */
  readonly notes?: string[];
}

/** Rows that are as they were at a version before the parent's; null where nobody looked. */
async function returnedRows(of: Brief, signal?: AbortSignal): Promise<number | null> {
  const { training, workbench, models, parent, changed } = of;
  if (!parent || !changed?.hashes) return null;
  const left = new Set(changed.hashes);
  const all = left.size;
  const older = models.filter(({ number }) => number < parent.number).slice(0, olderVersions);
  if (older.length === 0 || all === 0) return 0;
  for (const model of older) {
    const { snapshot } = await baseOf(workbench.store, training, model, changed.to);
    if (!snapshot) continue;
    const request = runDelta(training, comparedColumns(training), atSnapshot(snapshot.name), changed.to);
    const differing = new Set<string>();
    for await (const page of workbench.store.readDelta(request, signal))
      for (let i = 0; i < page.rows; i++) if (left.has(hashAt(page, i))) differing.add(hashAt(page, i));
    for (const hash of [...left]) if (!differing.has(hash)) left.delete(hash);
  }
  return all - left.size;
}

/** A restore lies between the two versions, of ours or (by the table's id) of others. */
async function isRestored({ training, workbench, parent, changed }: Brief): Promise<boolean> {
  if (!parent || !changed) return false;
  const restores = await workbench.registry.judged.restores(training.table);
  if (restores.some(({ at, undone }) => at > parent.madeAt || (undone?.at ?? '') > parent.madeAt)) return true;
  const idOf = (snapshot: Snapshot | null): string => (snapshot && tableIn(snapshot, training.table)?.id) ?? '';
  const [before, now] = [idOf(changed.base), idOf(changed.snapshot)];
  return before !== '' && now !== '' && before !== now;
}

/** Everything that a judge goes by; failures are the store's. */
export async function judgeBrief(of: Brief, signal?: AbortSignal): Promise<JudgeBrief> {
  const { training, models, parent, baseline, changed } = of;
  const { registry } = of.workbench;
  const settled = await registry.judged.settled(training.id);
  const rounds = counted(models, settled);
  const own = new Set(models.map(({ number }) => number));
  const baselineAsNow =
    baseline !== null &&
    settled.some(({ reason, number }) => reason === 'approved' && own.has(number) && number > baseline.number);
  const createdAt = changed?.snapshot?.createdAt ?? '';
  const sides = changed && { table: training.table, from: atSnapshot(changed.base.name), to: changed.to };
  const known = columnNotes(sides && (await columnChanges(of.workbench.store, sides, signal)));
  const approvals = await registry.judged.approvals(training);
  for (const { id } of approvals.filter((one) => one.changed))
    of.notes?.push(say('Approval {0} was not gone by: another program changed it since it was given.', id));
  return {
    key: training.key,
    facts: parent && changed ? await factsOf(registry, models, parent) : [],
    approvals: standing(approvals, rounds),
    look: await lookOf(registry, models, rounds),
    returned: await returnedRows(of, signal),
    restored: await isRestored(of),
    baselineAsNow,
    day: createdAt === '' ? null : millisecondsOf(createdAt) / 86_400_000,
    ...(known.length > 0 && { known }),
  };
}
