/** *Train Without Them*: rows that a person leaves out of a training, until they change or the exclusion is lifted. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Model, type ModelHead, modelText } from '../../../data/model.ts';
import type { Write } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import type { Training } from '../../../data/training.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { countText } from '../../../words/numbers.ts';
import {
  type ExcludedRow,
  type Exclusion,
  exclusionRow,
  liftExclusion,
  putExclusion,
} from '../../registry/judged/exclusions.ts';
import { identityOf, snapshotOf, snapshotOfModel } from '../../registry/lineage.ts';
import { groupReason, lostReason } from '../../registry/judged/exclusionReason.ts';
import { Settle } from '../../registry/judged/settle.ts';
import type { Lineage, Registry } from '../../registry/registry.ts';
import type { Workbench } from '../workbench.ts';
import { ExcludedRows } from './excludedRows.ts';
import { rowsOfCondition, rowsOfGroup } from './suspectRows.ts';

/** Which rows: a group of suspects of the last held model by its number, 1 for the first; or a condition over the table's columns. */
export type Without = { readonly group: number } | { readonly where: string };

/** What a person typed: a number is a group. */
export const withoutOf = (text: string): Without => (/^\d+$/.test(text) ? { group: Number(text) } : { where: text });

/** What is asked to be left out. */
export interface ExcludeRequest {
  readonly training: Training;
  readonly without: Without;
  /** The snapshot that the next run trains on; null for the table now. A group is of its model's own. */
  readonly snapshot: string | null;
  /** A person's words; '' for none. */
  readonly note: string;
}

/** The largest share of a table that is left out: beyond, it is the table that is to be put right. */
const mostShare = 0.05;

const refused = (why: string): Failure => new Failure('run.refused', { what: say('Training without them'), why });

/** Rows that are to be left out, and what they were found by. */
export interface FoundRows {
  readonly rows: readonly ExcludedRow[];
  readonly snapshot: Exclusion['snapshot'];
  readonly group: Exclusion['group'];
  readonly reason: string;
}

const heldOf = (models: readonly ModelHead[]): ModelHead | null =>
  models.find(({ status }) => status === 'held') ?? null;

async function heldModel(registry: Registry, training: Training): Promise<Model> {
  const held = heldOf(await registry.heads(training));
  if (!held)
    throw refused(
      say('no model of "{0}" is held, so there are no groups. Say by a condition which rows.', training.name),
    );
  return registry.byNumber(held.trainingId, held.number, held.training);
}

async function findGroup(
  { training }: ExcludeRequest,
  { store, registry }: Pick<Workbench, 'store' | 'registry'>,
  group: number,
  signal?: AbortSignal,
): Promise<FoundRows> {
  const held = await heldModel(registry, training);
  const { groups = [] } = (await registry.judged.judgement(held)) ?? {};
  const kept = groups[group - 1];
  if (!kept)
    throw refused(
      groups.length === 0
        ? say('{0} has no groups. Say by a condition which rows.', modelText(held))
        : say('{0} has the groups 1 to {1}.', modelText(held), groups.length),
    );
  const parent = held.parent === null ? null : await registry.byNumber(held.trainingId, held.parent, held.training);
  if (!parent) throw refused(say('{0} was compared with no model.', modelText(held)));
  const to = await snapshotOfModel(store, training, held);
  const from = await snapshotOfModel(store, training, parent);
  const rows = await rowsOfGroup({ store, training, from: from.name, to: to.name }, groups, group - 1, signal);
  const reason = groupReason(group);
  return { rows, snapshot: identityOf(to, training.table), group: kept, reason };
}

async function findRows(
  { training, snapshot }: ExcludeRequest,
  { store }: Pick<Workbench, 'store'>,
  where: string,
  signal?: AbortSignal,
): Promise<FoundRows> {
  const { table } = training;
  const version = snapshot === null ? live : atSnapshot(snapshot);
  const identity =
    snapshot === null
      ? { name: 'live', createdAt: '', tableId: (await store.table(table)).id }
      : identityOf(await snapshotOf(store, table, snapshot), table);
  const rows = await rowsOfCondition(store, training, version, where, signal);
  if (rows.length === 0) throw refused(say('no row of {0} is meant by it.', tableText(table)));
  return { rows, snapshot: identity, group: null, reason: where };
}

/** Each row once, without those that are left out already. */
function freshRows(rows: readonly ExcludedRow[], standing: readonly Exclusion[]): ExcludedRow[] {
  const text = ({ hash, content }: ExcludedRow): string => `${hash}${content}`;
  const known = new Set(standing.flatMap((one) => one.rows.map(text)));
  return rows.filter((row) => !known.has(text(row)));
}

/** `run.refused` where so many rows are more than may be left out. `where`: the condition that found them. */
export async function requireFew(
  training: Training,
  { store }: Pick<Workbench, 'store'>,
  rows: number,
  where: string | null,
): Promise<void> {
  const all = await store.countRows(training.table);
  if (rows <= mostShare * all) return;
  const table = tableText(training.table);
  throw refused(
    say(
      'with them {0} of {1} rows of {2} would be left out, and at most 5 % may be. Take them back instead: {3}',
      countText(rows),
      countText(all),
      table,
      where === null ? `restore ${table} --to … --where …` : `restore ${table} --to … --where "${where}"`,
    ),
  );
}

/**
 * Keeps an exclusion, and archives the held models of the lineage: the next run is without these rows. `run.refused` where there is no
 * such group or row, and where more than a twentieth of the table would be left out.
 */
