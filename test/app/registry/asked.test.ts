// What the registry asks the store for: a number by MAX, the models that a run goes on from, and of the others not the long parts.
import { expect, test } from 'vitest';
import { evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import type { Store } from '../../../src/data/store.ts';
import { storeWith } from '../support/storeWith.ts';
import { type Bench, benchOf, insertSamples, openBench } from '../support/bench.ts';

interface Asked {
  readonly sql: string;
  rows: number;
}

/** The store, and every query on models with the number of rows that it gave. */
function watching(store: Store): { store: Store; asked: Asked[] } {
  const asked: Asked[] = [];
  const watched = storeWith(store, {
    async *query(request, signal) {
      const one: Asked = { sql: request.sql, rows: 0 };
      if (request.sql.includes('deltatrain.models')) asked.push(one);
      const pages = store.query(request, signal);
      for (let next = await pages.next(); ; next = await pages.next()) {
        if (next.done) return next.value;
        one.rows += next.value.rows;
        yield next.value;
      }
    },
  });
  return { store: watched, asked };
}

const models = 12;

/** A lineage of a full fit and updates, the newest on rows that are the table's now. */
async function lineage(): Promise<{ bench: Bench; watched: Bench<Store>; asked: Asked[] }> {
  const bench = await openBench(200);
  await bench.run('full');
  for (let from = 200; from < 200 + (models - 1) * 10; from += 10) {
    await insertSamples(bench.store, from, from + 10);
    await bench.run('delta');
  }
  const { store, asked } = watching(bench.store);
  return { bench, watched: benchOf(store), asked };
}

const longRows = (asked: readonly Asked[]): number =>
  asked.filter(({ sql }) => sql.includes('plan_json')).reduce((sum, { rows }) => sum + rows, 0);
const artifacts = (asked: readonly Asked[]): number =>
  asked.filter(({ sql }) => sql.startsWith('SELECT artifact')).length;

test('a run reads whole only what it goes on from, and the artifacts of that, however many models there are', async () => {
  const { bench, watched, asked } = await lineage();
  await insertSamples(bench.store, 400, 420);
  const { model } = await watched.run('delta');
  expect(model).toMatchObject({ number: models + 1, parent: models });
  // The parent, and the last full fit, which is the baseline and says what another would cost.
  expect(longRows(asked)).toBe(2);
  expect(artifacts(asked)).toBe(2);
  expect(asked.filter(({ sql }) => sql.includes('MAX(number)')).map(({ rows }) => rows)).toEqual([1, 1]);
  expect(asked.filter(({ rows, sql }) => rows > 2 && !sql.includes('plan_json'))).toHaveLength(1);
});

test('the advice reads whole only the newest model and the last full fit', async () => {
  const { watched, asked } = await lineage();
  const { parent } = await readAdvice(await watched.training(), watched.workbench);
  expect(parent?.number).toBe(models);
  expect(longRows(asked)).toBe(2);
  expect(artifacts(asked)).toBe(0);
});

test('which models need a snapshot is asked of the store, and answered without their long parts', async () => {
  const { watched, asked } = await lineage();
  const snapshot = (await watched.store.snapshots()).find(({ name }) => name === 'samples_v5');
  if (!snapshot) throw new Error('no snapshot');
  const needed = await watched.registry.neededBy(snapshot);
  expect(needed.map(({ number }) => number)).toEqual([6, 5]);
  expect(asked.map(({ rows }) => rows)).toEqual([2]);
  expect(longRows(asked)).toBe(0);
});

test('a list of models has what it shows: neither plans nor epochs', async () => {
  const { bench, watched, asked } = await lineage();
  const summaries = await watched.registry.summaries();
  const whole = await bench.registry.models();
  expect(summaries).toEqual(
    whole.map(
      ({ plan: _p, classes: _c, judgement: _j, slices: _s, epochs: _e, attempts: _a, cost: _k, ...summary }) => summary,
    ),
  );
  expect(longRows(asked)).toBe(0);
});

test('a model by its name, a misspelt one, and one made again, read no other model whole', async () => {
  const { watched, asked } = await lineage();
  await watched.registry.model('samples/m7');
  await expect(watched.registry.model('sample/m7')).rejects.toThrow('Did you mean "samples/m7"?');
  expect(longRows(asked)).toBe(1);
  asked.length = 0;
  await reproduceModel('m7', { fromRoot: false }, watched.workbench, new AbortController().signal, () => {});
  // The model, its parent to start from, and once more for the rows that the parent left out.
  expect(longRows(asked)).toBe(3);
});

test('a matrix of the last models reads whole only those', async () => {
  const { watched, asked } = await lineage();
  await evaluateMatrix(
    { training: await watched.training(), last: 3 },
    watched.workbench,
    new AbortController().signal,
  );
  expect(longRows(asked)).toBe(3);
});

test('a registry that is read again and again is asked for its version once', async () => {
  const { bench } = await lineage();
  const versions: string[] = [];
  const { store } = bench;
  const registry = new Registry(
    storeWith(store, {
      query(request, signal) {
        if (request.sql.includes('schemaVersion')) versions.push(request.sql);
        return store.query(request, signal);
      },
    }),
  );
  for (let i = 0; i < 3; i++) await registry.names();
  expect(versions).toHaveLength(1);
});
