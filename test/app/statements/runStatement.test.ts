/** Statements as text over a store: what each becomes, who is asked, and the results of DIFF as the server shows them. */
import { describe, expect, it, vi } from 'vitest';
import { sideTitle } from '../../../src/app/statements/diffOutputs.ts';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { snapshotTime } from '../../../src/app/statements/shownPage.ts';
import type { Asked, StatementEnd } from '../../../src/app/statements/statementEnd.ts';
import { Failure } from '../../../src/base/failure.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { Value } from '../../../src/data/value.ts';
import { useFolder } from '../../files/support/folder.ts';

const folder = useFolder();

async function session() {
  const store = folder.store();
  const asked: Asked[] = [];
  let answer = true;
  let database: string | null = null;
  const run = async (sql: string): Promise<{ rows: Value[][]; end: StatementEnd }> => {
    const pages = runStatement(store, { sql, database }, (one) => {
      asked.push(one);
      return Promise.resolve(answer);
    });
    const rows: Value[][] = [];
    for (;;) {
      const step = await pages.next();
      if (step.done) {
        ({ database } = step.value);
        return { rows, end: step.value };
      }
      for (let i = 0; i < step.value.rows; i++) rows.push(rowAt(step.value, i));
    }
  };
  for (const sql of [
    'CREATE DATABASE demo',
    'USE demo',
    'CREATE TABLE samples (sample_id BIGINT PRIMARY KEY, F1 DOUBLE, label TINYINT)',
    'INSERT INTO samples SELECT result, result / 2, result % 2 FROM generate_series(1, 1000) g',
    'CREATE SNAPSHOT train_v1 FOR TABLE demo samples',
    'INSERT INTO samples SELECT 1000 + result, 0, 1 FROM generate_series(1, 30) g',
    'UPDATE samples SET label = 1 - label WHERE sample_id BETWEEN 500 AND 509',
    'DELETE FROM samples WHERE sample_id = 7',
  ])
    await run(sql);
  asked.length = 0;
  const refuse = (): void => {
    answer = false;
  };
  return { store, run, asked, refuse };
}

describe('the results of DATA BRANCH DIFF', () => {
  it('SUMMARY has three rows in the order of the server, and titles as written', async () => {
    const { run } = await session();
    const summary = await run("DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'} OUTPUT SUMMARY");
    expect(summary.end.columns.map(({ name }) => name)).toEqual([
      'metric',
      'samples',
      "samples{snapshot = 'train_v1'}",
    ]);
    expect(summary.rows).toEqual([
      ['INSERTED', 30, 0],
      ['DELETED', 1, 0],
      ['UPDATED', 10, 0],
    ]);
    const turned = await run("DATA BRANCH DIFF demo.samples {SNAPSHOT='train_v1'} AGAINST demo.samples OUTPUT SUMMARY");
    expect(turned.rows[0]).toEqual(['INSERTED', 0, 30]);
    expect(turned.end.columns[1]?.name).toBe("demo.samples{snapshot = 'train_v1'}");
    expect(sideTitle({ database: 'DB', table: 'My T', snapshot: null })).toBe('db.my t');
  });

  it('rows have the side, the flag and the columns in lower case; a deleted row its old values', async () => {
    const { run } = await session();
    const { rows, end } = await run("DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'}");
    expect(end.columns.map(({ name }) => name)).toEqual([
      'diff samples against samples',
      'flag',
      'sample_id',
      'f1',
      'label',
    ]);
    expect(rows).toHaveLength(41);
    expect(rows[0]).toEqual(['samples', 'DELETE', 7, 3.5, 1]);
    expect(rows[1]).toEqual(['samples', 'UPDATE', 500, 250, 1]);
    expect(rows[40]).toEqual(['samples', 'INSERT', 1030, 0, 1]);
  });

  it('LIMIT gives the smallest keys, COLUMNS the columns in its order, COUNT one number', async () => {
    const { run, store } = await session();
    const reads = vi.spyOn(store, 'readDelta');
    const diff = "DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'}";
    expect((await run(`${diff} OUTPUT LIMIT 2`)).rows.map((row) => row[2])).toEqual([7, 500]);
    expect((await run(`${diff} OUTPUT LIMIT 0`)).rows).toEqual([]);
    expect((await run(`${diff} OUTPUT COUNT`)).rows).toEqual([[41]]);
    const chosen = await run(`${diff} COLUMNS (label, sample_id) OUTPUT LIMIT 1`);
    expect(chosen.rows).toEqual([['samples', 'DELETE', 1, 7]]);
    // Whoever shows the rows from elsewhere is told which columns.
    expect(reads.mock.calls.map(([request]) => request.shown)).toEqual([undefined, ['label', 'sample_id']]);
  });
});

