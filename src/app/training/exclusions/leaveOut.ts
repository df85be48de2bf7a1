/** The store as a training sees it: without the rows that it leaves out now, and for earlier models without those that they left out. */
import { Failure } from '../../../base/failure.ts';
import { say } from '../../../base/say.ts';
import { type Model, modelText } from '../../../data/model.ts';
import type { Store } from '../../../data/store.ts';
import { type Plan, splitSalt, type Training } from '../../../data/training.ts';
import type { Version } from '../../../data/version.ts';
import { rowsText } from '../../../words/numbers.ts';
import { exclusionReason } from '../../registry/judged/exclusionReason.ts';
import type { ExcludedRow, Exclusion } from '../../registry/judged/exclusions.ts';
import type { Registry } from '../../registry/registry.ts';
import { ExcludedRows } from './excludedRows.ts';
import { storeWithout } from './storeWithout.ts';

/** What is left out of a run. */
export interface LeftOut {
  readonly store: Store;
  /** Of the exclusions that hold. */
  readonly ids: readonly string[];
  /** A sentence each. */
  readonly notes: readonly string[];
}

interface From {
  readonly store: Store;
  readonly registry: Registry;
}

const holds = ({ lifted }: Exclusion): boolean => lifted === null;

const idsOf = (exclusions: readonly Exclusion[]): string[] => exclusions.map(({ id }) => id).sort();

/** The rows of some exclusions, and more; null where one is not there any more, or was changed by another program. */
function knownRows(
  exclusions: readonly Exclusion[],
  ids: readonly string[],
  besides: readonly ExcludedRow[] = [],
): ExcludedRows | null {
  const found = exclusions.filter(({ id, changed, rows }) => ids.includes(id) && !changed && rows.length > 0);
  return found.length < ids.length ? null : new ExcludedRows([...found, { rows: besides }]);
}

/** As `knownRows`: a model whose exclusions are not known any more cannot be told from others. */
function rowsOf(
  exclusions: readonly Exclusion[],
  ids: readonly string[],
  model: Model,
  besides: readonly ExcludedRow[] = [],
): ExcludedRows {
  const found = knownRows(exclusions, ids, besides);
  if (found) return found;
  throw new Failure('model.incompatible', {
    model: modelText(model),
    reason: say('the registry does not know the rows any more that it left out. Archive it, and train in full.'),
  });
}

/** Key, features and label: what a row is compared by. */
export const contentColumns = ({ key, features, label }: Training): string[] => [
  ...new Set([...key, ...features, label]),
];

/** What is left out of a snapshot, or of the table now (null): of its rows, and of the older side of a delta. */
type Out = (snapshot: string | null) => ExcludedRows;

function without(store: Store, training: Training, at: Out, before: Out): Store {
  const { table, key } = training;
  const nameOf = (version: Version): string | null => (version.kind === 'live' ? null : version.name);
  return storeWithout(store, {
    table,
    key,
    content: contentColumns(training),
    salt: splitSalt(training),
    at: (version) => at(nameOf(version)),
    before: (version) => before(nameOf(version)),
  });
}

/** What a training leaves out, as people said it; `run.refused` where another program changed it or took it out. */
async function asRecorded(registry: Registry, training: Training): Promise<readonly Exclusion[]> {
  const [exclusions, lost] = [
    await registry.judged.exclusions(training),
    await registry.judged.lostExclusions(training.id),
  ];
  const wrong = exclusions.find(({ changed }) => changed)?.id ?? lost[0];
  if (wrong === undefined) return exclusions;
  throw new Failure('run.refused', {
    what: say('Leaving rows out of "{0}"', training.name),
    why: say(
      'the exclusion {0} is not as the record has it: another program changed it. Lift it (deltatrain model exclusions {1} --lift {0}), and exclude its rows anew.',
      wrong,
      training.name,
    ),
  });
}

/**
 * For a run on `snapshot` (null: the table now) that is compared with these models; the store itself where nothing is, or was, left out.
 * `besides`: rows that are left out as well, though nobody has said so yet.
 */
export async function leaveOut(
  { store, registry }: From,
  training: Training,
  snapshot: string | null,
  models: readonly (Model | null)[],
  besides: readonly ExcludedRow[] = [],
): Promise<LeftOut> {
  const exclusions = await asRecorded(registry, training);
  if (exclusions.length + besides.length === 0) return { store, ids: [], notes: [] };
  const standing = exclusions.filter(holds);
  const now = new ExcludedRows([...standing, { rows: besides }]);
  const earlier = new Map(
    models.flatMap((model) => {
      if (!model) return [];
      const ids = model.plan.exclusions ?? [];
      // Nothing is compared with one that is archived, beyond what it cost.
      const rows = model.status === 'archived' ? knownRows(exclusions, ids) : rowsOf(exclusions, ids, model);
      return rows ? [[model.snapshot.name, rows] as const] : [];
    }),
  );
  const before: Out = (name) => (name === null ? now : (earlier.get(name) ?? now));
  const at: Out = (name) => (name === snapshot ? now : before(name));
  return { store: without(store, training, at, before), ids: idsOf(standing), notes: standing.map(noteOf) };
}

const noteOf = (one: Exclusion): string =>
  say('Left out until they change: {0} ({1}: {2}).', rowsText(one.rows.length), one.id, exclusionReason(one));

/** The plan with what is left out; as it is where nothing is. */
export const planWithout = (plan: Plan, { ids }: Pick<LeftOut, 'ids'>): Plan =>
  ids.length === 0 ? plan : { ...plan, exclusions: ids };

/** For making a model again: what it left out then, and what its parent did. `besides`: more rows, that only the model leaves out. */
export async function leaveOutAgain(
  { store, registry }: From,
  training: Training,
  model: Model,
  parent: Model | null,
  besides: readonly ExcludedRow[] = [],
): Promise<Store> {
  const own = model.plan.exclusions ?? [];
  const parents = parent?.plan.exclusions ?? [];
  if (own.length + parents.length + besides.length === 0) return store;
  const exclusions = await registry.judged.exclusions(training);
  const now = rowsOf(exclusions, own, model, besides);
  const then = rowsOf(exclusions, parents, parent ?? model);
  const base = model.base?.name ?? parent?.snapshot.name;
  const before: Out = (name) => (name === base ? then : now);
  const at: Out = (name) => (name === model.snapshot.name ? now : before(name));
  return without(store, training, at, before);
}
