// What becomes of a run whose changes are suspect, as its training says: held, quarantined, or let go on with a word.
import { expect, test } from 'vitest';
import { resolveTraining } from '../../../../src/app/config/resolveTraining.ts';
import { readConfig, type OnSuspect } from '../../../../src/app/config/config.ts';
import { settledText } from '../../../../src/app/registry/judged/settledText.ts';
import { runTraining } from '../../../../src/app/training/runTraining.ts';
import { createTrainer } from '../../../../src/train/trainer.ts';
import { openStore, sql, workbenchOf } from '../../support/bench.ts';

const forever = new AbortController().signal;

function insert(from: number, to: number): string {
  const values = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const calls = (id * 7) % 10;
    return `(${id}, ${calls}, ${id % 3}, '${id % 25 === 0 ? 'West' : 'East'}', '${calls > 4 ? 'yes' : 'no'}')`;
  });
  return `INSERT INTO shop.churn VALUES ${values.join(', ')}`;
}

/** 4,000 customers, of whom 160 are in the West: few enough to be left out. */
async function openChurn() {
  const store = openStore();
  await sql(store, 'CREATE DATABASE shop');
  await sql(
    store,
    'CREATE TABLE shop.churn (id INT PRIMARY KEY, calls INT, plan INT, region VARCHAR(8), churned VARCHAR(4))',
  );
  await sql(store, insert(0, 4_000));
  const workbench = workbenchOf(store);
  const { registry } = workbench;
  const config = `{"connections": {"local": {"kind": "embedded", "path": "s.db"}},
    "trainings": {"churn": {"connection": "local", "table": "shop.churn", "label": "churned", "learner": "linear"}}}`;
  const training = await resolveTraining(readConfig(config, 'deltatrain.json'), 'churn', store);
  const run = (mode: 'delta' | 'full', onSuspect?: OnSuspect) =>
    runTraining({ training, mode, ...(onSuspect && { onSuspect }) }, workbench, forever, () => {});
  expect((await run('full')).model?.status).toBe('candidate');
  const snapshots = async () => (await store.snapshots()).length;
  return { store, registry, workbench, training, run, snapshots };
}

/** Exchanged in the West: a bad import of one region. */
const exchange = `UPDATE shop.churn SET churned = CASE WHEN churned = 'yes' THEN 'no' ELSE 'yes' END WHERE region = 'West'`;

test('hold, the default: one model and one snapshot, however often the same rows are tried', async () => {
  const { store, registry, training, run, snapshots } = await openChurn();
  await sql(store, exchange);
  const first = await run('delta');
  expect([first.reason, first.model?.status]).toEqual([null, 'held']);
  const kept = await snapshots();
  for (const onSuspect of [undefined, 'hold'] as const) {
    const again = await run('delta', onSuspect);
    expect([again.reason, again.model?.number]).toEqual(['model.held', 2]);
  }
  expect(await snapshots()).toBe(kept);
  expect((await registry.heads(training)).map(({ number }) => number)).toEqual([2, 1]);
});

test('quarantine leaves the suspect rows out, says which, trains on the rest, and does so once', async () => {
  const { store, registry, training, run, snapshots } = await openChurn();
  await sql(store, exchange);
  await sql(store, insert(4_000, 4_200));
  const done = await run('delta', 'quarantine');
  expect([done.reason, done.model?.status]).toEqual([null, 'candidate']);
  expect(done.quarantined).toMatchObject({ id: 'x1', rows: 160 });
  expect(done.quarantined?.groups.join()).toContain('all in West');
  expect(done.notes.join('\n')).toContain('Quarantined, and left out until they change: 160 rows (x1).');
  expect(done.model?.plan.exclusions).toEqual(['x1']);
  const [exclusion] = await registry.judged.exclusions(training);
  expect([exclusion?.rows.length, exclusion?.number, exclusion?.changed]).toEqual([160, null, undefined]);
  const kept = await snapshots();
  expect(await run('delta', 'quarantine')).toMatchObject({ model: null, reason: 'delta.empty' });
  expect(await snapshots()).toBe(kept);
  // What changed is in again; it is as wrong as before, and left out anew.
  await sql(store, `UPDATE shop.churn SET plan = plan + 1 WHERE region = 'West'`);
  const changed = await run('delta', 'quarantine');
  expect([changed.model?.status, changed.quarantined?.id, changed.quarantined?.rows]).toEqual(['candidate', 'x2', 160]);
});

