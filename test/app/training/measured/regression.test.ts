/** A label that is a number, from a real store through trainer and registry: found, said, trained, updated, judged, and shown. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../../src/app/config/config.ts';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { evaluateMatrix } from '../../../../src/app/models/evaluateMatrix.ts';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { modelDocument } from '../../../../src/app/registry/documents.ts';
import { exclude, withoutOf } from '../../../../src/app/training/exclusions/exclude.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import type { Model } from '../../../../src/data/model.ts';
import type { RunOutcome } from '../../../../src/data/run.ts';
import type { Training } from '../../../../src/data/training.ts';
import { live } from '../../../../src/data/version.ts';
import { measureText } from '../../../../src/words/measures.ts';
import { openStore, sql, workbenchOf } from '../../support/bench.ts';

const forever = new AbortController().signal;

const config = (more: string) =>
  readConfig(
    `{ "connections": { "local": { "kind": "embedded", "path": "store.db" } },
       "trainings": { "flats": { "connection": "local", "table": "town.flats", "label": "rent"${more} } } }`,
    'deltatrain.json',
  );

/** Flats whose rent follows from size and quarter, with some noise. */
const flat = (id: number, factor = 1): string => {
  const size = 20 + ((id * 37) % 100);
  const quarter = id % 4;
  const rent = factor * (200 + 9.5 * size + 150 * quarter + ((id * 13) % 40));
  return `(${id}, ${size}, 'q${quarter}', ${rent.toFixed(2)})`;
};

async function openTown() {
  const store = openStore();
  await sql(store, 'CREATE DATABASE town');
  await sql(store, 'CREATE TABLE town.flats (id INT PRIMARY KEY, size INT, quarter VARCHAR(5), rent DECIMAL(10,2))');
  const insert = async (from: number, to: number, factor?: number): Promise<void> => {
    const rows = Array.from({ length: to - from }, (_, i) => flat(from + i, factor));
    await sql(store, `INSERT INTO town.flats VALUES ${rows.join(', ')}`);
  };
  await insert(0, 900);
  const workbench = workbenchOf(store);
  const { registry } = workbench;
  const training = async (more = ''): Promise<Training> =>
    resolveTraining(config(more), 'flats', store, live, await registry.latestTraining('flats'));
  const run = async (mode: 'full' | 'delta', more = ''): Promise<RunOutcome> =>
    runTraining({ training: await training(more), mode }, workbench, forever, () => {});
  return { store, registry, workbench, training, run, insert };
}

function modelOf(outcome: RunOutcome): Model {
  if (!outcome.model) throw new Error(outcome.sentence);
  return outcome.model;
}

test('a label of many numbers is a regression, which is said; another task can be written', async () => {
  const town = await openTown();
  expect((await town.training()).task).toBe('regression');
  expect((await town.training(', "task": "classification"')).task).toBe('classification');
  const { notes } = await town.run('full', ', "learner": "linear"');
  expect(notes.join(' ')).toContain('"rent" is predicted as a number. Write "task": "classification"');
  await sql(town.store, 'CREATE TABLE town.codes (id INT PRIMARY KEY, size INT, rent INT)');
  const codes = Array.from({ length: 600 }, (_, id) => `(${id}, ${id}, ${id % 12})`);
  await sql(town.store, `INSERT INTO town.codes VALUES ${codes.join(', ')}`);
  const few = readConfig(
    '{ "trainings": { "codes": { "connection": "local", "table": "town.codes", "label": "rent" } } }',
    'deltatrain.json',
  );
  expect((await resolveTraining(few, 'codes', town.store)).task).toBe('classification');
});

