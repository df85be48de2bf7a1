// Making a model again where what made it is not in this version: that is said, and neither that it differs nor that it is the same.
import { expect, test } from 'vitest';
import { reproduceModel } from '../../../src/app/models/reproduce.ts';
import { Failure } from '../../../src/base/failure.ts';
import { type Bench, insertSamples, openBench, sql } from '../support/bench.ts';

const again = (bench: Bench, fromRoot = false) =>
  reproduceModel('m2', { fromRoot }, bench.workbench, new AbortController().signal, () => {});

/** m1 in full, m2 from it. */
async function trainTwice(): Promise<Bench> {
  const bench = await openBench(200);
  await bench.run('full');
  await insertSamples(bench.store, 200, 240);
  await bench.run('delta');
  bench.trainer.jobs.length = 0;
  return bench;
}

const foreign = 'f'.repeat(64);

test('the trainer is asked for the kernel that made the model', async () => {
  const bench = await trainTwice();
  const { kernelSha256 } = await bench.registry.model('m2');
  expect(await again(bench)).toMatchObject({ identical: true });
  expect(bench.trainer.jobs.map((job) => job.kernelSha256)).toEqual([kernelSha256]);
});

test('a model of another kernel is not judged by weights that this one made', async () => {
  const bench = await trainTwice();
  await sql(bench.store, `UPDATE deltatrain.models SET kernel_sha256 = '${foreign}' WHERE number = 2`);
  await expect(again(bench)).rejects.toThrow(
    /^samples\/m2 cannot be used here: it was made with the training kernel ffffffffffff, which is not in this version, so whether it comes out the same cannot be told with this version\. Reproduce it with DeltaTrain 0\.0\.0, which made it\.$/,
  );
});

test('a trainer that refuses a kernel it does not have is told as that, with the model', async () => {
  const bench = await trainTwice();
  bench.trainer.run = () => Promise.reject(new Failure('kernel.unknown', { kernel: foreign }));
  await expect(again(bench)).rejects.toMatchObject({ code: 'model.incompatible', data: { model: 'samples/m2' } });
});

test('a step on the way from the root that cannot be made again is named', async () => {
  const bench = await trainTwice();
  await sql(bench.store, `UPDATE deltatrain.models SET kernel_sha256 = '${foreign}' WHERE number = 1`);
  await expect(again(bench, true)).rejects.toMatchObject({ code: 'model.incompatible', data: { model: 'samples/m1' } });
  expect(await again(bench)).toMatchObject({ identical: true, steps: 1 });
});

test('a plan of a format that is not known is not run at all', async () => {
  const bench = await trainTwice();
  await sql(bench.store, `UPDATE deltatrain.models SET plan_json = REPLACE(plan_json, '"format":3', '"format":99')`);
  await expect(again(bench)).rejects.toThrow('its plan is of format 99, whose rule of draws is not in this version');
  expect(bench.trainer.jobs).toEqual([]);
});