test('rows that were held before are quarantined when the training says so from then on', async () => {
  const { store, registry, training, run } = await openChurn();
  await sql(store, exchange);
  expect((await run('delta')).model?.status).toBe('held');
  const done = await run('delta', 'quarantine');
  // An exact learner forgets them as they were, too.
  expect(done).toMatchObject({
    reason: null,
    quarantined: { rows: 160 },
    model: { delta: { deleted: 160, updated: 0 } },
  });
  expect((await registry.heads(training)).map(({ status }) => status)).toEqual(['candidate', 'archived', 'candidate']);
});

test('a run that fails behind its quarantine leaves nothing out', async () => {
  const { store, registry, workbench, training, run } = await openChurn();
  await sql(store, exchange);
  expect((await run('delta')).model?.status).toBe('held');
  await sql(store, insert(4_000, 4_200));
  const broken = { ...createTrainer(), run: () => Promise.reject(new Error('the trainer broke')) };
  const failed = runTraining(
    { training, mode: 'delta', onSuspect: 'quarantine' },
    { ...workbench, trainer: broken },
    forever,
    () => {},
  );
  await expect(failed).rejects.toThrow('the trainer broke');
  // What was held for the rows waits as it did.
  expect((await registry.heads(training)).map(({ number, status }) => [number, status])).toEqual([
    [2, 'held'],
    [1, 'candidate'],
  ]);
  expect((await registry.judged.settled(training.id)).map(({ reason, cause }) => settledText(reason, cause))).toEqual([
    'held: its data are suspect',
    'archived: it was trained again without the suspect rows',
    'as before: x1 was taken back, as its run came to no model',
  ]);
  expect((await registry.judged.exclusions(training)).map(({ id, lifted }) => [id, lifted !== null])).toEqual([
    ['x1', true],
  ]);
  expect((await run('delta', 'quarantine')).quarantined).toMatchObject({ id: 'x2', rows: 160 });
});

test('what cannot be quarantined is held, and says why; nothing is left out then', async () => {
  const { store, registry, training, run } = await openChurn();
  // A quarter of the table: more than may be left out.
  await sql(store, exchange.replace(`region = 'West'`, 'id % 4 = 0'));
  const done = await run('delta', 'quarantine');
  expect([done.model?.status, done.quarantined]).toEqual(['held', undefined]);
  expect(done.notes.join('\n')).toContain('Nothing could be quarantined');
  expect(await registry.judged.exclusions(training)).toEqual([]);
});

test('warn: the quality gate alone decides, and the reasons stand beside the model', async () => {
  const { store, run } = await openChurn();
  await sql(store, exchange);
  const held = await run('delta');
  expect(held.model?.status).toBe('held');
  expect(held.model?.guard.verdict).not.toBe('none');
  expect(held.sentence).toContain('Nobody goes by that, as its data are suspect.');
  const warned = await run('delta', 'warn');
  expect([warned.reason, warned.model?.judgement?.data.verdict]).toEqual([null, 'suspect']);
  expect(['candidate', 'rejected']).toContain(warned.model?.status);
  expect(warned.notes.join('\n')).toContain('These changes are suspect, and nobody is asked');
  // The next run goes on from it, or from its parent, as the gate says.
  expect(warned.sentence).toMatch(/^The label changed in 160 rows/);
  expect(warned.sentence).not.toContain('Nobody goes by that');
});
