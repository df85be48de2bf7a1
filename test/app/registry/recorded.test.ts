// What the registry writes down of models and data, and what it finds that another hand has changed.
import { expect, test } from 'vitest';
import { importedEvent, tellRecord } from '../../../src/app/registry/record/happenings.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { changedModels, verifyRecord } from '../../../src/app/registry/record/verifyRecord.ts';
import type { Model } from '../../../src/data/model.ts';
import { type Bench, openBench, openStore, sql } from '../support/bench.ts';

const ann = { who: 'ann@laptop', tool: 'deltatrain 0.2.0, command line', now: () => Date.UTC(2026, 0, 2) };

/** Two models, written down by Ann. */
async function twoModels(): Promise<{ bench: Bench; registry: Registry; models: readonly Model[] }> {
  const bench = await openBench();
  const registry = new Registry(bench.store, undefined, ann);
  const first = await bench.run('full', { registry });
  await sql(bench.store, 'UPDATE shop.samples SET x = x + 1 WHERE id < 60');
  const second = await bench.run('delta', { registry });
  return { bench, registry, models: [first, second].flatMap(({ model }) => (model ? [model] : [])) };
}

test('every change of a model is an event: who, when, with what, and why', async () => {
  const { registry, models } = await twoModels();
  const [m1, m2] = models as [Model, Model];
  await registry.promote(m1, 'the first');
  expect((await registry.promote(m2, 'better')).replaced).toBe(1);
  await registry.note(m1, 'a note');
  await registry.archive(m1);
  const events = await registry.record.events();
  expect(events.map(({ seq, what, subject, why }) => [seq, what, subject, why])).toEqual([
    [1, 'model.registered', 'samples/m1', ''],
    [2, 'model.registered', 'samples/m2', ''],
    [3, 'model.promoted', 'samples/m1', 'the first'],
    [4, 'model.promoted', 'samples/m2', 'better'],
    [5, 'model.noted', 'samples/m1', 'a note'],
    [6, 'model.archived', 'samples/m1', ''],
  ]);
  expect(events[3]).toMatchObject({
    ...{ who: ann.who, tool: ann.tool },
    at: '2026-01-02T00:00:00.000Z',
    details: { replaced: 'samples/m1' },
  });
  expect(await verifyRecord(registry)).toEqual({
    events: 6,
    lastHash: events[5]?.hash,
    ok: true,
    broken: null,
    models: [],
    rows: [],
  });
});

const tampered: readonly (readonly [what: string, statement: string, found: object])[] = [
  [
    'a row of the record',
    `UPDATE deltatrain.events SET why = 'x' WHERE seq = 2`,
    { broken: { seq: 2, reason: 'changed' } },
  ],
  ['a missing event', 'DELETE FROM deltatrain.events WHERE seq = 1', { broken: { seq: 1, reason: 'missing' } }],
  [
    'a measure of a model',
    `UPDATE deltatrain.models SET metrics_json = REPLACE(metrics_json, '0.', '0.9') WHERE number = 2`,
    { models: [{ model: 'samples/m2', problem: 'changed' }] },
  ],
  [
    'a status by one UPDATE',
    `UPDATE deltatrain.models SET status = 'rejected' WHERE number = 2`,
    { models: [{ model: 'samples/m2', problem: 'status', recorded: 'candidate', found: 'rejected' }] },
  ],
  [
    'a promotion by one INSERT',
    `INSERT INTO deltatrain.promoted SELECT training, training_name, 2 FROM deltatrain.models WHERE number = 2`,
    { models: [{ model: 'samples/m2', problem: 'status', recorded: 'candidate', found: 'promoted' }] },
  ],
  [
    'a model that was taken out',
    'DELETE FROM deltatrain.models WHERE number = 1',
    { models: [{ model: 'samples/m1', problem: 'gone', recorded: 'candidate', found: null }] },
  ],
  [
    'a model whose hash was taken out',
    'DELETE FROM deltatrain.model_hashes WHERE number = 1',
    { models: [{ model: 'samples/m1', problem: 'changed' }] },
  ],
];

test.each(tampered)('%s, changed by another hand, is found', async (_, statement, found) => {
  const { bench, registry } = await twoModels();
  await sql(bench.store, statement);
  expect(await verifyRecord(registry)).toMatchObject({ ok: false, ...found });
  const names = 'models' in found ? (found.models as { model: string }[]).map(({ model }) => model) : [];
  expect([...(await changedModels(registry))]).toEqual(expect.arrayContaining(names));
});

test('a model whose row was changed says so, and is not promoted', async () => {
  const { bench, registry, models } = await twoModels();
  await sql(bench.store, `UPDATE deltatrain.models SET seed = 77 WHERE number = 2`);
  expect((await registry.models()).map(({ number, changed }) => [number, changed])).toEqual([
    [2, true],
    [1, undefined],
  ]);
  await expect(registry.promote(models[1] as Model)).rejects.toMatchObject({ code: 'run.refused' });
  // One that nobody touched is.
  await registry.promote(models[0] as Model);
});

test('two programs that write at the same moment both stand in one chain', async () => {
  const { bench, registry, models } = await twoModels();
  const ben = new Registry(bench.store, undefined, { ...ann, who: 'ben@desk' });
  const notes = Array.from({ length: 6 }, (_, i) =>
    (i % 2 === 0 ? registry : ben).note(models[0] as Model, `note ${i}`),
  );
  await Promise.all(notes);
  const events = await registry.record.events();
  expect(events).toHaveLength(8);
  expect((await verifyRecord(registry)).ok).toBe(true);
  expect(new Set(events.map(({ who }) => who))).toEqual(new Set(['ann@laptop', 'ben@desk']));
});

test('a configuration that changed is an event of its own', async () => {
  const bench = await openBench();
  await bench.run('full');
  await bench.run('full', { more: ', "slices": ["colour"]' });
  const whats = (await bench.registry.record.events()).map(({ what }) => what);
  expect(whats).toEqual(['model.registered', 'training.changed', 'model.registered']);
});

test('what happened to data is told where there is a registry, and makes none where there is not', async () => {
  const bench = await openBench(40);
  const counts = { inserted: 3, updated: 1, deleted: 0, safetySnapshot: null };
  const event = importedEvent({ database: 'shop', table: 'samples' }, 'new.csv', counts);
  expect(await tellRecord(bench.store, ann, event)).toBe(null);
  expect(await sql(bench.store, 'SHOW DATABASES')).not.toContainEqual(['deltatrain']);
  await bench.run('full');
  expect(await tellRecord(bench.store, ann, event)).toBe(null);
  expect((await bench.registry.record.events()).at(-1)).toMatchObject({
    what: 'data.imported',
    subject: 'shop.samples',
    details: { file: 'new.csv', inserted: 3 },
  });
});

test('a registry without models has a record that holds', async () => {
  const registry = new Registry(openStore(), undefined, ann);
  expect(await verifyRecord(registry)).toMatchObject({ events: 0, ok: true });
  await registry.prepare();
  expect(await verifyRecord(registry)).toMatchObject({ events: 0, ok: true });
});
