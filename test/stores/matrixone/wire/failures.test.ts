// Every kind of error that a MatrixOne server is known to answer, as its number and words were seen, and the failure it becomes.
import { expect, test } from 'vitest';
import { Failure } from '../../../../src/base/failure.ts';
import { failureOf } from '../../../../src/stores/matrixone/failures/failures.ts';

const context = { label: 'here:6001', sql: 'SELECT 1', table: 'd.t', snapshot: 's1' };

const serverError = (errno: number, message: string): Error =>
  Object.assign(new Error(message), { errno, sqlState: 'HY000', fatal: false });

type Case = [errno: number, message: string, code: string, words: string, sql?: string];

const cases: Case[] = [
  [20101, 'internal error: find 0 snapshot records by name(nope), expect only 1', 'version.unknown', '"nope"'],
  [20101, 'internal error: snapshot nope does not exist', 'version.unknown', '"nope"'],
  [20101, "internal error: snapshot 'nope' not found", 'version.unknown', '"nope"'],
  [20101, 'internal error: snapshot e1 already exists', 'version.exists', '"e1"'],
  [1062, "Duplicate entry 'cc3' for key 'sname'", 'version.exists', 'exists already'],
  [20101, 'internal error: invalid input', 'version.badName', 'lower-case'],
  [20101, 'internal error: table err_db.nope does not exist', 'table.unknown', 'err_db.nope'],
  [20101, 'internal error: database nodb does not exist', 'database.unknown', 'nodb'],
  [20101, 'internal error: account nobody does not exist', 'account.unknown', 'nobody'],
  [20101, 'internal error: can not create snapshot for system database mo_catalog', 'version.system', 'mo_catalog'],
  [
    20101,
    'internal error: can not create pitr for system table mo_catalog.mo_tables',
    'version.system',
    'mo_catalog.mo_tables',
  ],
  [20101, "internal error: can't restore db: mo_catalog", 'version.system', 'mo_catalog'],
  [20101, 'internal error: only sys tenant can create cluster level snapshot', 'version.otherAccount', 'only sys'],
  [20101, "internal error: non-sys account can't restore cluster", 'version.otherAccount', 'another account'],
  [
    20101,
    'internal error: accountName(a) does not match snapshot.accountName(b)',
    'version.otherAccount',
    'another account',
  ],
  [
    20101,
    "internal error: can't restore table from other account's snapshot",
    'version.otherAccount',
    'another account',
  ],
  [20101, "internal error: can't restore db from table level snapshot", 'version.level', 'wrong level'],
  [20101, "internal error: can't restore account from db or table level snapshot", 'version.level', 'wrong level'],
  [20101, 'internal error: snapshot e1 is not cluster level snapshot', 'version.level', 'wrong level'],
  [
    20101,
    'internal error: tableName(t2) does not match snapshot.tableName(t)',
    'version.otherTable',
    'is of t, not of d.t',
  ],
  [
    20101,
    'internal error: tableName(t) does not match snapshot.tableName(t)',
    'version.otherTable',
    't in another database',
  ],
  [20101, 'internal error: databaseName(x) does not match snapshot.databaseName(y)', 'version.otherTable', 'is of y'],
  [20301, "invalid input: column 'lca.bb' does not exist", 'delta.schemaChanged', 'bb has another name'],
  [
    20101,
    'internal error: cannot find database 272515 (life_db) created_time at snapshot 17-0',
    'delta.impossible',
    'restored or dropped',
  ],
  [1064, 'SQL parser error: table "late" does not exist', 'table.unknown', 'late'],
  [1064, 'SQL parser error: table -late does not exist', 'table.unknown', '"late"'],
  [1146, 'no such table err_db.late', 'table.unknown', 'err_db.late'],
  [20301, 'invalid input: column nocol does not exist', 'column.unknown', 'nocol'],
  [20301, 'invalid input: column "nope" not found in table "t"', 'column.unknown', 't has no column "nope"'],
  [1049, 'Unknown database nodb', 'database.unknown', 'nodb'],
  [1046, 'No database selected', 'version.uncovered', 'database', 'SELECT * FROM t{MO_TS=1}'],
  [1046, 'No database selected', 'usage.wrong', 'USE', 'SELECT * FROM t'],
  [20101, 'internal error: table late not exists at snapshot edb', 'version.uncovered', '"edb" does not hold late'],
  [20101, 'internal error: table-level snapshot(s) does not belong to the table(db-t)', 'version.uncovered', 'db-t'],
  [
    20101,
    'internal error: database-level snapshot(s) does not belong to the database(d)',
    'version.uncovered',
    'does not hold d',
  ],
  [20101, 'internal error: cannot list databases', 'version.uncovered', 'databases'],
  [
    20203,
    'invalid argument invalid timestamp value, no corresponding snapshot , bad value 2001-01-01 00:00:00',
    'version.tooOld',
    '2001-01-01',
  ],
  [20203, 'invalid argument invalid input expr , bad value 9999999999999999999', 'version.badTime', 'nanoseconds'],
  [20301, 'invalid input: invalid debug timestamp string: 1795457975562006828', 'version.badTime', 'nanoseconds'],
  [1064, 'SQL parser error: invalid timestamp hint', 'version.badTime', 'nanoseconds'],
  [
    20101,
    'internal error: feature SNAPSHOT with scope table has reached the limit of 50',
    'version.quota',
    'limit of 50',
  ],
  [20101, 'internal error: feature BRANCH with scope  has reached the limit of 50', 'version.quota', 'Delete some'],
  [20101, 'internal error: feature SNAPSHOT has disabled for account X', 'version.quota', 'disabled'],
  [
    20101,
    'internal error: snapshot "__mo_branch_1" is managed by data branch and cannot be dropped directly',
    'version.managed',
    'Delete the branch',
  ],
  [
    20101,
    'internal error: do not have privilege to execute the statement',
    'permission.missing',
    'accountadmin',
    'CREATE SNAPSHOT a FOR ACCOUNT',
  ],
  [
    20101,
    'internal error: do not have privilege to execute the statement',
    'permission.missing',
    'still be typed',
    'SHOW SNAPSHOTS',
  ],
  [
    20101,
    'internal error: do not have privilege to execute the statement',
    'permission.missing',
    'SELECT on both',
    'DATA BRANCH DIFF a AGAINST b',
  ],
  [
    20101,
    'internal error: do not have privilege to execute the statement',
    'permission.missing',
    'RESTORE',
    'SELECT * FROM d.t',
  ],
  [20101, 'internal error: the target table schema is not equivalent to the base table.', 'delta.schemaChanged', 'd.t'],
  [20101, 'internal error: schema compatibility check: different types', 'delta.schemaChanged', 'different types'],
  [20101, "internal error: base column 'b' is not present in target schema", 'delta.schemaChanged', "'b'"],
  [20101, 'internal error: target-only columns require an explicit primary key', 'delta.schemaChanged', 'primary key'],
  [
    20101,
    'internal error: conflict: dev DELETE and main_t DELETE on pk(2) with different values',
    'branch.conflict',
    'key 2',
  ],
  [20105, 'not supported: DATA BRANCH PICK requires a table with a primary key', 'table.noKey', 'no primary key'],
  [20105, 'not supported: DATA BRANCH DIFF COLUMNS is not supported with OUTPUT FILE', 'sql.unsupported', 'COLUMNS'],
  [20105, 'not supported: DATA BRANCH DIFF OUTPUT AS', 'sql.unsupported', '4.2.0'],
  [20101, 'internal error: err_db.v is not BASE TABLE', 'sql.unsupported', 'err_db.v'],
  [
    1105,
    'internal error: panic runtime error: invalid memory address or nil pointer dereference: \n goroutine 1\n stack',
    'delta.impossible',
    'no ordinary table',
  ],
  [1105, 'internal error: panic No Support: \nstack', 'delta.impossible', 'type'],
  [
    1105,
    'internal error: panic not implemented: \nstack',
    'delta.impossible',
    'broke down over it (panic: not implemented',
    'DATA BRANCH DIFF t AGAINST t{SNAPSHOT=1}',
  ],
  [1105, 'internal error: panic not implemented: \nstack', 'sql.failed', 'broke down over the statement', 'SELECT 1'],
  [20101, 'internal error: unexpected byte slice for fixed-width column type YEAR', 'delta.impossible', 'SQL'],
  [20105, 'not supported: formatValIntoString: not support type UUID', 'delta.impossible', 'SQL'],
  [20101, 'internal error: unsupported mysql type 0', 'delta.impossible', 'save_query_result'],
  [1105, 'internal error: panic not supported in internal sql executor: \nstack', 'sql.unsupported', 'CLONE'],
  [20301, 'invalid input: output directory /no/such/dir does not exist', 'file.unwritable', '/no/such/dir'],
  [
    20101,
    'internal error: DATA BRANCH DELETE target err_db.t is not an active branch table',
    'branch.unknown',
    'DROP TABLE',
  ],
  [
    20101,
    'internal error: unclassified statement appears in uncommitted transaction',
    'sql.inTransaction',
    'CREATE SNAPSHOT cannot run',
    'create snapshot x for account',
  ],
  [20101, 'internal error: DATA BRANCH PICK is not supported in explicit transactions', 'sql.inTransaction', 'Commit'],
  [20101, "internal error: statement: 'drop snapshot tx1'", 'sql.unsupported', 'as text'],
  [
    20101,
    'internal error: input timestamp 2020-01-01 00:00:00 is less than the pitr valid time 2026-11-23 18:32:11',
    'pitr.outside',
    '2020-01-01',
  ],
  [
    20101,
    'internal error: input timestamp 2099-01-01 00:00:00 is bigger than now timestamp 2026-11-23 18:32:14',
    'pitr.outside',
    'inside it',
  ],
  [20101, 'internal error: invalid pitr value 0', 'pitr.badRange', '1 to 100'],
  [20101, 'internal error: invalid pitr unit w', 'pitr.badRange', 'unit w'],
  [20101, 'internal error: pitr nope does not exist', 'pitr.unknown', 'nope'],
  [20101, 'internal error: table t already has a pitr', 'pitr.exists', 'already'],
  [1105, 'context canceled', 'sql.failed', 'Somebody stopped'],
  [20101, 'internal error: Unknown connection id 999999', 'session.unknown', '999999'],
  [20101, 'internal error: the system variable does not exist', 'sql.unsupported', 'name'],
  [
    1064,
    'SQL parser error: You have an error in your SQL syntax; check the manual. syntax error at line 1 column 36 near ".t";',
    'sql.syntax',
    'line 1 column 36',
  ],
  [
    1064,
    'SQL parser error: You have an error in your SQL syntax; syntax error at line 1 column 35 near " SNAPSHOT s";',
    'sql.unsupported',
    'FROM SNAPSHOT',
    'RESTORE TABLE d.t FROM SNAPSHOT s',
  ],
  [1050, 'table t already exists', 'table.exists', '"t"'],
  [1007, 'database err_db already exists', 'database.exists', 'err_db'],
  [1008, "Can't drop database 'nodb'; database doesn't exist", 'database.unknown', 'no database "nodb".'],
  [1062, "Duplicate entry '1' for key 'id'", 'row.conflict', 'same id (1)'],
  [20619, 'internal error: w-w conflict', 'row.conflict', 'run it again'],
  [20631, 'txn need retry in rc mode', 'row.conflict', 'run it again'],
  [20203, 'invalid argument cast to int, bad value x', 'value.refused', 'it is no int'],
  [1690, "data out of range: data type int32, value '99999999999'", 'value.refused', 'int32'],
  [3819, "constraint violation: Column 'id' cannot be null", 'value.refused', 'NOT NULL'],
  [13125, "Got a packet bigger than 'max_allowed_packet' bytes", 'sql.tooBig', 'in parts'],
  [20107, 'internal error: memory pool is full', 'store.overloaded', 'no memory'],
  [
    20101,
    "internal error: can not truncate table 'parent' referenced by some foreign key constraint",
    'restore.referenced',
    'parent',
  ],
  [
    20101,
    "internal error: Can't cast 'after restore' to VARCHAR type. Src length 13 is larger than Dest length 10",
    'value.refused',
    'longer than its VARCHAR',
  ],
  [
    1105,
    'You have an error in your SQL syntax; check the manual. syntax error at line 1 column 20 near "x";',
    'sql.syntax',
    'line 1 column 20',
  ],
  [20203, 'invalid argument operator <=>, bad value [GEOMETRY GEOMETRY]', 'sql.unsupported', 'ST_AsText'],
  [20999, 'internal error: something new', 'sql.failed', 'something new (MatrixOne error 20999)'],
];

