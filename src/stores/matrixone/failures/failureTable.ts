/** What a MatrixOne server says of a statement, row by row: its number and words, and the failure they stand for. */
import { later, say } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { type FailureRow, group, type Make, rows, unsupported } from './failureRow.ts';
import { permissionFailure } from './permission.ts';

const tableUnknown: Make = (found) => new Failure('table.unknown', { table: group(found, 1) });
const tableExists: Make = (found) => new Failure('table.exists', { table: group(found, 1) });
const databaseUnknown: Make = (found) => new Failure('database.unknown', { database: group(found, 1) });
const databaseExists: Make = (found) => new Failure('database.exists', { database: group(found, 1) });
const columnUnknown: Make = (found, { table }) =>
  new Failure('column.unknown', { column: group(found, 1), table: found[2] ?? table ?? say('The statement') });
const snapshotUnknown: Make = (found, { table }) =>
  new Failure('version.unknown', { snapshot: group(found, 1), ...(table !== undefined && { table }) });
const snapshotExists: Make = (found) => new Failure('version.exists', { snapshot: group(found, 1) });
const wrongLevel: Make = (found, { snapshot }) =>
  new Failure('version.level', { snapshot: snapshot ?? null, detail: found[0] });
const otherAccount: Make = (found) => new Failure('version.otherAccount', { detail: found[0] });
const system: Make = (found) => new Failure('version.system', { what: group(found, 1) });
const uncovered: Make = (found, { snapshot }) =>
  new Failure('version.uncovered', { snapshot: found[2] ?? snapshot ?? null, what: group(found, 1) });
const badTime: Make = (found) => new Failure('version.badTime', { detail: found[0] });
const impossible =
  (detail: string, ...parts: readonly string[]): Make =>
  (_, { table }) =>
    new Failure('delta.impossible', { table: table ?? null, detail: say(detail, ...parts) });
const schemaChanged: Make = (found, { table }) =>
  new Failure('delta.schemaChanged', { table: table ?? say('the table'), detail: found[0] });
const writeConflict: Make = (_, { table }) =>
  new Failure('row.conflict', {
    table: table ?? say('The statement'),
    detail: say('somebody else wrote to the same rows meanwhile. Nothing was changed; run it again.'),
  });
const referenced: Make = (found) =>
  new Failure('restore.referenced', { table: group(found, 1), by: say('other tables') });
const quota: Make = (found) => new Failure('version.quota', { detail: found[0] });
const noDataBranchType = impossible(later('a column has a type that DATA BRANCH cannot handle'));

