/** The loop on the sample: imported, pinned, trained on version by version, spoilt, restored, reproduced. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../../src/app/config/config.ts';
import { reproduceModel, type Reproduction } from '../../../../src/app/models/reproduce.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { restoreTable, type RestoreDone } from '../../../../src/app/versions/restoreTable.ts';
import {
  arrive,
  badImport,
  createSampleTables,
  sampleTable,
  sampleVersions,
} from '../../../../src/app/sample/sample.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { Workbench } from '../../../../src/app/training/workbench.ts';
import type { LoadResult, LocalStore } from '../../../../src/data/store.ts';
import { importFile } from '../../../../src/files/importFile.ts';
import { forever } from './account.ts';

const media = new URL('../../../../media/sample/', import.meta.url);
const config = readConfig(readFileSync(new URL('deltatrain.json', media), 'utf8'), 'deltatrain.json');

/** Versions at which a run follows: fewer than there are, as a recording holds every model's artifact twice. */
export const trainedAt: readonly string[] = ['weather_v1', 'weather_v2', 'weather_v4'];

export interface WeatherAccount {
  readonly imported: LoadResult;
  /** What a person is told of each run. */
  readonly sentences: readonly string[];
  readonly spoilt: number;
  readonly restored: RestoreDone | null;
  readonly reproduced: readonly Reproduction[];
}

/** The archive by the import of files, which on a server is LOAD DATA LOCAL. */
async function importArchive(store: LocalStore): Promise<LoadResult> {
  await createSampleTables(store);
  return importFile(store, {
    file: fileURLToPath(new URL('weather.csv', media)),
    table: { ...sampleTable, table: 'archive' },
    key: null,
    mode: 'upsert',
    safetySnapshot: null,
    maxDeletes: null,
  });
}

export async function weatherLoop(store: LocalStore, workbench: Workbench): Promise<WeatherAccount> {
  const imported = await importArchive(store);
  const training = await resolveTraining(config, 'weather', store);
  const sentences: string[] = [];
  const train = async (mode: 'full' | 'delta'): Promise<void> => {
    const outcome = await runTraining({ training, mode }, workbench, forever, () => {});
    sentences.push(outcome.sentence, ...outcome.notes);
    const { model } = outcome;
    // What really arrived is right; the bad import is left as it is.
    if (model?.status === 'held' && model.number <= trainedAt.length)
      await workbench.registry.approve(model, model.judgement?.data.hash ?? '', 'it arrived like this');
  };
  for (const version of sampleVersions.slice(0, 4)) {
    await arrive(store, version);
    if (trainedAt.includes(version.name)) await train(version.name === 'weather_v1' ? 'full' : 'delta');
  }
  const spoilt = await badImport(store);
  await train('delta');
  const restored = await restoreTable(
    { store, table: sampleTable, to: 'weather_v3', environment: 'development' },
    async () => true,
    forever,
  );
  const again = (ref: string, fromRoot: boolean): Promise<Reproduction> =>
    reproduceModel(ref, { fromRoot }, workbench, forever, () => {});
  const reproduced = [await again('weather/m1', false), await again('weather/m2', false)];
  return { imported, sentences, spoilt, restored, reproduced };
}
