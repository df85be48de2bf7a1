// What was said of data and what people decided on it is held against the record: what another hand writes there is found, and not gone by.
import { expect, test } from 'vitest';
import { changedModels, verifyRecord } from '../../../src/app/registry/record/verifyRecord.ts';
import { exclude, lift, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { rememberRestore, wholeRestore } from '../../../src/app/versions/rememberRestore.ts';
import { undoable } from '../../../src/app/versions/partial/undoRows.ts';
import { restoreTable } from '../../../src/app/versions/restoreTable.ts';
import type { Reason } from '../../../src/data/judgement.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const table = { database: 'shop', table: 'samples' };
const forever = new AbortController().signal;

const moved: Reason = {
  ...{ kind: 'columnMoved', column: 'x', label: null, where: null, rows: 20, of: 200, asked: 0, before: 0, after: 1 },
  ...{ p: null, direction: 'up', size: 0.1, strength: 6 },
};

const modelOf = ({ model, sentence }: RunOutcome): Model => {
  if (!model) throw new Error(sentence);
  return model;
};

/** m1; m2 held and approved; m3 held; an exclusion; a restore: a row of every kind. */
async function everyRow(): Promise<{ bench: Bench; third: Model }> {
  const bench = await openBench(200);
  const { registry, store } = bench;
  await bench.run('full');
  await insertSamples(store, 200, 240);
  bench.trainer.reasons = [moved];
  const held = modelOf(await bench.run('delta'));
  await registry.approve(held, held.judgement?.data.hash ?? '', 'right');
  const training = await bench.training();
  await exclude({ training, without: withoutOf('id < 3'), snapshot: null, note: 'bad' }, bench.workbench);
  const done = await restoreTable(
    { store, table, environment: 'development', to: 'samples_v2' },
    () => Promise.resolve(true),
    forever,
  );
  if (done) await rememberRestore(registry, store, wholeRestore({ level: 'table', table }, done));
  await insertSamples(store, 240, 280);
  bench.trainer.reasons = [{ ...moved, rows: 40 }];
  const third = modelOf(await bench.run('delta'));
  expect(third.status).toBe('held');
  expect(await verifyRecord(registry)).toMatchObject({ ok: true, rows: [] });
  return { bench, third };
}

const tampered: readonly (readonly [what: string, statement: string, found: object])[] = [
  [
    'what was said of data',
    `UPDATE deltatrain.judgements SET data_json = REPLACE(data_json, '"rows":40', '"rows":4') WHERE number = 3`,
    { table: 'judgements', of: 'samples/m3', problem: 'changed' },
  ],
  [
    'what was said of data, taken out',
    'DELETE FROM deltatrain.judgements WHERE number = 3',
    { table: 'judgements', of: 'samples/m3', problem: 'gone' },
  ],
  [
    'why a model is what it is',
    `UPDATE deltatrain.settled SET reason = 'approved' WHERE number = 3`,
    { table: 'settled', of: 'samples/m3', problem: 'changed' },
  ],
  [
    'one more reason for a status',
    `INSERT INTO deltatrain.settled SELECT training, number, 9, 'approved', was, cause, note, who, happened_at FROM deltatrain.settled WHERE number = 3`,
    { table: 'settled', of: 'samples/m3', problem: 'unrecorded' },
  ],
  [
    'an approval that allows more',
    'UPDATE deltatrain.approvals SET effect_size = 99',
    { table: 'approvals', of: 'samples', id: '1', problem: 'changed' },
  ],
  [
    'an approval for ever',
    'UPDATE deltatrain.approvals SET rounds = 1000',
    { table: 'approvals', of: 'samples', id: '1', problem: 'changed' },
  ],
  [
    'an approval that nobody gave',
    `INSERT INTO deltatrain.approvals SELECT training, 2, training_name, number, kind, 'colour', label_json, slice_json, direction, effect_size, row_share, rounds, note, who, happened_at, revoked_at, revoked_by FROM deltatrain.approvals`,
    { table: 'approvals', of: 'samples', id: '2', problem: 'unrecorded' },
  ],
  [
    'an exclusion that is lifted',
    `UPDATE deltatrain.exclusions SET lifted_at = '2026-01-01', lifted_by = 'x'`,
    { table: 'exclusions', of: 'samples', id: 'x1', problem: 'changed' },
  ],
  [
    'the rows of an exclusion',
    `UPDATE deltatrain.exclusions SET hashes = X'00'`,
    { table: 'exclusions', of: 'samples', id: 'x1', problem: 'changed' },
  ],
  [
    'an exclusion that is taken out',
    'DELETE FROM deltatrain.exclusions',
    { table: 'exclusions', of: 'samples', id: 'x1', problem: 'gone' },
  ],
  [
    'a restore that is said to be undone',
    `UPDATE deltatrain.restores SET undone_at = '2026-01-01', undone_by = 'x'`,
    { table: 'restores', problem: 'changed' },
  ],
  ['a restore that is taken out', 'DELETE FROM deltatrain.restores', { table: 'restores', problem: 'gone' }],
];

test.each(tampered)('%s, by another hand, is found', async (_, statement, found) => {
  const { bench } = await everyRow();
  await sql(bench.store, statement);
  expect(await verifyRecord(bench.registry)).toMatchObject({ ok: false, broken: null, models: [], rows: [found] });
  const of = 'of' in found ? String(found.of) : '';
  if (of.includes('/')) expect(await changedModels(bench.registry)).toContain(of);
});

test('text that is no JSON is damage, said with the table', async () => {
  const { bench } = await everyRow();
  const places: readonly (readonly [string, string])[] = [
    ['approvals', 'label_json'],
    ['exclusions', 'group_json'],
    ['restores', 'details_json'],
    ['judgements', 'data_json'],
    ['models', 'plan_json'],
    ['models', 'classes_json'],
    ['models', 'metrics_json'],
    ['trainings', 'spec'],
  ];
  for (const [where, column] of places)
    for (const text of ['{', '3', '"x"']) {
      const before = await sql(bench.store, `SELECT ${column} FROM deltatrain.${where} LIMIT 1`);
      await sql(bench.store, `UPDATE deltatrain.${where} SET ${column} = '${text}'`);
      const training = await bench.training();
      const everything = async (): Promise<void> => {
        await bench.registry.models();
        await bench.registry.latestTraining('samples');
        await bench.registry.judged.approvals(training);
        await bench.registry.judged.exclusions(training);
        await bench.registry.judged.restores(table);
      };
      await expect(everything(), `${where}.${column} = ${text}`).rejects.toMatchObject({
        code: 'store.damaged',
        message: expect.stringContaining(`deltatrain.${where}`) as unknown,
      });
      await bench.store.write([
        { sql: `UPDATE deltatrain.${where} SET ${column} = ?`, values: [before[0]?.[0] ?? null] },
      ]);
    }
});

test('data are not approved by what another hand made of what was said of them', async () => {
  const { bench, third } = await everyRow();
  await sql(
    bench.store,
    `UPDATE deltatrain.judgements SET data_json = REPLACE(data_json, '"size":0.1', '"size":9') WHERE number = 3`,
  );
  const approving = bench.registry.approve(third, third.judgement?.data.hash ?? '');
  await expect(approving).rejects.toThrow('was changed by another hand since it was registered');
});

test('an approval that another hand wrote is not handed to a run, which says so; the person may take it back', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  bench.trainer.reasons = [moved];
  const held = modelOf(await bench.run('delta'));
  await bench.registry.approve(held, held.judgement?.data.hash ?? '');
  bench.trainer.reasons = [];
  await sql(bench.store, 'UPDATE deltatrain.approvals SET rounds = 1000');
  await insertSamples(bench.store, 240, 260);
  const outcome = await bench.run('delta');
  expect(bench.trainer.jobs.at(-1)?.judge?.approvals).toEqual([]);
  expect(outcome.notes).toContain('Approval 1 was not gone by: another program changed it since it was given.');
  await bench.registry.revoke(await bench.training(), 1);
  expect(await verifyRecord(bench.registry)).toMatchObject({ ok: true });
});

