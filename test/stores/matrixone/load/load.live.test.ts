/** What a load that fails leaves on a live MatrixOne server: nothing of its own, and everything of others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queryRows } from '../../../../src/app/registry/queryRows.ts';
import type { LoadBatch, LoadRequest } from '../../../../src/data/store.ts';
import type { MatrixoneStore } from '../../../../src/stores/matrixone/store.ts';
import { openServer } from '../../../../src/stores/matrixone/wire/openServer.ts';
import { LiveAccount } from '../../matrixoneBackend.ts';
import { describeLive } from '../liveServer.ts';

describeLive('a load that fails on a live server', () => {
  const account = new LiveAccount('load');
  let store: MatrixoneStore;
  beforeAll(async () => {
    store = await account.open();
  });
  afterAll(async () => {
    await store.close();
    await account.drop();
  });

  const into = (database: string): LoadRequest => ({
    table: { database, table: 't' },
    columns: [{ name: 'id', type: 'INT', nullable: false }],
    key: ['id'],
    mode: 'upsert',
    safetySnapshot: null,
    maxDeletes: null,
  });

  async function* twice(meanwhile: () => Promise<unknown>): AsyncGenerator<LoadBatch> {
    yield { rows: [[1]], lines: null };
    await meanwhile();
    yield { rows: [[1]], lines: null };
  }

  test('takes the database back that it made', async () => {
    const failing = store.load(
      into('mine'),
      twice(() => Promise.resolve()),
    );
    await expect(failing).rejects.toMatchObject({ code: 'table.duplicateKey' });
    expect(await store.databases()).not.toContain('mine');
  });

  test('leaves the database to those who use it by then', async () => {
    const failing = store.load(
      into('shared'),
      twice(() => queryRows(store, 'CREATE TABLE shared.theirs (x INT)')),
    );
    await expect(failing).rejects.toMatchObject({ code: 'table.duplicateKey' });
    expect((await store.tables('shared')).map(({ name }) => name.table)).toEqual(['theirs']);
  });

  test('leaves no scratch table', async () => {
    const failing = store.load(
      into('shared'),
      twice(() => Promise.resolve()),
    );
    await expect(failing).rejects.toMatchObject({ code: 'table.duplicateKey' });
    expect(
      await queryRows(store, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'shared'"),
    ).toEqual([['theirs']]);
  });

  test('cancelled in the middle of its file leaves none either, and takes no other one away', async () => {
    const scratch = (): Promise<unknown[][]> =>
      queryRows(
        store,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'shared' AND table_name LIKE '%dt_load%'",
      );
    const other = await openServer(account.options());
    try {
      await other.session(async (session) => {
        await session.run('CREATE TEMPORARY TABLE shared.__dt_load (n BIGINT)');
        const abort = new AbortController();
        const cancelled = store.load(
          into('shared'),
          twice(async () => abort.abort()),
          abort.signal,
        );
        await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
        expect(await scratch()).toHaveLength(1);
        await session.run('DROP TABLE shared.__dt_load');
      });
      expect(await scratch()).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
