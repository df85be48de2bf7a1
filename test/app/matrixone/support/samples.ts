/** The table `shop.samples` on a server, as the tests of the use cases know it from the embedded engine. */
import { readConfig } from '../../../../src/app/config/config.ts';
import { queryRows } from '../../../../src/app/registry/queryRows.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { TrainRequest } from '../../../../src/app/training/runStart.ts';
import type { Workbench } from '../../../../src/app/training/workbench.ts';
import type { RunOutcome } from '../../../../src/data/run.ts';
import type { Store } from '../../../../src/data/store.ts';
import type { Training } from '../../../../src/data/training.ts';
import { configText } from '../../support/bench.ts';
import { forever } from './account.ts';

export const samplesTable = { database: 'shop', table: 'samples' };

/** Rows `from` … `to`-1; every fifth is "b". */
export async function addSamples(store: Store, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const values = rows.map(
    (id) => `(${id}, ${id / 10}, '${id % 3 === 0 ? 'red' : 'blue'}', '${id % 5 === 0 ? 'b' : 'a'}')`,
  );
  await queryRows(store, `INSERT INTO shop.samples VALUES ${values.join(', ')}`);
}

export async function makeSamples(store: Store, rows: number): Promise<void> {
  await queryRows(store, 'CREATE DATABASE shop');
  await queryRows(
    store,
    'CREATE TABLE shop.samples (id INT PRIMARY KEY, x DOUBLE, colour VARCHAR(10), label VARCHAR(10))',
  );
  await addSamples(store, 0, rows);
}

export const samplesTraining = (store: Store): Promise<Training> =>
  resolveTraining(readConfig(configText(), 'deltatrain.json'), 'samples', store);

export async function trainSamples(
  workbench: Workbench,
  mode: 'full' | 'delta',
  snapshot?: NonNullable<TrainRequest['snapshot']>,
  signal: AbortSignal = forever,
): Promise<RunOutcome> {
  const training = await samplesTraining(workbench.store);
  return runTraining({ training, mode, ...(snapshot && { snapshot }) }, workbench, signal, () => {});
}
