// The base of a table that was taken back or made anew: the model whose data it is, and nothing is held against data that are gone.
import { expect, test } from 'vitest';
import { Registry } from '../../../src/app/registry/registry.ts';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import { partialRestore, rememberRestore, wholeRestore } from '../../../src/app/versions/rememberRestore.ts';
import { restoreRows } from '../../../src/app/versions/partial/restoreRows.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import { type Bench, insertSamples, openBench, openStore, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const forever = new AbortController().signal;
const yes = () => Promise.resolve(true);

/** Three models: of 400 rows, of 450, and of 450 of which 40 were changed. */
async function threeModels(registry?: Registry): Promise<Bench> {
  const bench = await openBench();
  const more = registry ? { registry } : {};
  await bench.run('full', more);
  await insertSamples(bench.store, 400, 450);
  await bench.run('delta', more);
  await sql(bench.store, 'UPDATE shop.samples SET x = -5 WHERE id < 40');
  await bench.run('delta', more);
  return bench;
}

/** As another program restores: the table is dropped, and made again with the rows of then. */
async function madeAnew({ store }: Bench, rows: number): Promise<void> {
  await sql(store, 'DROP TABLE shop.samples');
  await sql(store, 'CREATE TABLE shop.samples (id INT PRIMARY KEY, x DOUBLE, colour VARCHAR(10), label VARCHAR(10))');
  await insertSamples(store, 0, rows);
}

test('a table that another program made anew has the base that it differs from by the fewest rows, and says so', async () => {
  const bench = await threeModels();
  await madeAnew(bench, 452);
  const outcome = await bench.run('delta');
  expect(outcome.model).toMatchObject({
    parent: 2,
    base: { name: 'samples_v2' },
    delta: { inserted: 2, updated: 0, deleted: 0 },
  });
  expect(outcome.notes).toContain(
    'Another program made shop.samples anew since samples/m3. The base is samples/m2, from whose data it differs by the fewest rows (2 rows).',
  );
  const next = await bench.run('delta');
  expect(next).toMatchObject({ model: null, reason: 'delta.empty' });
});

test('a model of data that came after that base is no baseline', async () => {
  const bench = await threeModels();
  const { registry, trainer } = bench;
  await registry.promote(await registry.model('samples/m3'));
  await madeAnew(bench, 452);
  await bench.run('delta');
  expect(trainer.jobs.at(-1)?.baseline).toEqual(await registry.artifact(await registry.model('samples/m1')));
});

test('the newest of several that differ by as many rows is the base, and nothing need be said of the newest of all', async () => {
  const bench = await threeModels();
  await madeAnew(bench, 450);
  await sql(bench.store, 'UPDATE shop.samples SET x = -5 WHERE id < 40');
  const outcome = await bench.run('delta');
  expect(outcome).toMatchObject({ model: null, reason: 'delta.empty' });
  expect(outcome.notes.join(' ')).not.toContain('Another program');
});

test('the advice goes by the same base, and writes nothing', async () => {
  const bench = await threeModels();
  await madeAnew(bench, 452);
  const before = await bench.store.changeCount();
  const { parent, facts } = await readAdvice(await bench.training(), bench);
  expect(parent?.number).toBe(2);
  expect(facts?.counts).toEqual({ inserted: 2, updated: 0, deleted: 0 });
  expect(await bench.store.changeCount()).toBe(before);
});

test('after a restore of ours the next run starts from the model whose data are there, and is judged by no other', async () => {
  const bench = await threeModels();
  const { store, registry, trainer } = bench;
  const restore = { store, table, to: 'samples_v1', environment: 'development' } as const;
  const done = await restoreTable(restore, yes, forever);
  if (!done) throw new Error('nothing was restored');
  await rememberRestore(registry, store, wholeRestore({ level: 'table', table }, done));
  await insertSamples(store, 400, 410);
  const { model } = await bench.run('delta');
  expect(model).toMatchObject({ parent: 1, number: 4, delta: { inserted: 10, updated: 0, deleted: 0 } });
  expect(trainer.jobs.at(-1)?.baseline).toBe(null);
});

test('a registry elsewhere hears of a restore, and of its undo, with the next run', async () => {
  const elsewhere = new Registry(openStore());
  const bench = await threeModels(elsewhere);
  const { store } = bench;
  const beside = new Registry(store);
  const place = { store, table, environment: 'development' } as const;
  const done = await restoreRows(place, { to: 'samples_v1', where: 'id = 7', columns: null }, yes, forever);
  if (!done) throw new Error('nothing was restored');
  await rememberRestore(beside, store, partialRestore(table, done, {}));
  const outcome = await bench.run('delta', { registry: elsewhere });
  expect(outcome.model).toMatchObject({ parent: 2, number: 4 });
  expect(outcome.notes).toContain('Archived, because the data that they were trained on were taken back: samples/m3.');
  expect((await elsewhere.model('samples/m3')).status).toBe('archived');
  const whole = await restoreTable({ ...place, to: done.safetySnapshot }, yes, forever);
  if (!whole) throw new Error('nothing was undone');
  await rememberRestore(beside, store, wholeRestore({ level: 'table', table }, whole));
  const again = await bench.run('delta', { registry: elsewhere });
  expect(again.notes.join(' ')).toContain('Back, as their data are: samples/m3.');
  expect((await elsewhere.model('samples/m4')).status).toBe('archived');
});
