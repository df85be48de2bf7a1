/** Who did it: the groups of changed rows that cost a model's parent most, found again from the snapshots of both. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { type Model, modelText } from '../../data/model.ts';
import { parseTableName } from '../../data/table.ts';
import type { CheckResult } from '../../data/trainer.ts';
import { atSnapshot } from '../../data/version.ts';
import { snapshotOfModel } from '../registry/lineage.ts';
import { judgeBrief } from '../training/judged/judgeBrief.ts';
import { storeRows } from '../training/rowSets.ts';
import type { Workbench } from '../training/workbench.ts';

/** `run.refused` for a model without a parent; `version.unknown`, `version.replaced` where a snapshot is gone. */
export async function suspectsOf(
  model: Model,
  parts: Pick<Workbench, 'store' | 'registry' | 'trainer'>,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { store, registry, trainer } = parts;
  const training = await registry.training(model);
  if (!training) throw new Failure('training.unknown', { training: model.training });
  if (model.parent === null)
    throw new Failure('run.refused', {
      what: say('Looking for suspects of {0}', modelText(model)),
      why: say('it has no parent that its data could be judged by.'),
    });
  const parent = await registry.byNumber(model.trainingId, model.parent, model.training);
  const base = await snapshotOfModel(store, training, parent);
  const snapshot = await snapshotOfModel(store, training, model);
  const models = (await registry.heads(training)).filter(({ number }) => number < model.number);
  const changed = { hashes: null, base, to: atSnapshot(snapshot.name), snapshot };
  const judge = await judgeBrief({ training, workbench: parts, models, parent, baseline: null, changed }, signal);
  const table = parseTableName(model.table) ?? training.table;
  const rows = storeRows({ store, table, key: training.key, snapshot: snapshot.name, base: base.name }, model.plan);
  const job = { plan: model.plan, parent: await registry.artifact(parent), judge: { ...judge, approvals: [] } };
  return trainer.check(job, rows, signal);
}
