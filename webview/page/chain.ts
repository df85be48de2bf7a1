/** The chain of a training as a graph, newest first: models by parent, and versions that nobody has trained on. */
import type { ModelView, VersionView } from '../../src/protocol/panel.ts';

/** One node of the chain, with the lanes that pass it. */
export interface ChainRow {
  readonly model: ModelView | null;
  /** A version without a model. */
  readonly version: VersionView | null;
  /** The lane of its dot, counted from 0. */
  readonly lane: number;
  /** Lanes that come from above, and the lane that each goes on in: its own, or that of the dot, where it ends. */
  readonly above: readonly number[];
  /** Lanes that go on below; the dot's own among them where it has a parent. */
  readonly below: readonly number[];
}

/** All rows, and how many lanes they need. */
export interface Chain {
  readonly rows: readonly ChainRow[];
  readonly lanes: number;
}

/** What a lane waits for: the number of a model further down. */
type Lanes = (number | null)[];

const lanesOf = (lanes: Lanes): number[] => lanes.flatMap((wanted, lane) => (wanted === null ? [] : [lane]));

function freeLane(lanes: Lanes): number {
  const free = lanes.indexOf(null);
  return free < 0 ? lanes.length : free;
}

/** Versions that are no model's and no way back stand where they were made. */
function nodesOf(
  models: readonly ModelView[],
  versions: readonly VersionView[],
): { model: ModelView | null; version: VersionView | null; at: string }[] {
  const used = new Set(models.map(({ snapshot }) => snapshot));
  const alone = versions.filter(({ snapshot, safety }) => !safety && !used.has(snapshot));
  const nodes = [
    ...models.map((model) => ({ model, version: null, at: model.madeAt })),
    ...alone.map((version) => ({ model: null, version, at: version.createdAt })),
  ];
  // Of the same moment the model with the greater number is the newer.
  return nodes.sort((a, b) => (a.at === b.at ? (b.model?.number ?? 0) - (a.model?.number ?? 0) : a.at < b.at ? 1 : -1));
}

/** The chain of all models and the versions beside them. */
export function chainOf(models: readonly ModelView[], versions: readonly VersionView[]): Chain {
  const there = new Set(models.map(({ number }) => number));
  const lanes: Lanes = [];
  let most = 1;
  const rows = nodesOf(models, versions).map(({ model, version }): ChainRow => {
    const above = lanesOf(lanes);
    const own = model ? lanes.indexOf(model.number) : -1;
    const lane = own < 0 ? freeLane(lanes) : own;
    for (const [other, wanted] of lanes.entries()) if (model && wanted === model.number) lanes[other] = null;
    const parent = model?.parent ?? null;
    lanes[lane] = parent !== null && there.has(parent) ? parent : null;
    most = Math.max(most, lanes.length, lane + 1);
    return { model, version, lane, above, below: lanesOf(lanes) };
  });
  return { rows, lanes: most };
}
