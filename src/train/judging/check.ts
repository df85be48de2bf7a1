/** Judges a delta without training on it: what the parent alone can say. */
import { say } from '../../base/say.ts';
import type { CheckJob, CheckResult, RowSet, TrainRows } from '../../data/trainer.ts';
import { askedRule } from '../../judge/rule.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import type { Learners } from '../models/table.ts';
import { openModel } from '../stored.ts';
import type { Reading } from '../reading.ts';
import { TestRowsReader } from '../testing.ts';
import { Judging } from './judging.ts';

/** Rows of a side that the parent is asked about at most; in hash order the first ones are a sample. */
const mostRows = 10_000;

/** `model.damaged`, `model.incompatible`, and what the rows fail with. */
export async function checkDelta(
  learners: Learners,
  job: CheckJob,
  rows: TrainRows,
  signal: AbortSignal,
): Promise<CheckResult> {
  const parent = openModel(learners, job.parent, say('the parent'));
  const plan = { ...job.plan, kind: 'delta' } as const;
  const judging = new Judging({ plan }, job.judge, { parent, baseline: null });
  const reading: Reading = { plan, rows, signal, watch: null, on: () => {} };
  await judging.begin(reading);
  await judging.seeAll(reading);
  const test = new TestRowsReader(plan, sideNumbers.test, [parent.coder], []);
  // Rows that did not change are the same at the parent's snapshot, where they need not be sought again after every change.
  const some = async (
    set: RowSet,
    most: number,
    take: (page: Parameters<TestRowsReader['add']>[0]) => void,
  ): Promise<void> => {
    let read = 0;
    for await (const page of rows.read(set, signal, { hashes: true, atParent: true })) {
      take(page);
      read += page.rows;
      if (read >= most) break;
    }
  };
  await some('test', mostRows, (page) => test.add(page));
  await some('validation', mostRows, (page) => judging.page('validation', page));
  await some('train', askedRule.sample, (page) => judging.trainPage(page));
  const { data, suspects } = await judging.data(reading, test.done());
  return { data, suspects };
}