describe('permission', () => {
  it('is asked for what changes data, with the name to type, and not for reads and pins', async () => {
    const { run, asked } = await session();
    await run('SELECT * FROM samples LIMIT 1');
    await run('CREATE SNAPSHOT train_v2 FOR TABLE demo samples');
    await run('SHOW SNAPSHOTS');
    await run("DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT='train_v1'} OUTPUT COUNT");
    expect(asked).toEqual([]);
    await run('UPDATE samples SET label = 1 WHERE sample_id = 1');
    await run("RESTORE TABLE demo.samples {SNAPSHOT = 'train_v1'}");
    await run('DROP SNAPSHOT train_v2');
    expect(asked.map(({ name }) => name)).toEqual(['demo.samples', 'demo.samples', 'train_v2']);
    expect(asked[1]?.preview?.tables[0]?.counts).toEqual({ inserted: 1, updated: 10, deleted: 30 });
  });

  it('that is refused ends in a cancel, and nothing was changed', async () => {
    const { store, run, refuse } = await session();
    refuse();
    const before = await store.changeCount();
    for (const sql of [
      'DELETE FROM samples',
      "RESTORE TABLE demo.samples {SNAPSHOT = 'train_v1'}",
      'DROP SNAPSHOT train_v1',
    ])
      await expect(run(sql), sql).rejects.toMatchObject({ code: 'cancelled' });
    expect(await store.changeCount()).toBe(before);
  });
});

describe('statements', () => {
  it('pin no view, with which nothing could be done afterwards', async () => {
    const { run, store } = await session();
    const pinned = vi.spyOn(store, 'createSnapshot');
    vi.spyOn(store, 'table').mockRejectedValue(new Failure('table.view', { table: 'demo.seen' }));
    await expect(run('CREATE SNAPSHOT s FOR TABLE demo seen')).rejects.toMatchObject({ code: 'table.view' });
    expect(pinned).not.toHaveBeenCalled();
  });

  it('restore with a safety snapshot, which is the undo', async () => {
    const { run } = await session();
    const { end } = await run("RESTORE TABLE demo.samples {SNAPSHOT = 'train_v1'}");
    expect(end).toMatchObject({ affected: 41, safetySnapshot: 'samples_before_restore_1' });
    expect(end.restored).toMatchObject({
      place: 'demo.samples',
      tables: [{ database: 'demo', table: 'samples' }],
      ...{ kind: 'whole', to: 'train_v1', rowsChanged: 41, safetySnapshot: 'samples_before_restore_1' },
    });
    expect((await run('SELECT 1')).end).toMatchObject({ restored: null, happening: null });
    await run("RESTORE TABLE demo.samples {SNAPSHOT = 'samples_before_restore_1'}");
    expect((await run('SELECT COUNT(*) FROM samples')).rows).toEqual([[1029]]);
  });

  it('restore to what is there already: nobody is asked, and no safety snapshot is made', async () => {
    const { run, store, asked } = await session();
    const sql = "RESTORE TABLE demo.samples {SNAPSHOT = 'train_v1'}";
    await run(sql);
    asked.length = 0;
    const before = (await store.snapshots()).map(({ name }) => name);
    expect((await run(sql)).end).toMatchObject({
      affected: 0,
      safetySnapshot: null,
      note: 'demo.samples is already as it was at train_v1.',
    });
    expect(asked).toEqual([]);
    expect((await store.snapshots()).map(({ name }) => name)).toEqual(before);
    // Columns alone are a difference too.
    await run('ALTER TABLE samples ADD COLUMN extra DOUBLE');
    expect((await run(sql)).end).toMatchObject({ note: null, safetySnapshot: 'samples_before_restore_2' });
    expect(asked.at(-1)?.preview?.reshaped).toEqual([{ database: 'demo', table: 'samples' }]);
  });

  it('IF EXISTS and IF NOT EXISTS are no failures', async () => {
    const { run } = await session();
    await run('CREATE SNAPSHOT IF NOT EXISTS train_v1 FOR TABLE demo samples');
    await run('DROP SNAPSHOT IF EXISTS nothing');
    await expect(run('CREATE SNAPSHOT train_v1 FOR TABLE demo samples')).rejects.toMatchObject({
      code: 'version.exists',
    });
  });

  it('nothing but a comment is nothing', async () => {
    const { run } = await session();
    expect((await run('-- only a word')).end).toMatchObject({ columns: [], affected: 0 });
  });

  it('times have nanoseconds without trailing zeros', () => {
    expect(snapshotTime('1700000000123456000')).toBe('2023-11-14 22:13:20.123456');
    expect(snapshotTime('1700000000000000000')).toBe('2023-11-14 22:13:20');
  });
});
