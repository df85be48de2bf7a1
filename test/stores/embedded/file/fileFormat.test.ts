// How a store file goes from one format to the next: all of it or nothing, once, and a newer file is left alone.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import {
  type FileStep,
  moveFileForward,
  newestFormat,
  requireKnownFormat,
} from '../../../../src/stores/embedded/file/fileFormat.ts';
import { FileConnection } from '../../../../src/stores/embedded/sqlite/driver.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { scratchFolder } from '../../embeddedBackend.ts';

let folder: ReturnType<typeof scratchFolder>;
let db: FileConnection;
beforeEach(async () => {
  folder = scratchFolder();
  const path = join(folder.path, 'store.db');
  await EmbeddedStore.open({ path, readOnly: false, create: true }).close();
  db = new FileConnection({ path, readOnly: false, busyTimeout: 0, backup: () => null });
  // As the oldest version left it.
  db.exec('PRAGMA user_version = 1');
});
afterEach(() => {
  db.close();
  folder.remove();
});

/** Each statement of the two steps to format 3. */
const statements = [
  ['CREATE TABLE _dt_first (x INTEGER) STRICT', 'INSERT INTO _dt_first VALUES (1)'],
  ['CREATE TABLE _dt_second (x INTEGER) STRICT', 'INSERT INTO _dt_second SELECT x + 1 FROM _dt_first'],
];

/** `before` is told each statement before it runs. */
const stepsTelling = (before: (sql: string) => void): FileStep[] =>
  statements.map((step) => (connection) => {
    for (const sql of step) {
      before(sql);
      connection.exec(sql);
    }
  });

const format = (): unknown => db.value('PRAGMA user_version');
const tables = (): unknown[] =>
  db.all("SELECT name FROM sqlite_schema WHERE name IN ('_dt_first', '_dt_second') ORDER BY name").flat();

test('an older file goes through every step once, and a current one through none', () => {
  const told: string[] = [];
  const steps = stepsTelling((sql) => told.push(sql));
  moveFileForward(db, steps);
  moveFileForward(db, steps);
  expect(told).toEqual(statements.flat());
  expect([format(), db.value('SELECT x FROM _dt_second')]).toEqual([3, 2]);
});

test('a file of the format between goes through the last step alone', () => {
  moveFileForward(db, stepsTelling(() => {}).slice(0, 1));
  expect(format()).toBe(2);
  moveFileForward(
    db,
    stepsTelling(() => {}),
  );
  expect([format(), db.value('SELECT x FROM _dt_second')]).toEqual([3, 2]);
});

test.each(statements.flat().map((_, at) => at))(
  'stopped before statement %i it is as it was, and goes through the next time',
  (at) => {
    let left = at;
    const stopping = stepsTelling(() => {
      if (left-- === 0) throw new Error('stopped');
    });
    expect(() => moveFileForward(db, stopping)).toThrow('stopped');
    expect([format(), tables()]).toEqual([1, []]);
    moveFileForward(
      db,
      stepsTelling(() => {}),
    );
    expect([format(), tables()]).toEqual([3, ['_dt_first', '_dt_second']]);
  },
);

test('a file of a newer version is refused, with what to do', () => {
  db.exec(`PRAGMA user_version = ${newestFormat() + 1}`);
  try {
    requireKnownFormat(db);
    expect.unreachable();
  } catch (error) {
    expect(Failure.is(error, 'store.newer') && error.message).toContain('Update DeltaTrain to open it.');
  }
});