test.each<Case>(cases)('%i %s', (errno, message, code, words, sql) => {
  const failure = failureOf(serverError(errno, message), { ...context, sql: sql ?? context.sql });
  expect(failure).toBeInstanceOf(Failure);
  const { code: found, message: sentence } = failure as Failure;
  expect([found, sentence]).toEqual([code, expect.stringContaining(words)]);
  // The first line alone: a stack of the server is nobody's business.
  expect(sentence).not.toContain('stack');
});

test('letters of either case are the same error', () => {
  expect(failureOf(serverError(20101, 'INTERNAL ERROR: SNAPSHOT e1 ALREADY EXISTS'), context)).toMatchObject({
    code: 'version.exists',
  });
});

test('a bug stays a bug, a failure the failure it was, and a lost connection says that the statement may have run', () => {
  const bug = new TypeError('bug');
  expect(failureOf(bug, context)).toBe(bug);
  const failure = new Failure('cancelled');
  expect(failureOf(failure, context)).toBe(failure);
  const lost = Object.assign(new Error('read ECONNRESET'), { errno: -104, code: 'ECONNRESET' });
  expect(failureOf(lost, context)).toMatchObject({ code: 'store.disconnected', data: { mayHaveRun: true } });
});

test('input that is called invalid is a snapshot name only where one was written', () => {
  const error = serverError(20101, 'internal error: invalid input');
  expect(failureOf(error, { label: 'here:6001', sql: 'SELECT 1' })).toMatchObject({ code: 'sql.failed' });
  expect(failureOf(error, { label: 'here:6001', sql: 'CREATE SNAPSHOT `A b` FOR CLUSTER' })).toMatchObject({
    code: 'version.badName',
    data: { snapshot: 'A b' },
  });
});

test.each(['a ', "'a' ", 'table d.', '(', 'value 1 '])(
  'a message of 4 MB (%j again and again) is read at once',
  (piece) => {
    const error = failureOf(serverError(20101, `internal error: ${piece.repeat(4_000_000 / piece.length)}`), context);
    expect(Failure.is(error, 'sql.failed')).toBe(true);
    expect((error as Failure).message.length).toBeLessThan(5_000);
  },
);
