/** Checks of what changed in a table: how many rows went, and whether the changes are suspect. */
import { ownHash } from '../../data/splitting/sides.ts';
import { at } from '../../base/assert.ts';
import { say } from '../../base/say.ts';
import { flagNames, changeAt } from '../../data/change.ts';
import { lineageTip } from '../../data/model.ts';
import type { Store } from '../../data/store.ts';
import { type TableName, tableText } from '../../data/table.ts';
import type { Training } from '../../data/training.ts';
import { textOf, type Value } from '../../data/value.ts';
import { atSnapshot, type Snapshot, type SnapshotIdentity, tableIn, type Version } from '../../data/version.ts';
import { countText, percentText } from '../../words/numbers.ts';
import type { DeletesRule } from '../config/checkRules.ts';
import { checkDelta, checkedNames, type Checked, judgementOf } from '../models/checkDelta.ts';
import { dataDocument } from '../registry/documents.ts';
import { snapshotOf } from '../registry/lineage.ts';
import { comparedColumns } from '../training/deltaFacts.ts';
import { hashAt, runDelta } from '../training/rows/rowPlaces.ts';
import type { Workbench } from '../training/workbench.ts';
import { type Finding, found, mostShown, type ShownRows } from './outcome.ts';
import { unusable } from './readQuery.ts';

/** A training with what it needs open. */
export interface OpenedTraining {
  readonly training: Training;
  readonly workbench: Pick<Workbench, 'store' | 'registry' | 'trainer'>;
}

/** What a check of changes is about: a table at a version, and the training that it was written for; null of a table's own. */
export interface CheckedChanges {
  readonly store: Store;
  readonly table: TableName;
  readonly at: Version;
  readonly training: OpenedTraining | null;
}

/** Negative where the first is the older one; 0 too where a time is not known, as snapshots cannot be listed. */
function byAge(a: { readonly createdAt: string }, b: { readonly createdAt: string }): number {
  if (a.createdAt === '' || b.createdAt === '') return 0;
  const [x, y] = [BigInt(a.createdAt), BigInt(b.createdAt)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The snapshot since which rows are counted, which is older than the version that is checked; null where there is none. */
async function sinceOf(
  { store, table, at: to, training }: CheckedChanges,
  { from }: DeletesRule,
): Promise<string | null> {
  const checked = to.kind === 'live' ? null : await snapshotOf(store, table, to.name);
  if (from !== undefined) {
    const since = await snapshotOf(store, table, from);
    if (checked === null || byAge(since, checked) <= 0) return since.name;
    throw unusable(say('its "from", {0}, is newer than {1}', since.name, checked.name));
  }
  const isOlder = (one: SnapshotIdentity | Snapshot): boolean =>
    checked === null || (one.name !== checked.name && byAge(one, checked) <= 0);
  if (training) {
    const models = await training.workbench.registry.heads(training.training);
    return lineageTip(models.filter(({ snapshot }) => isOlder(snapshot)))?.snapshot.name ?? null;
  }
  const older = (await store.snapshots()).filter((one) => tableIn(one, table) && isOlder(one)).sort(byAge);
  return older.at(-1)?.name ?? null;
}

/** The share of rows that went since a snapshot. */
export async function checkDeletes(of: CheckedChanges, rule: DeletesRule, signal: AbortSignal): Promise<Finding> {
  const { store, table, at: to } = of;
  const since = await sinceOf(of, rule);
  if (since === null)
    return found(true, say('There is no earlier snapshot of {0} that could be compared with.', tableText(table)));
  const from = atSnapshot(since);
  const before = await store.countRows(table, from);
  const { deleted } = await store.countDelta({ table, from, to }, signal);
  const share = before === 0 ? 0 : deleted / before;
  const said = say(
    '{0} of {1} rows went since {2} ({3})',
    countText(deleted),
    countText(before),
    since,
    percentText(share),
  );
  if (share <= rule.maxShare) return found(true, say('{0}.', said), deleted);
  const shown = await deletedRows(of, since, signal);
  return {
    ...shown,
    ok: false,
    sentence: say('{0}: at most {1} may.', said, percentText(rule.maxShare)),
    count: deleted,
  };
}

async function deletedRows(
  { store, table, at: to }: CheckedChanges,
  since: string,
  signal: AbortSignal,
): Promise<ShownRows> {
  const rows: Value[][] = [];
  let columns: readonly string[] = [];
  for await (const page of store.readDelta({ table, from: atSnapshot(since), to }, signal)) {
    const shown = page.keyColumns === 0 ? page.columns.length : page.keyColumns;
    columns = page.columns.slice(0, shown).map(({ name }) => name);
    for (let i = 0; i < page.rows && rows.length < mostShown; i++) {
      if (at(flagNames, at(page.flags, i)) !== 'deleted') continue;
      rows.push((changeAt(page, i).before ?? []).slice(0, shown));
    }
    if (rows.length === mostShown) break;
  }
  return { columns, rows };
}

/** The first rows of the groups that cost most: their key, and the label as it was and as it is. */
async function suspectRows(
  { training, workbench: { store } }: OpenedTraining,
  { from, result }: Checked,
  to: Version,
  signal: AbortSignal,
): Promise<ShownRows> {
  const hashes = new Set(result.suspects.groups.flatMap((group) => group.hashes.map(ownHash)));
  const rows: Value[][] = [];
  const { key, label } = training;
  const columns = [...key, say('{0} before', label), say('{0} now', label)];
  if (hashes.size === 0) return { columns, rows };
  const request = runDelta(training, comparedColumns(training), atSnapshot(from.name), to);
  for await (const page of store.readDelta(request, signal)) {
    const place = page.columns.findIndex(({ name }) => name === label);
    for (let i = 0; i < page.rows && rows.length < mostShown; i++) {
      if (!hashes.has(hashAt(page, i))) continue;
      const { before, after } = changeAt(page, i);
      const labels = [before, after].map((image) => (image === null ? '–' : textOf(image[place] ?? null)));
      rows.push([...(after ?? before ?? []).slice(0, page.keyColumns), ...labels]);
    }
    if (rows.length === mostShown) break;
  }
  return { columns, rows };
}

/** What the newest model says of what changed since; without a model there is nothing to say. */
export async function checkData(of: CheckedChanges, signal: AbortSignal): Promise<Finding> {
  const { training: opened, at: to } = of;
  if (!opened) throw unusable(say('only a training can say whether changes are suspect'));
  const { training, workbench } = opened;
  if ((await workbench.registry.heads(training)).length === 0)
    return found(true, say('There is no model of "{0}" yet that could be asked.', training.name));
  const checked = await checkDelta({ training, from: null, to }, workbench, signal);
  const data = dataDocument(judgementOf(checked), checkedNames(checked));
  if (data.verdict !== 'suspect') return found(true, data.sentence);
  const reasons = data.reasons.slice(1).map(({ sentence }) => sentence);
  const count = checked.result.suspects.groups.reduce((sum, { rows }) => sum + rows, 0);
  const sentence = [data.reasons[0]?.sentence ?? data.sentence, ...reasons].join(' ');
  return { ...(await suspectRows(opened, checked, to, signal)), ok: false, sentence, count };
}
