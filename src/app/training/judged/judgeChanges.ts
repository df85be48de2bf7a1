/** What the parent of a run says of the changes since its snapshot, without training. */
import type { CheckResult } from '../../../data/trainer.ts';
import type { Training } from '../../../data/training.ts';
import { atSnapshot } from '../../../data/version.ts';
import { storeRows } from '../rows/rowSets.ts';
import type { Start } from '../runStart.ts';
import type { Workbench } from '../workbench.ts';
import { judgeBrief } from './judgeBrief.ts';

/** With the rows of each group of suspects; null where there is no parent that could be asked. */
export async function judgeChanges(
  training: Training,
  workbench: Pick<Workbench, 'store' | 'registry' | 'trainer'>,
  { parent, base, snapshot, models, updated: hashes }: Start,
  signal: AbortSignal,
): Promise<CheckResult | null> {
  if (!parent || !base) return null;
  const { store, registry, trainer } = workbench;
  const to = atSnapshot(snapshot.name);
  const changed = { hashes, base, to, snapshot };
  const judge = await judgeBrief({ training, workbench, models, parent, baseline: null, changed }, signal);
  const plan = { ...parent.plan, slices: training.slices };
  const rows = storeRows({ store, table: training.table, key: training.key, at: to, base: base.name }, plan);
  return trainer.check({ plan, parent: await registry.artifact(parent), judge }, rows, signal);
}
