/** A process that trains until it is killed: `node killedRun.ts <store> <configuration>`. Says on stdout when it trains, and then never ends. */
import { writeSync } from 'node:fs';
import { readConfig } from '../../../src/app/config/config.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { FakeTrainer } from './fakeTrainer.ts';

const [path = '', config = ''] = process.argv.slice(2);
const store = EmbeddedStore.open({ path, readOnly: false, create: false });
const trainer = new FakeTrainer();
trainer.at = (moment) => {
  if (moment !== 'epoch') return;
  writeSync(1, 'training\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
const training = await resolveTraining(readConfig(config, 'deltatrain.json'), 'samples', store);
const clock = { now: () => Date.UTC(2026, 0, 1), after: () => () => {} };
const workbench = { store, registry: new Registry(store), trainer, clock, owner: 'ben@desk', toolVersion: '0.0.0' };
await runTraining({ training, mode: 'delta' }, workbench, new AbortController().signal, () => {});