test.each([
  ['lifted', `UPDATE deltatrain.exclusions SET lifted_at = '2026-01-01', lifted_by = 'x'`],
  ['changed', `UPDATE deltatrain.exclusions SET hashes = X'00'`],
  ['taken out', 'DELETE FROM deltatrain.exclusions'],
])('an exclusion %s by another hand stops runs until a person settles it', async (_, statement) => {
  const bench = await openBench(200);
  const training = await bench.training();
  await exclude({ training, without: withoutOf('id < 3'), snapshot: null, note: 'bad' }, bench.workbench);
  const first = modelOf(await bench.run('full'));
  expect(first.plan.exclusions).toEqual(['x1']);
  await sql(bench.store, statement);
  await expect(bench.run('full')).rejects.toThrow('the exclusion x1 is not as the record has it');
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
  await lift(bench.registry, training, 'x1');
  await expect(lift(bench.registry, training, 'x1')).rejects.toThrow('it was lifted already');
  // Which rows the first model left out nobody can say any more.
  await expect(bench.run('full')).rejects.toThrow('Archive it, and train in full.');
  await bench.registry.archive(first);
  expect(modelOf(await bench.run('full')).plan.exclusions).toBeUndefined();
  expect(await verifyRecord(bench.registry)).toMatchObject({ ok: true });
});

test('the facts of a snapshot that another hand wrote are not judged by', async () => {
  const { bench, third } = await everyRow();
  const facts = new Uint8Array([1, 2, 3]);
  const of = { trainingId: third.trainingId, number: third.number };
  await bench.store.write([{ sql: 'UPDATE deltatrain.judgements SET facts = ? WHERE number = 3', values: [facts] }]);
  expect(await bench.registry.judged.facts(of)).toBeNull();
  const { rows } = await verifyRecord(bench.registry);
  expect(rows).toMatchObject([{ table: 'facts', of: 'samples/m3' }]);
});

test('a restore that another hand wrote is not undone by', async () => {
  const { bench } = await everyRow();
  const [kept] = await bench.registry.judged.restores(table);
  await sql(bench.store, `UPDATE deltatrain.restores SET kind = 'partial', row_keys = X'00'`);
  const changed = await bench.registry.judged.restores(table);
  expect(() => undoable(table, changed, kept?.safety?.name ?? '')).toThrow('was changed by another program');
});
