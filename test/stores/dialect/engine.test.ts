import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runStatement } from '../../../src/app/statements/runStatement.ts';
import { cellAt, type RowPage } from '../../../src/data/page.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { type Answer, branchFiles, intended, isEqual, random, recordedIn, wholeFiles } from './recorded.ts';

function rowsOf(page: RowPage): (string | null)[][] {
  return Array.from({ length: page.rows }, (_, i) =>
    page.cells.map((cells) => {
      const value = cellAt(cells, i);
      return value === null ? null : String(value);
    }),
  );
}

class Session {
  readonly #store: EmbeddedStore;
  #database: string | null = null;

  constructor(store: EmbeddedStore) {
    this.#store = store;
  }

  async run(sql: string): Promise<Answer> {
    const rows: (string | null)[][] = [];
    const pages = runStatement(this.#store, { sql, database: this.#database }, async () => true);
    for (;;) {
      const next = await pages.next();
      if (!next.done) rows.push(...rowsOf(next.value));
      else {
        this.#database = next.value.database;
        return { columns: next.value.columns.map(({ name }) => name), rows, affected: next.value.affected };
      }
    }
  }
}

test.each([...wholeFiles, ...branchFiles])(
  '%s runs whole on the embedded engine, with the answers that the real server gave',
  async (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialect-'));
    const store = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
    try {
      const session = new Session(store);
      const different: string[] = [];
      for (const recorded of recordedIn(file)) {
        if (!recorded.ok) continue;
        // A folder of this machine in the place of the server's.
        const answer = await session.run(recorded.sql.replace('/data/out', folder));
        if (!isEqual(recorded, answer)) different.push(recorded.sql.replace(/\s+/g, ' '));
      }
      // What hangs on rand() may be the server's answer by chance.
      const byChance = [...(random[file] ?? []), ...(intended[file] ?? [])];
      expect(different.filter((sql) => !byChance.includes(sql))).toEqual([]);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
