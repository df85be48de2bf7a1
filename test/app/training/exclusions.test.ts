// Rows that a training leaves out: in no set of any run until they change or the exclusion is lifted, to the bit.
import { describe, expect, test } from 'vitest';
import { evaluateMatrix } from '../../../src/app/models/evaluateMatrix.ts';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { exclusionReason } from '../../../src/app/registry/judged/exclusionReason.ts';
import { putJudgement } from '../../../src/app/registry/judged/judgements.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { exclude, lift, withoutOf } from '../../../src/app/training/exclusions/exclude.ts';
import { readAdvice } from '../../../src/app/training/readAdvice.ts';
import { storeRows } from '../../../src/app/training/rows/rowSets.ts';
import { runTraining } from '../../../src/app/training/runTraining.ts';
import type { DataVerdict } from '../../../src/data/judgement.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { createTrainer } from '../../../src/train/trainer.ts';
import { learners } from '../../../src/train/models/table.ts';
import { insertSamples, openBench, sql } from '../support/bench.ts';

const trainer = createTrainer(learners);
const forever = new AbortController().signal;

/** 600 rows and an exact learner, whose updates have the bits of a full fit: any row too many or too few is another model. */
async function excluding(rows = 600) {
  const bench = await openBench(rows);
  const { store, registry } = bench;
  const options = learners['linear']?.options.defaults ?? {};
  const training = { ...(await bench.training()), learner: { name: 'linear', options } };
  const workbench = { ...bench.workbench, trainer };
  const run = (mode: 'delta' | 'full'): Promise<RunOutcome> =>
    runTraining({ training, mode }, workbench, forever, () => {});
  return {
    store,
    registry,
    training,
    workbench,
    run,
    fit: async (mode: 'delta' | 'full'): Promise<Model> => modelOf(await run(mode)),
    without: (text: string, note = '') =>
      exclude({ training, without: withoutOf(text), snapshot: null, note }, workbench),
    isSame: async (ref: string, how: { fromRoot: boolean; inFull?: boolean }) =>
      (await reproduceModel(ref, how, workbench, forever, () => {})).identical,
  };
}

function modelOf(outcome: RunOutcome): Model {
  if (!outcome.model) throw new Error(outcome.sentence);
  return outcome.model;
}

type Excluding = Awaited<ReturnType<typeof excluding>>;

/** The weights of a fit on all rows of another store, which never had those that are left out, with the encoder of the model. */
async function fitElsewhere(
  { registry, training }: Excluding,
  model: Model,
  changes: readonly string[],
): Promise<string> {
  const { store } = await openBench(600);
  for (const change of changes) await sql(store, change);
  await store.createSnapshot('all', { level: 'table', table: training.table });
  const { exclusions: _none, ...own } = model.plan;
  const plan = { ...own, kind: 'full' as const, replay: null };
  const places = { store, table: training.table, key: training.key, at: atSnapshot('all'), base: null };
  const job = { plan, parent: null, baseline: null, frozen: await registry.artifact(model) };
  return (await trainer.run(job, storeRows(places, plan), forever, () => {})).weightsSha256;
}

const gone = (where: string): string => `DELETE FROM shop.samples WHERE ${where}`;

/** The INSERT of `insertSamples`. */
function samples(from: number, to: number): string {
  const row = (id: number): string =>
    `(${id}, ${id / 10}, '${id % 3 === 0 ? 'red' : 'blue'}', '${id % 5 === 0 ? 'b' : 'a'}')`;
  return `INSERT INTO shop.samples VALUES ${Array.from({ length: to - from }, (_, i) => row(from + i)).join(', ')}`;
}

const suspectChanges = [
  `UPDATE shop.samples SET x = -1 WHERE id BETWEEN 30 AND 49 AND colour = 'red'`,
  `UPDATE shop.samples SET label = 'c' WHERE id BETWEEN 60 AND 64`,
];

const inFull = { fromRoot: false, inFull: true };