const invalidInput: Make = (_, { sql, snapshot }) => {
  const name =
    snapshot ?? /\b(?:snapshot|pitr)\s+(?:if\s+not\s+exists\s+)?`?([^`\s]+(?: [^`]*(?=`))?)`?/i.exec(sql)?.[1];
  if (name === undefined) return new Failure('sql.failed', { message: say('invalid input (MatrixOne error 20101).') });
  return new Failure('version.badName', { snapshot: name });
};

const wrongTarget: Make = (found, { snapshot, table }) => {
  const [wanted, of] = [group(found, 1), group(found, 2)];
  // For another database's table the server names the same table twice.
  return new Failure('version.otherTable', {
    snapshot: snapshot ?? null,
    of: wanted === of ? say('{0} in another database', of) : of,
    wanted: table ?? wanted,
  });
};

const duplicate: Make = (found, { table, snapshot }) => {
  if (group(found, 2) === 'sname') return new Failure('version.exists', { snapshot: snapshot ?? group(found, 1) });
  const detail = say(
    'a row with the same {0} ({1}) exists already. Nothing was changed.',
    group(found, 2),
    group(found, 1),
  );
  return new Failure('row.conflict', { table: table ?? say('The statement'), detail });
};

const badValue = (column: string, value: string, reason: string): Failure =>
  new Failure('value.refused', { column, value, reason });

const syntax: Make = (found, { sql }) => {
  const near = found[2];
  if (/^\s*restore\b/i.test(sql) && near !== undefined && /^\s*(?:snapshot\b|\{)/i.test(near))
    return new Failure('sql.unsupported', {
      what: say('This form of RESTORE'),
      hint: say(
        'MatrixOne 4.0 and newer take RESTORE … {SNAPSHOT = name}, older releases RESTORE … FROM SNAPSHOT name.',
      ),
    });
  return new Failure('sql.syntax', { message: group(found, 1), ...(near !== undefined && { near }) });
};

const snapshotRows: readonly FailureRow[] = [
  ...rows(
    null,
    [
      /find 0 snapshot records by name\((.*)\), expect only 1/i,
      /snapshot '(.*)' not found/i,
      /^snapshot (\S+) does not exist/i,
    ],
    snapshotUnknown,
  ),
  { errno: null, pattern: /^snapshot (\S+) already exists/i, failure: snapshotExists },
  { errno: 1062, pattern: /Duplicate entry '(.*)' for key '(.*)'/is, failure: duplicate },
  { errno: 20101, pattern: /^invalid input$/i, failure: invalidInput },
  {
    errno: 20301,
    pattern: /^(?:invalid input: )?snapshot name .*invalid|^invalid snapshot name/i,
    failure: invalidInput,
  },
  ...rows(
    null,
    [/can not create (?:snapshot|pitr) for system (?:database|table) (\S+)/i, /can't restore db: (\S+)/i],
    system,
  ),
  ...rows(
    null,
    [
      /only sys tenant can (?:create|restore) .*/i,
      /non-sys account can't restore .*/i,
      /accountName\(.*\) does not match snapshot\.accountName\(.*\)/i,
      /can't restore \w+ from other account's snapshot/i,
    ],
    otherAccount,
  ),
  ...rows(
    null,
    [/can't restore .* from .* level snapshot/i, /snapshot \S+ is not cluster level snapshot/i],
    wrongLevel,
  ),
  {
    errno: null,
    pattern: /(?:table|database)Name\((.*)\) does not match snapshot\.(?:table|database)Name\((.*)\)/i,
    failure: wrongTarget,
  },
  { errno: null, pattern: /^table (\S+) not exists at snapshot (\S+)/i, failure: uncovered },
  {
    errno: null,
    pattern: /(?:table|database)-level snapshot\(.*?\) does not belong to the (?:table|database)\((.*)\)/i,
    failure: uncovered,
  },
  ...rows(null, [/cannot list (databases)/i, /cannot read (database-wide metadata)/i], uncovered),
  {
    errno: 20203,
    pattern: /invalid timestamp value, no corresponding snapshot *(?:, bad value (.*))?/i,
    failure: (found) => new Failure('version.tooOld', { time: found[1] ?? null }),
  },
  ...rows(null, [/invalid input expr.*/i, /invalid debug timestamp string.*/i, /invalid timestamp hint/i], badTime),
  ...rows(
    null,
    [/feature \w+ with scope.*has reached the limit of \d+/i, /feature \w+.* has disabled for account .*/i],
    quota,
  ),
  {
    errno: null,
    pattern: /snapshot "(.*)" is managed by data branch/i,
    failure: (found) => new Failure('version.managed', { snapshot: group(found, 1) }),
  },
  {
    errno: null,
    pattern: /^account (\S+) does not exist/i,
    failure: (found) => new Failure('account.unknown', { account: group(found, 1) }),
  },
];

const branchRows: readonly FailureRow[] = [
  {
    errno: 20301,
    pattern: /column 'lca\.(.*)' does not exist/i,
    failure: (found, { table }) =>
      new Failure('delta.schemaChanged', {
        table: table ?? say('the table'),
        detail: say('the column {0} has another name now', group(found, 1)),
      }),
  },
  {
    errno: 20101,
    pattern: /cannot find database \d+ \(.*\) created_time at snapshot/i,
    failure: impossible(
      later('its database was restored or dropped since the snapshot, and with it what DATA BRANCH knew of the table'),
    ),
  },
  ...rows(
    null,
    [
      /the target table schema is not equivalent to the base table/i,
      /schema compatibility check: .*/i,
      /base column '.*' is not present in target schema/i,
      /target primary key columns \(.*\) do not match base.*/i,
      /target-only columns require an explicit primary key/i,
    ],
    schemaChanged,
  ),
  {
    errno: null,
    pattern: /conflict: (\S+) \w+ and (\S+) \w+ on pk\((.*)\) with different values/i,
    failure: (found) =>
      new Failure('branch.conflict', { source: group(found, 1), target: group(found, 2), key: group(found, 3) }),
  },
  {
    errno: 20105,
    pattern: /DATA BRANCH PICK requires a table with a primary key/i,
    failure: (_, { table }) => new Failure('table.noKey', { table: table ?? say('The table') }),
  },
  {
    errno: null,
    pattern: /DIFF COLUMNS is not supported with OUTPUT FILE/i,
    failure: unsupported(later('COLUMNS with OUTPUT FILE'), later('Leave one of them out.')),
  },
  {
    errno: 20105,
    pattern: /DATA BRANCH DIFF OUTPUT AS/i,
    failure: unsupported('OUTPUT AS', later('It takes MatrixOne 4.2.0 or newer; read the rows instead.')),
  },
  {
    errno: null,
    pattern: /(\S+) is not BASE TABLE/i,
    failure: (found) =>
      new Failure('sql.unsupported', {
        what: say('Cloning {0}, which is no ordinary table,', group(found, 1)),
        hint: say('Name a table, not a view or a sequence.'),
      }),
  },
  {
    errno: 1105,
    pattern: /panic .*nil pointer/i,
    failure: impossible(later('it is a view, a sequence or another object that is no ordinary table')),
  },
  ...rows(
    null,
    [
      /panic No Support/i,
      /unexpected byte slice for fixed-width column type/i,
      /formatValIntoString: not support type/i,
    ],
    noDataBranchType,
  ),
  {
    errno: 1105,
    pattern: /^panic (?!not supported in internal sql executor)(.*)/i,
    failure: (found, context) =>
      /^\s*DATA\s+BRANCH\b/i.test(context.sql)
        ? impossible(later('the server broke down over it (panic: {0})'), group(found, 1))(found, context)
        : new Failure('sql.failed', { message: say('The server broke down over the statement ({0}).', found[0]) }),
  },
  {
    errno: 20101,
    pattern: /unsupported mysql type 0/i,
    failure: impossible(later('save_query_result is on (SET save_query_result=off)')),
  },
  {
    errno: 1105,
    pattern: /panic not supported in internal sql executor/i,
    failure: unsupported(
      'CREATE TABLE … AS SELECT at a snapshot',
      later('Use CREATE TABLE … CLONE, or INSERT … SELECT into a table that exists.'),
    ),
  },
  {
    errno: null,
    pattern: /DATA BRANCH DELETE target (\S+) is not an active branch table/i,
    failure: (found) => new Failure('branch.unknown', { branch: group(found, 1) }),
  },
  {
    errno: 20203,
    pattern: /operator <=>.*GEOMETRY/i,
    failure: unsupported(later('Comparing GEOMETRY with <=>'), later('Compare ST_AsText of both sides.')),
  },
  {
    errno: 20301,
    pattern: /output directory (\S+) (does not exist|is not a directory)/i,
    failure: (found) => fileUnwritable(found),
  },
  { errno: 20301, pattern: /(\S+) is not a directory/i, failure: (found) => fileUnwritable(found) },
];

const fileUnwritable = (found: RegExpExecArray): Failure =>
  new Failure('file.unwritable', {
    file: group(found, 1),
    reason: say('there is no such directory on the server. The path is one of the server, not of this machine.'),
  });

const transactionRows: readonly FailureRow[] = [
  ...rows(
    20101,
    [
      /unclassified statement appears in uncommitted transaction/i,
      /DATA BRANCH \S+ is not supported in (?:explicit )?transactions/i,
    ],
    (_, { sql }) =>
      new Failure('sql.inTransaction', {
        what: /^\s*(\w+(?:\s+\w+)?)/.exec(sql)?.[1]?.toUpperCase() ?? say('The statement'),
      }),
  ),
  {
    errno: 20101,
    pattern: /^statement: '/i,
    failure: unsupported(later('Preparing this statement'), later('Send it as text.')),
  },
  ...rows(
    null,
    [/input timestamp .* is less than the pitr valid time .*/i, /input timestamp .* is bigger than now timestamp .*/i],
    (found) => new Failure('pitr.outside', { detail: found[0] }),
  ),
  ...rows(
    null,
    [/invalid pitr value \S+/i, /invalid pitr unit \S+/i],
    (found) => new Failure('pitr.badRange', { detail: found[0] }),
  ),
  {
    errno: null,
    pattern: /pitr (\S+) does not exist/i,
    failure: (found) => new Failure('pitr.unknown', { pitr: group(found, 1) }),
  },
  ...rows(
    null,
    [/.* already has a pitr.*/i, /pitr \S+ already exists/i],
    (found) => new Failure('pitr.exists', { detail: found[0] }),
  ),
  {
    errno: 20101,
    pattern: /Unknown connection id (\d+)/i,
    failure: (found) => new Failure('session.unknown', { session: group(found, 1) }),
  },
  {
    errno: null,
    pattern: /the system variable does not exist/i,
    failure: unsupported(
      later('A system variable of this statement'),
      later('Check its name; the server does not know it.'),
    ),
  },
  {
    errno: null,
    pattern: /do not have privilege to execute the statement/i,
    failure: (_, context) => permissionFailure(context),
  },
  { errno: 13125, pattern: /max_allowed_packet/i, failure: () => new Failure('sql.tooBig') },
  {
    errno: 20107,
    pattern: /.*/,
    failure: (found, { label }) => new Failure('store.overloaded', { store: label, reason: found[0] }),
  },
  ...[20619, 20628, 20631].map((errno) => ({ errno, pattern: /.*/, failure: writeConflict })),
];

const objectRows: readonly FailureRow[] = [
  ...rows(null, [/can not (?:truncate|drop) table '(.*)' referenced by some foreign key constraint/i], referenced),
  ...rows(1064, [/^table "(.*)" does not exist/i, /^table -(\S+) does not exist/i], tableUnknown),
  ...rows(1064, [/^table "(.*)" already exists/i], tableExists),
  ...rows(1064, [/^database "(.*)" already exists/i], databaseExists),
  ...rows(1146, [/no such table (\S+)/i], tableUnknown),
  ...rows(20101, [/^table (\S+) does not exist/i], tableUnknown),
  ...rows(20101, [/^database (\S+) does not exist/i], databaseUnknown),
  ...rows(1050, [/table (\S+) already exists/i], tableExists),
  ...rows(1007, [/database (\S+) already exists/i], databaseExists),
  ...rows(1008, [/database '([^']*)'/i], databaseUnknown),
  ...rows(1049, [/Unknown database (\S+)/i], databaseUnknown),
  {
    errno: 1046,
    pattern: /No database selected/i,
    failure: (_, { sql }) =>
      /\{\s*(?:mo_ts|timestamp|snapshot|as\s+of)\b/i.test(sql)
        ? new Failure('version.uncovered', { snapshot: null, what: say('the database') })
        : new Failure('usage.wrong', {
            message: say('No database is selected. Write database.table, or USE a database first.'),
          }),
  },
  ...rows(
    20301,
    [/column "(.*)" not found in table "(.*)"/i, /column '(.*)' does not exist/i, /column (\S+) does not exist/i],
    columnUnknown,
  ),
  {
    errno: 1690,
    pattern: /out of range: data type (\S+), value '(.*)'/i,
    failure: (found) =>
      badValue(say('in the statement'), group(found, 2), say('it is outside of what {0} holds', group(found, 1))),
  },
  {
    errno: 3819,
    pattern: /Column '(.*)' cannot be null/i,
    failure: (found) => badValue(group(found, 1), 'NULL', say('the column is NOT NULL')),
  },
  { errno: 3819, pattern: /.*/, failure: (found) => badValue(say('in the statement'), say('given'), found[0]) },
  {
    errno: 20203,
    pattern: /cast to (\S+), bad value (.*)/i,
    failure: (found) => badValue(say('in the statement'), group(found, 2), say('it is no {0}', group(found, 1))),
  },
  { errno: 1064, pattern: /(syntax error at line \d+ column \d+(?: near "(.*)")?)/is, failure: syntax },
  { errno: 1064, pattern: /(.*)/is, failure: syntax },
  { errno: 1105, pattern: /^You have an error in your SQL syntax.*(syntax error at line.*)/i, failure: syntax },
  {
    errno: 20101,
    pattern: /Can't cast '(.*)' to (\S+) type\. (Src length .*)/is,
    failure: (found) =>
      badValue(
        say('in the statement'),
        group(found, 1),
        say('it is longer than its {0} column takes', group(found, 2)),
      ),
  },
];

/** The first row that fits decides. */
export const failureRows: readonly FailureRow[] = [...snapshotRows, ...branchRows, ...transactionRows, ...objectRows];
