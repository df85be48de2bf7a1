// Every deltatrain.json that a released version read is read today, and what it trained keeps its id, task and features.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configProblems, readConfig } from '../../src/app/config/config.ts';
import { resolveTraining } from '../../src/app/config/resolveTraining.ts';
import { type StoredTraining, storedTraining, trainingOfStored } from '../../src/data/stored/storedPlan.ts';
import type { Training } from '../../src/data/training.ts';
import { live } from '../../src/data/version.ts';
import { EmbeddedStore } from '../../src/stores/embedded/store.ts';
import { learners } from '../../src/train/models/table.ts';
import { lost } from './support/holds.ts';
import { fixture, fixtureText, openWorkspace, released } from './support/released.ts';

/** The learner of an update: what a configuration leaves open of its replay stays what it was in the lineage. */
function asUpdated({ learner }: Training, latest: Training): Training['learner'] {
  const counts = { train: 1000, validation: 0, test: 0, delta: 100, replay: 0 };
  const update = learners[learner.name]?.replay?.(learner.options, latest.learner.options, counts);
  return update ? { ...learner, options: update.options } : learner;
}

describe.each(released)('the configurations of %s', (version) => {
  const read = JSON.parse(fixtureText(version, 'configs/read.json')) as Record<string, unknown>;
  const names = readdirSync(fixture(version, 'configs')).filter((name) => name !== 'read.json');

  test('were all read by it', () => {
    expect(Object.keys(read).sort()).toEqual(names.sort());
  });

  test.each(names)('%s is read as it was', (name) => {
    const text = fixtureText(version, `configs/${name}`);
    expect(configProblems(text)).toEqual([]);
    expect(lost(read[name], readConfig(text, name))).toEqual([]);
  });

  test('the trainings of its store are the same trainings', async () => {
    const trainings = JSON.parse(fixtureText(version, 'trainings.json')) as Record<string, unknown>;
    const workspace = openWorkspace(version);
    const store = EmbeddedStore.open({ path: workspace.store, readOnly: true, create: false });
    try {
      const config = readConfig(fixtureText(version, 'deltatrain.json'), 'deltatrain.json');
      for (const [name, training] of Object.entries(trainings)) {
        const latest = trainingOfStored(training as StoredTraining);
        const now = await resolveTraining(config, name, store, live, latest);
        expect(lost(training, storedTraining({ ...now, learner: asUpdated(now, latest) })), name).toEqual([]);
      }
      expect(Object.keys(trainings).length).toBeGreaterThan(1);
    } finally {
      await store.close();
      workspace.remove();
    }
  });
});
