/** A run, a load and a restore whose conversations with a server were recorded, for tests of what goes wrong on the way. */
import { restoreTable } from '../../../../src/app/versions/restoreTable.ts';
import { MatrixoneStore } from '../../../../src/stores/matrixone/store.ts';
import { FakeTrainer } from '../../support/fakeTrainer.ts';
import { forever, optionsOf, workbenchOf } from './account.ts';
import { samplesTable, trainSamples } from './samples.ts';

/** The account in which they were recorded. */
export const faultsAccount = 'dt_faults';
/** Who they log in as. */
export const userAt = (url: string) => optionsOf(url, { user: `${faultsAccount}:admin`, password: '111' });

async function* batches() {
  yield {
    rows: Array.from({ length: 12 }, (_, i) => [i + 5, i / 2, 'green', i % 2 === 0 ? 'a' : 'b']),
    lines: null,
  };
  await Promise.resolve();
}

/** Something that is done over a store, and can be cancelled. */
export type Work = (store: MatrixoneStore, signal?: AbortSignal) => Promise<unknown>;

/** What is done on a table of ten rows, one of which changed since `faults_v1`; each over a store that is opened for it. */
export const works: Readonly<Record<string, Work>> = {
  'faults-train': (store, signal) =>
    trainSamples(workbenchOf(store, undefined, new FakeTrainer()), 'full', undefined, signal),
  'faults-load': (store, signal) =>
    store.load(
      {
        table: samplesTable,
        columns: [
          { name: 'id', type: 'INT', nullable: false },
          { name: 'x', type: 'DOUBLE', nullable: true },
          { name: 'colour', type: 'VARCHAR(10)', nullable: true },
          { name: 'label', type: 'VARCHAR(10)', nullable: true },
        ],
        key: ['id'],
        mode: 'sync',
        safetySnapshot: 'samples_before_import_1',
        maxDeletes: null,
      },
      batches(),
      signal,
    ),
  'faults-restore': (store, signal) =>
    restoreTable(
      { store, table: samplesTable, to: 'faults_v1', environment: 'development' },
      async () => true,
      signal ?? forever,
    ),
};

/** Does it over a store of its own. */
export async function over(url: string, work: Work, signal?: AbortSignal): Promise<unknown> {
  const store = await MatrixoneStore.open(userAt(url));
  try {
    return await work(store, signal);
  } finally {
    await store.close();
  }
}