export async function exclude(
  request: ExcludeRequest,
  workbench: Pick<Workbench, 'store' | 'registry'>,
  signal?: AbortSignal,
): Promise<Exclusion> {
  const { training, without, note } = request;
  const found =
    'group' in without
      ? await findGroup(request, workbench, without.group, signal)
      : await findRows(request, workbench, without.where, signal);
  return keepExclusion(training, found, workbench, { note, where: 'where' in without ? without.where : null });
}

/**
 * Keeps an exclusion of rows that were found, and archives the held models of the lineage. `where`: the condition that found them.
 * `run.refused` as `exclude`.
 */
export async function keepExclusion(
  training: Training,
  found: FoundRows,
  workbench: Pick<Workbench, 'store' | 'registry'>,
  { note, where }: { readonly note: string; readonly where: string | null },
): Promise<Exclusion> {
  const { registry } = workbench;
  await registry.prepare();
  const known = await registry.judged.exclusions(training);
  const standing = known.filter(({ lifted }) => lifted === null);
  const rows = freshRows(found.rows, standing);
  if (rows.length === 0) throw refused(say('these rows are left out already.'));
  await requireFew(training, workbench, new ExcludedRows([...standing, { rows }]).size, where);
  const stamp = registry.record.stamp();
  const held = (await registry.heads(training)).filter(({ status }) => status === 'held');
  const exclusion: Exclusion = {
    trainingId: training.id,
    training: training.name,
    id: await nextId(registry, training),
    number: held[0]?.number ?? null,
    snapshot: found.snapshot,
    group: found.group,
    reason: note === '' ? found.reason : note,
    ...stamp,
    lifted: null,
    rows,
  };
  const settle = new Settle(registry, stamp);
  for (const model of held) await settle.archive(model, 'excluded', exclusion.id);
  const details = { id: exclusion.id, rows: rows.length, of: found.reason };
  await registry.record.write(
    [
      { what: 'rows.excluded', subject: training.name, details, why: note, rows: [exclusionRow(exclusion)] },
      ...settle.happenings,
    ],
    [putExclusion(exclusion), forgetMeasured(training), ...settle.writes],
  );
  return exclusion;
}

/** `x1` for the first of a training id, whatever its trainings are called. */
async function nextId(registry: Registry, training: Training): Promise<string> {
  const ids = await registry.judged.exclusionIds(training.id);
  return `x${Math.max(0, ...ids.map((id) => Number(/^x(\d+)$/.exec(id)?.[1] ?? 0))) + 1}`;
}

/** What was measured of the models of a training was measured with the rows that were left out then. */
const forgetMeasured = ({ id }: Pick<Lineage, 'id'>) => ({
  sql: 'DELETE FROM deltatrain.evaluations WHERE training = ?',
  values: [id],
});

/**
 * Takes an exclusion back: its rows are in again from the next run on. `asBefore`: models that were archived with it are held again, as
 * nothing was trained without its rows. `run.refused` where there is none, or it was lifted.
 */
export async function lift(registry: Registry, training: Lineage, id: string, asBefore = false): Promise<Exclusion> {
  await registry.prepare();
  const what = say('Lifting the exclusion {0} of "{1}"', id, training.name);
  const known = (await registry.judged.exclusions(training)).find((one) => one.id === id);
  const isLost = !known && (await registry.judged.lostExclusions(training.id)).includes(id);
  const stamp = registry.record.stamp();
  const found = known ?? (isLost ? lostExclusion(training, id, stamp) : null);
  if (!found) throw new Failure('run.refused', { what, why: say('there is none of that name.') });
  if (found.lifted && !found.changed) throw new Failure('run.refused', { what, why: say('it was lifted already.') });
  const { who, at } = stamp;
  // Which rows it meant nobody can say any more where another program had its hand in it.
  const { changed, ...own } = found;
  const lifted: Exclusion = { ...own, rows: changed ? [] : own.rows, lifted: { at, who } };
  const writes: Write[] = found.changed
    ? putAnew(lifted)
    : [liftExclusion({ trainingId: found.trainingId, id }, who, at)];
  const details = { id, rows: lifted.rows.length };
  const settle = new Settle(registry, stamp);
  const models = asBefore ? await registry.heads(training) : [];
  for (const model of models)
    if ((await settle.archivedBy(model, 'excluded')) === id) await settle.bringBack(model, id, models);
  try {
    await registry.record.write(
      [
        { what: 'exclusion.lifted', subject: training.name, details, why: '', rows: [exclusionRow(lifted)] },
        ...settle.happenings,
      ],
      [...writes, forgetMeasured(training), ...settle.writes],
    );
  } catch (error) {
    if (!Failure.is(error, 'row.conflict')) throw error;
    throw new Failure('run.refused', { what, why: say('it was lifted already.') }, { cause: error });
  }
  return lifted;
}

const putAnew = (one: Exclusion): Write[] => [
  { sql: 'DELETE FROM deltatrain.exclusions WHERE training = ? AND id = ?', values: [one.trainingId, one.id] },
  putExclusion(one),
];

/** In the place of one that the record knows, and that is not there any more. */
const lostExclusion = (
  training: Lineage,
  id: string,
  stamp: { readonly who: string; readonly at: string },
): Exclusion => ({
  trainingId: training.id,
  training: training.name,
  id,
  number: null,
  snapshot: { name: '', createdAt: '', tableId: '' },
  group: null,
  reason: lostReason,
  ...stamp,
  lifted: null,
  rows: [],
  changed: true,
});
