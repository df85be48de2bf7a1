// The made-up sample: the same on every machine, small updates that are what a full fit would be, and one region that is spoilt.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { resolveTraining } from '../../../src/app/config/resolveTraining.ts';
import { churnConfig, customer } from '../../../src/app/sample/churn.ts';
import { runDemo } from '../../../src/app/sample/demo.ts';
import { churnStory } from '../../../src/app/sample/story.ts';
import { sha256 } from '../../../src/base/sha256.ts';
import { openStore, workbenchOf } from '../support/bench.ts';

const forever = new AbortController().signal;

test('its customers are the same on every machine, and about a quarter leave', () => {
  const all = Array.from({ length: 20_000 }, (_, id) => customer(id));
  expect(sha256(JSON.stringify(all)).slice(0, 16)).toBe('f83f536de97f8634');
  const left = all.filter((row) => row.at(-1) === 'left').length / all.length;
  expect(left).toBeGreaterThan(0.15);
  expect(left).toBeLessThan(0.4);
});

test('its updates train on 3 % of the rows, are what a full fit would be, and a spoilt region does not go through', async () => {
  const store = openStore();
  const workbench = workbenchOf(store);
  const config = readConfig(churnConfig, 'deltatrain.json');
  const resolve = () => resolveTraining(config, churnStory.training, store);
  const { steps, badImport, restore, reproduced } = await runDemo(workbench, churnStory, resolve, forever, () => {});
  const [first, ...updates] = steps;
  expect(first?.notes.join(' ')).toMatch(
    /^The learner is "(forest|linear)", by the log loss of a quick look on \d+ validation rows: .*None of the others is 5\.0 % better\. Its updates are what a full fit would be\./,
  );
  expect(updates).toHaveLength(3);
  for (const step of updates) {
    expect(step).toMatchObject({ status: 'candidate', approved: false });
    expect(step.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
    expect(step.trained.replayed).toBe(0);
    expect(step.trained.delta / step.trained.train).toBeLessThan(0.05);
    expect(step.accuracy).toBeGreaterThan(0.75);
  }
  expect(badImport.changed / 20_000).toBeGreaterThan(0.02);
  expect(badImport.changed / 20_000).toBeLessThan(0.04);
  expect(badImport.step.status).toBe('held');
  expect(badImport.step.data?.reasons[0]).toMatchObject({
    column: 'monthly_charge',
    where: { column: 'region', value: 'West' },
    rows: badImport.changed,
  });
  expect(restore).toMatchObject({ rowsChanged: badImport.changed, verified: true });
  expect(reproduced.identical).toBe(true);
});
