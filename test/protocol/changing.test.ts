// Which calls of an engine change data, and what they are called when nobody hears their end.
import { expect, test } from 'vitest';
import { Failure, mayHaveRun } from '../../src/base/failure.ts';
import { changeOf } from '../../src/protocol/changing.ts';
import { lostUnder } from '../../src/protocol/engineStore.ts';

test.each([
  [
    'restore/run',
    { preview: {}, safetyName: 't_before_restore_1' },
    'the RESTORE (behind the safety snapshot t_before_restore_1)',
  ],
  ['table/import', { file: 'a.csv', safetySnapshot: null }, 'the import'],
  ['snapshot/create', { name: 's' }, 'the CREATE SNAPSHOT s'],
  ['snapshot/drop', { name: 's' }, 'the DROP SNAPSHOT s'],
  ['store/write', { statements: [] }, 'the change'],
  ['query/run', { sql: 'update t set a = 1' }, 'the UPDATE'],
  ['query/run', { sql: 'COMMIT' }, 'the COMMIT'],
  ['query/run', { sql: 'SELECT 1' }, null],
  ['query/run', { sql: 'SET x = 1' }, null],
  ['rows/read', {}, null],
  ['delta/read', {}, null],
  ['store/tables', { database: 'd' }, null],
])('%s %j: %s', (name, parameter, what) => {
  expect(changeOf(name, parameter)).toBe(what);
});

test('a process that goes away under a change leaves open whether it was done; under a read it does not', () => {
  const ended = new Failure('process.ended', { process: 'engine', reason: 'killed' });
  const changed = lostUnder(ended, 'a.db', 'store/write', { statements: [] });
  expect(mayHaveRun(changed)).toBe(true);
  expect(String(changed)).toContain('the change was under way and may have run. Look before you run it again.');
  const read = lostUnder(ended, 'a.db', 'store/tables', { database: 'd' });
  expect(mayHaveRun(read)).toBe(false);
  expect(lostUnder(new Failure('cancelled'), 'a.db', 'store/write', {})).toMatchObject({ code: 'cancelled' });
});
