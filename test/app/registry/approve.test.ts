// A held model and its ways out: what nothing trains on top of, who may approve what, what is remembered of it, and who comes second.
import { expect, test } from 'vitest';
import { putSettled } from '../../../src/app/registry/judged/settled.ts';
import { Registry } from '../../../src/app/registry/registry.ts';
import { verifyRecord } from '../../../src/app/registry/record/verifyRecord.ts';
import type { Reason } from '../../../src/data/judgement.ts';
import type { Model } from '../../../src/data/model.ts';
import type { RunOutcome } from '../../../src/data/run.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const moved = (rows: number): Reason => ({
  ...{ kind: 'columnMoved', column: 'x', label: null, where: null, rows, of: 200, asked: 0, before: 0, after: 1 },
  ...{ p: null, direction: 'up', size: 0.1, strength: 6 },
});

const modelOf = (outcome: RunOutcome): Model => {
  if (!outcome.model) throw new Error(outcome.sentence);
  return outcome.model;
};

const hashOf = (model: Model): string => model.judgement?.data.hash ?? '';

/** m1 candidate, m2 held. */
async function heldBench(): Promise<{ bench: Bench; held: Model }> {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  bench.trainer.reasons = [moved(20)];
  bench.trainer.verdict = 'worse';
  return { bench, held: modelOf(await bench.run('delta')) };
}

test('suspect data are held, never rejected, and told why; nobody promotes them', async () => {
  const { bench, held } = await heldBench();
  expect(held).toMatchObject({ number: 2, status: 'held', guard: { verdict: 'worse' } });
  expect(await bench.registry.judged.settled(held.trainingId)).toMatchObject([
    { number: 2, seq: 1, reason: 'suspect' },
  ]);
  await expect(bench.registry.promote(held)).rejects.toThrow('its data are suspect, and nobody has settled it yet');
});

test('while a model is held the next run starts from the last candidate, and the same reasons are one entry and one snapshot', async () => {
  const { bench, held } = await heldBench();
  const snapshots = await bench.snapshotNames();
  const trained = bench.trainer.jobs.length;
  expect(await bench.run('delta')).toMatchObject({ reason: 'model.held', model: { number: 2 } });
  expect(bench.trainer.jobs).toHaveLength(trained);
  await insertSamples(bench.store, 240, 250);
  expect(await bench.run('delta')).toMatchObject({ reason: 'model.held', model: { number: 2 } });
  expect(bench.trainer.jobs.at(-1)?.parent).toEqual(await bench.registry.artifact(await bench.registry.model('m1')));
  expect(await bench.snapshotNames()).toEqual(snapshots);
  bench.trainer.reasons = [moved(30)];
  expect(modelOf(await bench.run('delta'))).toMatchObject({ number: 3, parent: 1, status: 'held' });
  await expect(bench.registry.approve(held, hashOf(held))).rejects.toThrow('samples/m3 is newer');
});

test('what was seen is what is approved: a candidate again, older held ones archived, the reasons remembered and the record holds', async () => {
  const { bench } = await heldBench();
  await insertSamples(bench.store, 240, 250);
  bench.trainer.reasons = [moved(30)];
  const third = modelOf(await bench.run('delta'));
  const { registry } = bench;
  await expect(registry.approve(third, 'f'.repeat(64))).rejects.toThrow('the reasons are not those that you saw');
  const approved = await registry.approve(third, hashOf(third), 'new prices');
  expect(approved).toMatchObject({ model: { status: 'candidate' }, archived: [2], approvals: [{ id: 1, rounds: 5 }] });
  expect((await registry.model('m2')).status).toBe('archived');
  expect(await registry.judged.settled(third.trainingId)).toMatchObject([
    { number: 2, reason: 'suspect' },
    { number: 2, reason: 'replaced', cause: 'samples/m3' },
    { number: 3, reason: 'suspect' },
    { number: 3, reason: 'approved', note: 'new prices', was: 'held' },
  ]);
  expect(await verifyRecord(registry)).toMatchObject({ ok: true });
  await expect(registry.approve(third, hashOf(third))).rejects.toThrow('it is not held');
});

test('an approval is handed to the runs after it, round by round, until it is taken back', async () => {
  const { bench, held } = await heldBench();
  await bench.registry.approve(held, hashOf(held));
  bench.trainer.reasons = [];
  bench.trainer.verdict = 'same';
  const left: (number | undefined)[] = [];
  for (const from of [240, 250, 260]) {
    await insertSamples(bench.store, from, from + 10);
    await bench.run('delta');
    left.push(bench.trainer.jobs.at(-1)?.judge?.approvals[0]?.roundsLeft);
  }
  expect(left).toEqual([5, 4, 3]);
  const training = await bench.training();
  await bench.registry.revoke(training, 1);
  await expect(bench.registry.revoke(training, 1)).rejects.toThrow('did already');
  await expect(bench.registry.revoke(training, 7)).rejects.toThrow('there is none of that number');
  await insertSamples(bench.store, 270, 280);
  await bench.run('delta');
  expect(bench.trainer.jobs.at(-1)?.judge?.approvals).toEqual([]);
});

test('looks are counted from the full fit on; held ones count once they are approved', async () => {
  const { bench, held } = await heldBench();
  expect(held.guard.look?.number).toBe(1);
  await insertSamples(bench.store, 240, 250);
  bench.trainer.reasons = [moved(30)];
  const third = modelOf(await bench.run('delta'));
  expect(third.guard.look?.number).toBe(1);
  await bench.registry.approve(third, hashOf(third));
  bench.trainer.reasons = [];
  bench.trainer.verdict = 'same';
  await insertSamples(bench.store, 250, 260);
  expect(modelOf(await bench.run('delta')).guard.look?.number).toBe(2);
});

test('two people at once: who settles it second is told, and a model whose data were reverted is not approved', async () => {
  const { bench, held } = await heldBench();
  const other = new Registry(bench.store);
  const write = bench.registry.write.bind(bench.registry);
  const { record } = bench.registry;
  const follow = record.follow.bind(record);
  let isFirst = true;
  record.follow = async (...all) => {
    if (isFirst) {
      isFirst = false;
      await other.archive(held, 'mine');
    }
    return follow(...all);
  };
  await expect(bench.registry.approve(held, hashOf(held))).rejects.toThrow('somebody else settled it meanwhile');
  expect((await other.model('m2')).status).toBe('archived');
  const { trainingId, number } = held;
  const reverted = { trainingId, number, seq: 3, reason: 'reverted', was: 'held', cause: 'r1', note: '' } as const;
  await write([putSettled({ ...reverted, who: 'ben@desk', at: '2026-01-02T00:00:00.000Z' })]);
  await expect(other.approve(held, hashOf(held))).rejects.toThrow('its data were reverted');
});

test('a full fit of the same data by the same plan is told to be the model that is there, and pins nothing', async () => {
  const bench = await openBench(200);
  await bench.run('full');
  expect(await bench.run('full')).toMatchObject({ reason: 'model.same', model: { number: 1 } });
  expect(await bench.snapshotNames()).toEqual(['samples_v1']);
  const seeded = modelOf(await bench.run('full', { more: ', "seed": 2' }));
  expect(seeded).toMatchObject({ number: 2, plan: { format: 3, depth: 0 } });
  await sql(bench.store, `UPDATE shop.samples SET x = -1 WHERE id = 1`);
  expect(modelOf(await bench.run('full', { more: ', "seed": 2' })).number).toBe(3);
});
