// What a file says that a table declares, where another program wrote it.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { queryRows } from '../../../../src/app/registry/queryRows.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';

test.each(['(hex(zeroblob(300000000)))', "(lower('A'))", "(replace(hex(zeroblob(9)), '0', 'ab'))"])(
  'a default that another program wrote is not computed to be shown: %s',
  async (standard) => {
    const folder = scratchFolder();
    onTestFinished(() => folder.remove());
    const path = join(folder.path, 'store.db');
    const made = EmbeddedStore.open({ path, readOnly: false, create: true });
    await queryRows(made, 'CREATE DATABASE shop');
    await queryRows(made, `CREATE TABLE shop.t (id INT PRIMARY KEY, v TEXT DEFAULT 'abc')`);
    await made.close();
    const file = new DatabaseSync(path);
    file.enableDefensive?.(false);
    file.exec('PRAGMA writable_schema = on');
    const { changes } = file
      .prepare(`UPDATE sqlite_schema SET sql = replace(sql, '''abc''', ?) WHERE name = 'shop.t'`)
      .run(standard);
    file.close();
    expect(changes).toBe(1);
    const store = EmbeddedStore.open({ path, readOnly: true, create: false });
    onTestFinished(() => store.close());
    expect((await queryRows(store, 'DESCRIBE shop.t'))[1]).toEqual(['v', 'TEXT', 'YES', '', null, '']);
    expect((await queryRows(store, 'SHOW CREATE TABLE shop.t'))[0]?.[1]).toContain('`v` TEXT,');
  },
);
