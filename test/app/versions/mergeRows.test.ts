// What a merge holds in memory, and what it says where that is not enough; the merge itself is in test/cli/versions/branches.test.ts.
import { expect, test } from 'vitest';
import { type MergeQuestion, mergeRows } from '../../../src/app/versions/partial/mergeRows.ts';
import { openStore, sql } from '../support/bench.ts';

const named = (table: string) => ({ database: 'd', table });

/** `d.t` and its branch `d.b`, which changed as told; what a person is asked before the merge. */
async function asked(rows: number, ...changes: readonly string[]): Promise<MergeQuestion[]> {
  const store = openStore();
  const digits = Array.from({ length: 10 }, (_, digit) => `(${digit})`).join(', ');
  const places = ['a', 'b', 'c', 'e', 'f'].map((name) => `d.ten ${name}`).join(', ');
  const numbers = 'a.n * 10000 + b.n * 1000 + c.n * 100 + e.n * 10 + f.n';
  for (const statement of [
    'CREATE DATABASE d',
    'CREATE TABLE d.ten (n INT PRIMARY KEY)',
    `INSERT INTO d.ten VALUES ${digits}`,
    'CREATE TABLE d.t (id INT PRIMARY KEY, x INT)',
    `INSERT INTO d.t SELECT ${numbers}, 0 FROM ${places} WHERE ${numbers} < ${rows}`,
    'DATA BRANCH CREATE TABLE d.b FROM d.t',
    ...changes,
  ])
    await sql(store, statement);
  const questions: MergeQuestion[] = [];
  await mergeRows(
    { store, table: named('t'), environment: 'development' },
    { source: named('b'), rule: 'fail', choices: new Map() },
    (question) => {
      questions.push(question);
      return Promise.resolve(false);
    },
    new AbortController().signal,
  );
  return questions;
}

test('of rows that both sides changed a thousand are held, and all are counted', async () => {
  const [question] = await asked(1500, 'UPDATE d.b SET x = 9', 'UPDATE d.t SET x = 8');
  expect(question?.plan).toMatchObject({ conflictRows: 1500, open: 1500 });
  expect(question?.plan.conflicts).toHaveLength(1000);
  expect(question?.sentence).toContain('both changed 1,500 rows');
});

test('a merge of more rows than are held says so, and of no condition and no restore', async () => {
  const merged = asked(100_000, 'UPDATE d.b SET x = 9', 'INSERT INTO d.b VALUES (100000, 9)');
  await expect(merged).rejects.toMatchObject({
    code: 'run.refused',
    message:
      'Merging d.b into d.t was refused: it changes more than 100,000 rows, and each is held in memory. Make a snapshot of d.t, then bring them over by the SQL statement DATA BRANCH MERGE, or a part at a time by DATA BRANCH PICK, and look at the DIFF afterwards.',
  });
});