describe('rows that are left out', () => {
  test('are in no full fit, and the run says so', async () => {
    const bench = await excluding();
    const { fit, run, without } = bench;
    const exclusion = await without('id < 20', 'a bad file');
    expect(exclusion).toMatchObject({ id: 'x1', reason: 'a bad file', number: null, group: null });
    expect(exclusion.rows).toHaveLength(20);
    const outcome = await run('full');
    expect(modelOf(outcome).plan.exclusions).toEqual(['x1']);
    const never = await fitElsewhere(bench, modelOf(outcome), [gone('id < 20')]);
    expect(modelOf(outcome).weightsSha256).toBe(never);
    expect(outcome.notes).toContain('Left out until they change: 20 rows (x1: a bad file).');
    expect((await fit('full')).weightsSha256).toBe(never);
  });

  test('that the parent was trained on go with the next update, although nothing else changed', async () => {
    const bench = await excluding();
    const { fit, without, isSame } = bench;
    await fit('full');
    await without('id BETWEEN 100 AND 119');
    const child = await fit('delta');
    expect(child.kind).toBe('delta');
    expect(child.weightsSha256).toBe(await fitElsewhere(bench, child, [gone('id BETWEEN 100 AND 119')]));
    expect(await isSame('m2', { fromRoot: true })).toBe(true);
    expect(await isSame('m2', inFull)).toBe(true);
  });

  test('of which nothing else changes are nothing to the update after', async () => {
    const { fit, run, without } = await excluding();
    await fit('full');
    await without('id BETWEEN 100 AND 119');
    await fit('delta');
    expect((await run('delta')).reason).toBe('delta.empty');
  });

  test('are out of a delta that brought them, and stay out of every later one', async () => {
    const bench = await excluding();
    const { store, fit, without, isSame } = bench;
    await fit('full');
    await insertSamples(store, 600, 620);
    await sql(store, `UPDATE shop.samples SET label = 'b' WHERE id BETWEEN 40 AND 44`);
    await without('id >= 610 OR id BETWEEN 40 AND 44');
    const child = await fit('delta');
    const never = [gone('id BETWEEN 40 AND 44'), samples(600, 610)];
    expect(child.weightsSha256).toBe(await fitElsewhere(bench, child, never));
    await insertSamples(store, 620, 640);
    const next = await fit('delta');
    expect(next.weightsSha256).toBe(await fitElsewhere(bench, next, [...never, samples(620, 640)]));
    for (const ref of ['m2', 'm3']) {
      expect(await isSame(ref, { fromRoot: true }), ref).toBe(true);
      expect(await isSame(ref, inFull), ref).toBe(true);
    }
  });

  test('are in again when they change, and only those that do', async () => {
    const bench = await excluding();
    const { store, fit, without, isSame } = bench;
    await fit('full');
    await without('id < 10');
    await fit('delta');
    const green = `UPDATE shop.samples SET colour = 'green' WHERE id = 3`;
    await sql(store, green);
    const child = await fit('delta');
    expect(child.weightsSha256).toBe(await fitElsewhere(bench, child, [green, gone('id < 10 AND id <> 3')]));
    expect(await isSame('m3', inFull)).toBe(true);
    await sql(store, `UPDATE shop.samples SET colour = 'red' WHERE id = 3`);
    const again = await fit('delta');
    expect(again.weightsSha256).toBe(await fitElsewhere(bench, again, [gone('id < 10')]));
  });

  test('of which another column changes stay out: it is nothing to the training', async () => {
    const bench = await excluding();
    const { store, fit, without } = bench;
    await sql(store, 'ALTER TABLE shop.samples ADD COLUMN remark VARCHAR(10)');
    await without('id < 10');
    await sql(store, `UPDATE shop.samples SET remark = 'seen'`);
    const model = await fit('full');
    expect(model.weightsSha256).toBe(await fitElsewhere(bench, model, [gone('id < 10')]));
  });

  test('are in again from the next run on when the exclusion is lifted; models before are made again as they were', async () => {
    const { fit, without, isSame, registry, training } = await excluding();
    const root = await fit('full');
    await without('id BETWEEN 100 AND 119');
    await fit('delta');
    const lifted = await lift(registry, training, 'x1');
    expect(lifted.lifted).not.toBe(null);
    const back = await fit('delta');
    expect(back.weightsSha256).toBe(root.weightsSha256);
    expect(back.plan.exclusions).toBe(undefined);
    for (const ref of ['m1', 'm2', 'm3']) expect(await isSame(ref, { fromRoot: true }), ref).toBe(true);
    await expect(lift(registry, training, 'x1')).rejects.toThrow('it was lifted already.');
    await expect(lift(registry, training, 'x9')).rejects.toThrow('there is none of that name.');
  });

  test('are not among the test rows of an evaluation, and what was measured with them is measured anew', async () => {
    const { store, fit, without, workbench, training, registry } = await excluding();
    await fit('full');
    await insertSamples(store, 600, 620);
    await fit('delta');
    const before = await evaluateMatrix({ training }, workbench, forever);
    const rows = async () => (await registry.evaluations(training.id)).map(({ metrics }) => metrics.n);
    const [asked = 0] = await rows();
    await without(`id < 120 AND label = 'b'`);
    expect(await rows()).toEqual([]);
    const after = await evaluateMatrix({ training }, workbench, forever);
    expect(after.models).toEqual(before.models);
    expect(Math.max(...(await rows()))).toBeLessThan(asked + 20);
    expect(after.accuracy).not.toEqual(before.accuracy);
  });

  test('are counted by the advice as by the run', async () => {
    const { store, fit, without, training, registry } = await excluding();
    await fit('full');
    await without('id BETWEEN 100 AND 119');
    const { facts } = await readAdvice(training, { store, registry });
    expect(facts?.counts).toEqual({ inserted: 0, updated: 0, deleted: 20 });
  });
});

