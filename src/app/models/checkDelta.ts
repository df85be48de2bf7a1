/** A delta judged before anything is trained on it: what a model alone can say of what changed. Pins nothing and writes nothing. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import type { RunJudgement } from '../../data/judgement.ts';
import { isUsable, type Model, type ModelHead } from '../../data/model.ts';
import type { CheckResult } from '../../data/trainer.ts';
import type { Training } from '../../data/training.ts';
import { atSnapshot, type Snapshot, type Version } from '../../data/version.ts';
import type { JudgementNames } from '../../words/reasons.ts';
import { judgementNames } from '../../words/outcomeText.ts';
import { baseOf, isSameSnapshot, readLineage, snapshotOf } from '../registry/lineage.ts';
import { nearestBase } from '../training/base/nearestBase.ts';
import { ruleOf } from '../../data/splitting/sides.ts';
import { comparedColumns, readDeltaFacts } from '../training/deltaFacts.ts';
import { leaksSaid } from '../training/leaks/leaksSaid.ts';
import { leaveOut } from '../training/exclusions/leaveOut.ts';
import { judgeBrief } from '../training/judged/judgeBrief.ts';
import { runDelta } from '../training/rows/rowPlaces.ts';
import { storeRows } from '../training/rows/rowSets.ts';
import type { Workbench } from '../training/workbench.ts';

type Parts = Pick<Workbench, 'store' | 'registry' | 'trainer'>;

/** What is checked: the rows that changed from a snapshot (null: that of the newest model) to a version. */
export interface CheckRequest {
  readonly training: Training;
  readonly from: string | null;
  readonly to: Version;
}

/** What was said, by whom, and of what. */
export interface Checked {
  readonly model: Model;
  readonly from: Snapshot;
  readonly result: CheckResult;
  /** Leaks in the rows as they are now, in whole sentences. */
  readonly leaks: readonly string[];
}

/** As it is shown: without the rows of the groups. */
export const judgementOf = ({ result: { data, suspects } }: Checked): RunJudgement => ({
  data,
  groups: suspects.groups.map(({ hashes: _hashes, ...group }) => group),
});

/** The names in what was said. */
export const checkedNames = ({ model }: Checked): JudgementNames =>
  judgementNames({ parent: model.number, plan: model.plan });

const refused = (training: Training, why: string): Failure =>
  new Failure('run.refused', { what: say('Checking what changed by "{0}"', training.name), why });

/** A role that may not list snapshots reads '' for a time. */
const isNoNewer = (one: string, than: string): boolean => one !== '' && than !== '' && BigInt(one) <= BigInt(than);

/** Why no model can be asked. One of another lineage has an encoder for other columns. */
async function whyNobody(
  training: Training,
  models: readonly ModelHead[],
  registry: Parts['registry'],
): Promise<string> {
  if (models.length > 0) return say('all of its models are held, rejected or archived.');
  return (await registry.hasModels(training.name))
    ? say('its models are of another table, key, label or features, and cannot be asked about these. Train one first.')
    : say('there is no model yet that could be asked. Train one first.');
}

/**
 * Who is asked: of a snapshot the newest usable model that was trained on it, else the newest of those of older ones. One of a newer
 * snapshot has learnt some of the changes, and would find them right.
 */
async function asked(
  { training, from, to }: CheckRequest,
  parts: Parts,
): Promise<{ readonly model: Model; readonly from: Snapshot; readonly models: readonly ModelHead[] }> {
  const { store, registry } = parts;
  const read = await readLineage(training, registry);
  const { models, parent } = (await nearestBase(training, parts, to, read)).lineage;
  if (!parent) throw refused(training, await whyNobody(training, models, registry));
  if (from === null) {
    const base = await baseOf(store, training, parent, to);
    if (base.why) throw base.why;
    return { model: parent, from: base.snapshot, models };
  }
  const base = await snapshotOf(store, training.table, from);
  const usable = models.filter(isUsable);
  const isOn = (model: ModelHead): boolean => isSameSnapshot(base, training.table, model.snapshot);
  const head =
    usable.find(isOn) ?? usable.find(({ snapshot }) => isNoNewer(snapshot.createdAt, base.createdAt)) ?? null;
  if (!head)
    throw refused(
      training,
      say(
        'its models were trained on newer data than {0}. Say --from {1}, on which m{2} was trained.',
        from,
        parent.snapshot.name,
        parent.number,
      ),
    );
  return { model: await registry.byNumber(training.id, head.number, training.name), from: base, models };
}

/**
 * Judges what changed between two versions by the newest model that did not learn it. `run.refused` where there is none,
 * `version.unknown`, `version.replaced`, `delta.schemaChanged`, and what the store and the trainer say.
 */
export async function checkDelta(request: CheckRequest, parts: Parts, signal: AbortSignal): Promise<Checked> {
  const { training, to } = request;
  const { model, from, models } = await asked(request, parts);
  const { table, key } = training;
  const left = await leaveOut(parts, training, to.kind === 'live' ? null : to.name, [model]);
  const store = left.store;
  const snapshot = to.kind === 'live' ? null : await snapshotOf(parts.store, table, to.name);
  const columns = comparedColumns(training);
  const delta = runDelta(training, columns, atSnapshot(from.name), to);
  const { updated } = await readDeltaFacts(store, delta, training.label, ruleOf(model.plan), signal);
  const workbench = { ...parts, store };
  const changes = { hashes: updated, base: from, to, snapshot };
  const brief = await judgeBrief(
    { training, workbench, models, parent: model, baseline: null, changed: changes },
    signal,
  );
  // What is kept with a model is of its own snapshot.
  const isOwn = isSameSnapshot(from, table, model.snapshot);
  const judge = isOwn ? brief : { ...brief, facts: [] };
  const plan = { ...model.plan, slices: training.slices };
  const rows = storeRows({ store, table, key, at: to, base: from.name }, plan);
  const result = await parts.trainer.check({ plan, parent: await parts.registry.artifact(model), judge }, rows, signal);
  const leaks = await leaksSaid({ store, training, parent: model, at: to }, signal);
  return { model, from, result, leaks };
}