test.each(['auto', 'linear', 'forest'])('a regression by "%s" goes through everything', async (learner) => {
  const town = await openTown();
  const more = `, "learner": "${learner}", "slices": ["quarter"]`;
  const first = modelOf(await town.run('full', more));
  expect(first.metrics).toMatchObject({ task: 'regression' });
  expect(first.metrics.task === 'regression' && first.metrics.r2).toBeGreaterThan(0.9);
  expect(measureText(first.metrics)).toMatch(
    /^root mean squared error [\d.]+ \([\d.]+ to [\d.]+\), mean absolute error/,
  );
  await town.insert(900, 960);
  await sql(town.store, 'DELETE FROM town.flats WHERE id < 20');
  await sql(town.store, 'UPDATE town.flats SET rent = rent + 5 WHERE id BETWEEN 100 AND 110');
  const outcome = await town.run('delta', more);
  const second = modelOf(outcome);
  expect(second.classes).toEqual([]);
  expect(second.guard.verdict).not.toBe('worse');
  expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
  expect(second.slices.length).toBeGreaterThan(0);
  const inFull = { fromRoot: false, inFull: true };
  expect(await reproduceModel('m2', inFull, town.workbench, forever, () => {})).toMatchObject({ identical: true });
  const matrix = await evaluateMatrix({ training: await town.training(more) }, town.workbench, forever);
  expect(matrix).toMatchObject({ metric: 'r2', by: 'rmse' });
  expect(matrix.values?.[1]?.[1]).toBe(second.metrics.task === 'regression' && second.metrics.rmse);
  expect(second.guard.measures?.map(({ metric }) => metric)).toEqual(['rmse', 'mae', 'r2']);
  expect(matrix.accuracy.flat().every((cell) => cell !== null && cell > 0.8 && cell <= 1)).toBe(true);
  expect(modelDocument(await town.registry.model('m2'), () => null, [], []).metrics).toEqual(second.metrics);
});

test('rents in another currency are found out', async () => {
  const town = await openTown();
  modelOf(await town.run('full', ', "learner": "linear"'));
  await sql(town.store, 'UPDATE town.flats SET rent = rent * 100 WHERE id < 300');
  const outcome = await town.run('delta', ', "learner": "linear"');
  // It is the data, not the model.
  expect(modelOf(outcome).status).toBe('held');
  expect(outcome.sentence).toMatch(
    /^The label changed in 300 rows: of \d+ rows that m1 was asked about its answer is nearer to \d+ as they were and to 0 as they are\./,
  );
  expect(modelOf(outcome).judgement?.data.reasons[0]).toMatchObject({ kind: 'labelValues', direction: 'up', after: 0 });
  expect((await town.registry.judged.judgement(modelOf(outcome)))?.groups?.[0]).toMatchObject({ change: 'labels' });
});

test('new rents in another currency are, too, and the rows can be left out', async () => {
  const town = await openTown();
  modelOf(await town.run('full', ', "learner": "linear"'));
  await town.insert(900, 1_250);
  await town.insert(1_250, 1_300, 100);
  const held = modelOf(await town.run('delta', ', "learner": "linear"'));
  expect([held.status, held.judgement?.data.reasons[0]]).toMatchObject(['held', { kind: 'newLabelBeyond', rows: 50 }]);
  const request = { training: await town.training(', "learner": "linear"'), without: withoutOf('1'), snapshot: null };
  expect((await exclude({ ...request, note: '' }, town.workbench)).rows).toHaveLength(50);
  const next = await town.run('delta', ', "learner": "linear"');
  expect(modelOf(next)).toMatchObject({ status: 'candidate', delta: { inserted: 350 } });
});

test.each([
  ['the rent of some was wrong, and is put right', 'UPDATE town.flats SET rent = rent + 400 WHERE id % 9 = 1'],
  ['all rents rise by less than the model errs', 'UPDATE town.flats SET rent = rent + 4 WHERE id < 900'],
])('%s: a candidate', async (_, change) => {
  const town = await openTown();
  await sql(town.store, 'UPDATE town.flats SET rent = rent - 400 WHERE id % 9 = 1');
  modelOf(await town.run('full', ', "learner": "linear"'));
  await sql(town.store, change);
  const outcome = await town.run('delta', ', "learner": "linear"');
  expect([modelOf(outcome).status, modelOf(outcome).judgement?.data.reasons]).toEqual(['candidate', []]);
});
