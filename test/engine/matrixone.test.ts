// The part of the engine that serves MatrixOne, as it is shipped: loaded when such a store is opened, over the wire of a recorded server.
import { expect, it } from 'vitest';
import { rowAt } from '../../src/data/page.ts';
import type { Value } from '../../src/data/value.ts';
import { atSnapshot } from '../../src/data/version.ts';
import { optionsAt } from '../stores/matrixone/liveServer.ts';
import { load } from '../stores/matrixone/replay/recording.ts';
import { serve } from '../stores/matrixone/replay/serve.ts';
import { useEngines } from './support/engine.ts';

const engines = useEngines();

it('reads a table as a server has it at a snapshot', async () => {
  const replay = await serve(load('own/store'));
  try {
    const user = 'deltatrain_sql:admin';
    const { store } = await engines.start({
      kind: 'matrixone',
      ...optionsAt(replay.url),
      user,
      password: '111',
      readOnly: false,
    });
    expect(await store.facts()).toMatchObject({ kind: 'matrixone' });
    const rows: Value[][] = [];
    const table = { database: 'shop', table: 'items' };
    for await (const page of store.readRows({
      table,
      at: atSnapshot('items_v1'),
      columns: ['id', 'price'],
      order: 'key',
    }))
      for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
    expect(rows).toEqual([
      [1, '1.50'],
      [2, null],
    ]);
    expect(replay.unknown).toEqual([]);
  } finally {
    await replay.close();
  }
});
