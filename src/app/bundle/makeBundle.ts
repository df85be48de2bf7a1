/** A model's history, carried into an empty store: registry rows, artifacts, decisions, and the rows of every snapshot that they need. */
import { Failure } from '../../base/failure.ts';
import { say } from '../../base/say.ts';
import { lineageTip, modelText } from '../../data/model.ts';
import { splitColumns } from '../../data/splitting/sides.ts';
import type { Training } from '../../data/training.ts';
import type { Registry } from '../registry/registry.ts';
import { changedModels, verifyRecord } from '../registry/record/verifyRecord.ts';
import { columnsOf } from '../training/rows/rowPlaces.ts';
import { carryModels } from './carryModels.ts';
import { carryRows, type OpenStore } from './carryRows.ts';
import { carriedOf, type LeftModel } from './neededSnapshots.ts';

/** A model as a bundle names it. */
export interface BundledModel {
  readonly model: string;
  readonly snapshot: string;
  readonly artifactSha256: string;
  readonly weightsSha256: string;
}

/** What a bundle holds, by its header. */
export interface BundleContents {
  readonly training: string;
  readonly table: string;
  readonly models: readonly BundledModel[];
  readonly snapshots: readonly { readonly name: string; readonly rows: number }[];
}

const refused = (training: string, why: string): Failure =>
  new Failure('run.refused', { what: say('Bundling "{0}"', training), why });

/** The lineage of a training as it was last registered. Fails where the registry is not as its record has it. */
async function lineageOf(registry: Registry, name: string): Promise<Training> {
  const training = await registry.latestTraining(name);
  if (!training) throw new Failure('training.unknown', { training: name });
  const changed = await changedModels(registry);
  const others = (await registry.judged.exclusions(training)).some((one) => one.changed);
  const wrong = [...changed].filter((model) => model.startsWith(`${name}/`));
  if (wrong.length > 0 || others)
    throw refused(
      name,
      say(
        'another program changed what is registered of it ({0}). deltatrain log --verify says what.',
        wrong.join(', '),
      ),
    );
  return training;
}

/** `scratch`: a Parquet file that may be written over. Failures: those of reading, of an import, `run.refused`, `delta.schemaChanged`. */
export async function makeBundle(
  name: string,
  from: OpenStore & { readonly registry: Registry },
  to: OpenStore & { readonly registry: Registry },
  scratch: string,
  onSnapshot: (name: string, rows: number) => void,
  signal: AbortSignal,
): Promise<{ readonly contents: BundleContents; readonly left: readonly LeftModel[]; readonly training: Training }> {
  const training = await lineageOf(from.registry, name);
  const models = await from.registry.modelsOf(training);
  const { models: carried, snapshots, left } = await carriedOf(from.store, training, models);
  if (carried.length === 0) throw refused(name, say('none of its models can be made again: their snapshots are gone.'));
  const other = carried.find(({ plan }) => plan.split?.by === 'table');
  if (other)
    throw refused(
      name,
      say('the rows of {0} are split by another table, which a bundle does not hold.', modelText(other)),
    );
  const columns = [
    ...new Set([...training.key, ...carried.flatMap(({ plan }) => [...columnsOf(plan), ...splitColumns(plan.split)])]),
  ];
  const counts: { name: string; rows: number }[] = [];
  // As it is good, not as a bad import left it, where a model says which that is.
  const tableAt = (lineageTip(carried) ?? carried.at(-1))?.snapshot.name ?? '';
  await carryRows(
    from,
    to,
    { table: training.table, key: training.key, columns, snapshots, tableAt },
    scratch,
    (snapshot, rows) => {
      counts.push({ name: snapshot, rows });
      onSnapshot(snapshot, rows);
    },
    signal,
  );
  await carryModels(from.registry, to.registry, training, carried);
  const others = (await from.registry.models(name)).filter(({ trainingId }) => trainingId !== training.id);
  const elsewhere = others.map((model) => ({
    model: modelText(model),
    why: say('it is of another table, key, label or features'),
  }));
  return {
    training,
    left: [...left.filter(({ model }) => !carried.some((one) => modelText(one) === model)), ...elsewhere],
    contents: {
      training: name,
      table: carried[0]?.table ?? '',
      snapshots: counts,
      models: carried.map((model) => ({
        model: modelText(model),
        snapshot: model.snapshot.name,
        artifactSha256: model.artifactSha256,
        weightsSha256: model.weightsSha256,
      })),
    },
  };
}

/** What is wrong with the registry of a store that came in a bundle, beside what its header says; null where nothing is. */
export async function contentsFault(registry: Registry, said: BundleContents): Promise<string | null> {
  const { ok } = await verifyRecord(registry);
  if (!ok) return say('its record does not hold: another program changed what is registered in it');
  const models = await registry.models();
  if (models.length !== said.models.length) return say('it does not hold the models that its header names');
  for (const one of said.models) {
    const model = models.find((found) => modelText(found) === one.model);
    if (model?.artifactSha256 !== one.artifactSha256 || model.snapshot.name !== one.snapshot)
      return say('it does not hold {0} as its header names it', one.model);
    await registry.artifact(model);
  }
  return null;
}