describe('what is left out', () => {
  test('is refused beyond a twentieth of the table, also in pieces, and the restore is offered', async () => {
    const { without, registry, training } = await excluding();
    await expect(without('id < 31')).rejects.toThrow(
      'with them 31 of 600 rows of shop.samples would be left out, and at most 5 % may be. Take them back instead: restore shop.samples --to … --where "id < 31"',
    );
    await without('id < 20');
    await expect(without('id BETWEEN 20 AND 40')).rejects.toThrow('with them 41 of 600 rows');
    expect(await registry.judged.exclusions(training)).toHaveLength(1);
  });

  test('is refused where no row is meant, where all are out already, and where the condition cannot be read', async () => {
    const { without } = await excluding();
    await expect(without('id = 9999')).rejects.toThrow('no row of shop.samples is meant by it.');
    await without('id < 5');
    await expect(without('id < 3')).rejects.toThrow('these rows are left out already.');
    await expect(without('colour > 5')).rejects.toMatchObject({ code: 'condition.refused' });
    await expect(without('1')).rejects.toThrow('no model of "samples" is held, so there are no groups.');
  });

  test('is in the record, with who and why', async () => {
    const { without, registry, training } = await excluding();
    await without('id < 5', 'one bad file');
    await lift(registry, training, 'x1');
    const events = await registry.record.events();
    expect(events.map(({ what, subject, details, why }) => ({ what, subject, details, why }))).toMatchObject([
      { what: 'rows.excluded', subject: 'samples', details: { id: 'x1', rows: 5, of: 'id < 5' }, why: 'one bad file' },
      { what: 'exclusion.lifted', subject: 'samples', details: { id: 'x1', rows: 5 }, why: '' },
    ]);
  });
});

describe('a group of suspects', () => {
  const data: DataVerdict = {
    verdict: 'suspect',
    reasons: [],
    notes: [],
    kinds: { unchanged: 0, labels: 0, features: 0, inserted: 0, firstLabels: 0, removed: 0 },
    asked: 'everyRow',
    hash: 'f'.repeat(64),
  };
  const group = { label: null, share: 0.5, before: 0.9, after: 0.2 };

  async function held(groups: NonNullable<Parameters<typeof putJudgement>[2]>['groups']) {
    const bench = await excluding();
    const { store, registry, training } = bench;
    await bench.fit('full');
    for (const change of suspectChanges) await sql(store, change);
    await insertSamples(store, 600, 606);
    const model = await bench.fit('delta');
    await registry.write([
      ...putJudgement(training.id, model.number, { data, groups }, null),
      { sql: `UPDATE deltatrain.models SET status = 'held' WHERE number = ?`, values: [model.number] },
    ]);
    return bench;
  }

  const red = {
    ...group,
    change: 'features',
    column: 'x',
    where: { column: 'colour', value: 'red' },
    rows: 7,
  } as const;
  const labels = {
    ...group,
    change: 'labels',
    column: null,
    label: { from: null, to: 'c' },
    where: null,
    rows: 5,
  } as const;
  const came = {
    ...group,
    change: 'inserted',
    column: null,
    where: { column: 'x', from: 60, to: 60.35 },
    rows: 4,
  } as const;

  test.each([
    ['1', "id BETWEEN 30 AND 49 AND colour = 'red'"],
    ['2', 'id BETWEEN 60 AND 64'],
    ['3', 'id BETWEEN 600 AND 603'],
  ])('%s of a held model is left out, and the model is put aside', async (text, where) => {
    const bench = await held([red, labels, came]);
    const { without, registry, fit } = bench;
    const exclusion = await without(text);
    expect(exclusion).toMatchObject({ number: 2, reason: `group:${text}` });
    expect(exclusionReason(exclusion)).toBe(`group ${text} of samples/m2`);
    expect((await registry.model('samples/m2')).status).toBe('archived');
    expect((await registry.judged.settled(exclusion.trainingId)).at(-1)).toMatchObject({
      ...{ number: 2, reason: 'excluded', was: 'held', cause: 'x1' },
    });
    const child = await fit('delta');
    expect(child).toMatchObject({ parent: 1, number: 3 });
    const never = await fitElsewhere(bench, child, [...suspectChanges, samples(600, 606), gone(where)]);
    expect(child.weightsSha256).toBe(never);
  });

  test('is refused where its rows are not those that were counted, where they are gone, and where there is none', async () => {
    const { without } = await held([
      { ...red, rows: 8 },
      { ...red, change: 'removed' },
    ]);
    await expect(without('1')).rejects.toThrow('it has 8 rows, and 7 were found again.');
    await expect(without('2')).rejects.toThrow('its rows are not there any more.');
    await expect(without('3')).rejects.toThrow('samples/m2 has the groups 1 to 2.');
  });
});
