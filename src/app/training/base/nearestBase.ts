/** The base of a table that another program made anew: not the newest model, but the one whose data the table still is, or nearly. */
import { say, together } from '../../../base/say.ts';
import { baselineOf, isUsable, type Model, type ModelHead, modelText } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import type { Training } from '../../../data/training.ts';
import { type Version } from '../../../data/version.ts';
import { rowsText } from '../../../words/numbers.ts';
import { type LineageNow, readLineage } from '../../registry/lineage.ts';
import { Registry } from '../../registry/registry.ts';
import { isTakenBack } from '../../versions/reverted.ts';
import { rememberedText } from '../../versions/rememberRestore.ts';
import { settleRestores } from '../../versions/settleRestores.ts';
import { rowsSince } from '../rowsSince.ts';

interface From {
  readonly store: Store;
  readonly registry: Registry;
}

/** Models that are looked at, the newest first: one count each. */
const candidates = 5;

/** The lineage with the base that fits the table, and what to say of it. */
export interface FittingLineage {
  readonly lineage: LineageNow;
  readonly notes: readonly string[];
}

/**
 * Reads a lineage for a run on `to`. Models of data that were restored meanwhile are archived first. Where the table has another identity
 * than at the newest usable model's snapshot, the newest of those whose snapshot differs by the fewest rows is the base, and models after
 * it are no baseline.
 */
export async function readFittingLineage(training: Training, from: From, to: Version): Promise<FittingLineage> {
  const { registry } = from;
  const read = await readLineage(training, registry);
  const settled = await settleRestores(from, training.table, read.models);
  const isSettled = settled.archived.length + settled.returned.length > 0;
  const lineage = isSettled ? await readLineage(training, registry) : read;
  const told = rememberedText(settled);
  const near = await nearestBase(training, from, to, lineage);
  return { lineage: near.lineage, notes: told === '' ? near.notes : [told, ...near.notes] };
}

/** Whether another program made the table anew since a model's snapshot: it has another identity, and no restore of ours gave it that. */
async function isMadeAnew(training: Training, { store, registry }: From, parent: Model, to: Version): Promise<boolean> {
  const { tableId } = parent.snapshot;
  const now = (await store.table(training.table, to)).id;
  if (tableId === '' || now === '' || now === tableId) return false;
  const beside = registry.store === store ? registry : new Registry(store);
  const restores = await beside.judged.restores(training.table);
  return !restores.some(
    (one) => !one.changed && one.kind === 'whole' && one.undone === null && isTakenBack(one, parent.snapshot),
  );
}

interface Nearest {
  readonly model: ModelHead;
  readonly rows: number;
}

/** The newest of those that differ by the fewest rows; null where none can be compared with. */
async function nearestOf(
  store: Store,
  training: Training,
  models: readonly ModelHead[],
  to: Version,
): Promise<Nearest | null> {
  let best: Nearest | null = null;
  for (const model of models.slice(0, candidates)) {
    const rows = await rowsSince(store, training, model, to);
    if (rows !== null && (best === null || rows < best.rows)) best = { model, rows };
    if (rows === 0) break;
  }
  return best;
}

/** The lineage as it is, or with another base and what to say of that; nothing is written. */
export async function nearestBase(
  training: Training,
  from: From,
  to: Version,
  lineage: LineageNow,
): Promise<FittingLineage> {
  const { parent, models } = lineage;
  const asItIs = { lineage, notes: [] };
  const usable = models.filter(isUsable);
  if (!parent || usable.length < 2 || !(await isMadeAnew(training, from, parent, to))) return asItIs;
  const best = await nearestOf(from.store, training, usable, to);
  if (best === null || best.model.number === parent.number) return asItIs;
  const { number } = best.model;
  const baseline = baselineOf(models.filter((model) => model.number <= number));
  const whole = await from.registry.byNumbers(training.id, [number, ...(baseline ? [baseline.number] : [])]);
  const of = (head: ModelHead | null) => whole.find((model) => model.number === head?.number) ?? null;
  const note = together(
    say('Another program made {0} anew since {1}.', tableText(training.table), modelText(parent)),
    say(
      'The base is {0}, from whose data it differs by the fewest rows ({1}).',
      modelText(best.model),
      rowsText(best.rows),
    ),
  );
  return { lineage: { ...lineage, parent: of(best.model), baseline: of(baseline) }, notes: [note] };
}
