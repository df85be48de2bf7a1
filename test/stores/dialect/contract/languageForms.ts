/** The forms of git-for-data statements, by kind, each as it is asked of a server and of ours: docs/language.md shows them. */
import type { DocumentedKind } from '../../../../src/git4data/statements.ts';
import type { Form } from './form.ts';

/** What every one of them finds: a snapshot, and a row inserted, one updated and one deleted since. */
export const languageTables: readonly string[] = [
  'CREATE TABLE samples (id INT PRIMARY KEY, label VARCHAR(10), v INT)',
  "INSERT INTO samples VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', 30)",
  'CREATE SNAPSHOT samples_v1 FOR TABLE shop samples',
  "UPDATE samples SET label = 'z' WHERE id = 1",
  'DELETE FROM samples WHERE id = 2',
  "INSERT INTO samples VALUES (4, 'd', 40)",
];

const at = (name: string): string => `SELECT id, label FROM samples {SNAPSHOT = '${name}'} ORDER BY id`;
const now = 'SELECT id, label FROM samples ORDER BY id';
const since = (rest: string): readonly string[] => [
  `DATA BRANCH DIFF samples AGAINST samples {SNAPSHOT = 'samples_v1'}${rest}`,
];
const branched = 'DATA BRANCH CREATE TABLE review FROM samples';
const conflicting: readonly string[] = [
  branched,
  "UPDATE review SET label = 'r' WHERE id = 1",
  "UPDATE samples SET label = 's' WHERE id = 1",
];

export const languageForms: Readonly<Record<DocumentedKind | 'hints', readonly Form[]>> = {
  createSnapshot: [
    {
      form: 'FOR TABLE database table',
      rule: 'the table as it is now',
      ask: ['CREATE SNAPSHOT samples_v2 FOR TABLE shop samples', at('samples_v2')],
    },
    {
      form: 'FOR DATABASE database',
      rule: 'all of its tables',
      ask: ['CREATE SNAPSHOT shop_v1 FOR DATABASE shop', at('shop_v1')],
    },
    {
      form: 'IF NOT EXISTS',
      rule: 'nothing where the name is taken',
      ask: ['CREATE SNAPSHOT IF NOT EXISTS samples_v1 FOR TABLE shop samples', at('samples_v1')],
    },
    {
      form: 'a name that is taken',
      rule: 'an error',
      ask: ['CREATE SNAPSHOT samples_v1 FOR TABLE shop samples'],
      is: 'refused',
    },
    {
      form: 'of a table that is not there',
      rule: 'an error',
      ask: ['CREATE SNAPSHOT s FOR TABLE shop nothing'],
      is: 'refused',
    },
    { form: 'FOR ACCOUNT', rule: 'MatrixOne only', ask: ['CREATE SNAPSHOT all_v1 FOR ACCOUNT'], is: 'refused' },
    {
      form: 'FOR CLUSTER',
      rule: 'MatrixOne only, as its administrator',
      ask: ['CREATE SNAPSHOT all_v1 FOR CLUSTER'],
      is: 'refused',
    },
  ],
  dropSnapshot: [
    {
      form: 'DROP SNAPSHOT name',
      rule: 'it cannot be read behind it',
      ask: ['DROP SNAPSHOT samples_v1', at('samples_v1')],
      is: 'refused',
    },
    { form: 'IF EXISTS', rule: 'nothing where there is none', ask: ['DROP SNAPSHOT IF EXISTS nothing'] },
    { form: 'of one that is not there', rule: 'an error', ask: ['DROP SNAPSHOT nothing'], is: 'refused' },
  ],
  showSnapshots: [
    { form: 'SHOW SNAPSHOTS', rule: 'newest first', ask: ['SHOW SNAPSHOTS'] },
    {
      form: 'WHERE',
      rule: 'MatrixOne only',
      ask: ["SHOW SNAPSHOTS WHERE SNAPSHOT_NAME = 'samples_v1'"],
      is: 'refused',
    },
  ],
  diff: [
    { form: 'rows', rule: 'of an update the new row', ask: since('') },
    { form: 'COLUMNS (…)', rule: 'these alone', ask: since(' COLUMNS (id, v)') },
    { form: 'OUTPUT SUMMARY', rule: 'how many of each', ask: since(' OUTPUT SUMMARY') },
    { form: 'OUTPUT COUNT', rule: 'how many rows', ask: since(' OUTPUT COUNT') },
    {
      form: 'OUTPUT LIMIT n',
      rule: 'some of them: 4.1.4 as they come, here by key',
      ask: [...since(' OUTPUT LIMIT 3')],
    },
    {
      form: 'between two snapshots',
      rule: 'the newer one stands first',
      ask: [
        'CREATE SNAPSHOT samples_v2 FOR TABLE shop samples',
        "DATA BRANCH DIFF samples {SNAPSHOT = 'samples_v2'} AGAINST samples {SNAPSHOT = 'samples_v1'} OUTPUT COUNT",
      ],
    },
    {
      form: 'OUTPUT FILE',
      rule: 'statements that make the older side the newer one, in a folder that is there',
      ask: since(" OUTPUT FILE '/nowhere/at/all'"),
      is: 'refused',
    },
    {
      form: 'OUTPUT AS',
      rule: 'a table of the rows; on MatrixOne from 4.2 on',
      ask: [...since(' OUTPUT AS shop.changes'), 'SELECT __mo_diff_flag, id FROM changes ORDER BY id'],
      is: 'own',
      why: '4.1.4 has no OUTPUT AS yet',
    },
    {
      form: 'DIFF branch AGAINST table',
      rule: 'what became of each since the branch was made; what both did alike is left out',
      ask: [
        branched,
        "INSERT INTO review VALUES (9, 'n', 90)",
        "UPDATE samples SET label = 'y' WHERE id = 1",
        'DATA BRANCH DIFF review AGAINST samples',
      ],
    },
    {
      form: 'DIFF of two tables OUTPUT SUMMARY',
      rule: 'the same, counted for each',
      ask: [
        branched,
        'DELETE FROM review WHERE id = 3',
        "UPDATE samples SET label = 'y' WHERE id IN (1, 3)",
        'DATA BRANCH DIFF review AGAINST samples OUTPUT SUMMARY',
      ],
    },
    {
      form: 'DIFF of tables that never were one',
      rule: 'every row that only one of them has was inserted there',
      ask: [
        'CREATE TABLE copied CLONE samples',
        'DELETE FROM copied WHERE id = 3',
        'DATA BRANCH DIFF copied AGAINST samples',
      ],
    },
  ],
  restore: [
    {
      form: 'TABLE',
      rule: 'as it was; here with a safety snapshot',
      ask: ["RESTORE TABLE shop.samples {SNAPSHOT = 'samples_v1'}", now],
    },
    {
      form: 'DATABASE',
      rule: 'all of its tables; those made since go',
      ask: [
        'CREATE SNAPSHOT shop_v1 FOR DATABASE shop',
        'DELETE FROM samples',
        "RESTORE DATABASE shop {SNAPSHOT = 'shop_v1'}",
        now,
      ],
    },
    {
      form: 'FROM SNAPSHOT',
      rule: 'the form of servers before 4.1.2',
      ask: ['RESTORE ACCOUNT sys DATABASE shop TABLE samples FROM SNAPSHOT samples_v1', now],
      is: 'own',
      why: 'read here as well, so that older files run',
    },
    {
      form: 'from one that is not there',
      rule: 'an error',
      ask: ["RESTORE TABLE shop.samples {SNAPSHOT = 'nothing'}"],
      is: 'refused',
    },
  ],
  branch: [
    {
      form: 'CREATE TABLE branch FROM table',
      rule: 'a table of its own that knows where it parted',
      ask: [branched, 'SELECT COUNT(*) FROM review'],
    },
    {
      form: 'CREATE TABLE branch FROM table {SNAPSHOT}',
      rule: 'as the table was',
      ask: [
        "DATA BRANCH CREATE TABLE review FROM samples {SNAPSHOT = 'samples_v1'}",
        'SELECT id, label FROM review ORDER BY id',
      ],
    },
    {
      form: 'CREATE DATABASE branch FROM database',
      rule: 'a branch of each of its tables',
      ask: ['DATA BRANCH CREATE DATABASE shop2 FROM shop', 'SELECT COUNT(*) FROM shop2.samples'],
    },
    {
      form: 'a name that is taken',
      rule: 'an error',
      ask: ['DATA BRANCH CREATE TABLE samples FROM samples'],
      is: 'refused',
    },
    {
      form: 'MERGE branch INTO table',
      rule: 'what changed in the branch, and nothing else',
      ask: [
        branched,
        "INSERT INTO review VALUES (9, 'n', 90)",
        'DATA BRANCH MERGE review INTO samples',
        'SELECT COUNT(*) FROM samples',
      ],
    },
    {
      form: 'a row that both changed',
      rule: 'a conflict: nothing is merged',
      ask: [...conflicting, 'DATA BRANCH MERGE review INTO samples'],
      is: 'refused',
    },
    {
      form: 'WHEN CONFLICT SKIP',
      rule: "the table's row stays",
      ask: [...conflicting, 'DATA BRANCH MERGE review INTO samples WHEN CONFLICT SKIP', now],
    },
    {
      form: 'WHEN CONFLICT ACCEPT',
      rule: "the branch's row is taken",
      ask: [...conflicting, 'DATA BRANCH MERGE review INTO samples WHEN CONFLICT ACCEPT', now],
    },
    {
      form: 'changed alike on both sides',
      rule: 'no conflict',
      ask: [
        branched,
        'DELETE FROM review WHERE id = 3',
        'DELETE FROM samples WHERE id = 3',
        'DATA BRANCH MERGE review INTO samples',
        now,
      ],
      is: 'own',
      why: '4.1.4 takes a row that both deleted for a conflict',
    },
    {
      form: 'into a table whose columns changed',
      rule: 'refused by name',
      ask: [branched, 'ALTER TABLE samples ADD COLUMN more INT', 'DATA BRANCH MERGE review INTO samples'],
      is: 'refused',
    },
    {
      form: 'PICK branch INTO table KEYS (…)',
      rule: 'the change of these keys alone',
      ask: [
        branched,
        "INSERT INTO review VALUES (8, 'n', 80), (9, 'n', 90)",
        'DATA BRANCH PICK review INTO samples KEYS (9)',
        'SELECT COUNT(*) FROM samples',
      ],
    },
    {
      form: 'PICK … KEYS (SELECT …)',
      rule: 'of the keys that a query gives',
      ask: [
        branched,
        "INSERT INTO review VALUES (8, 'n', 80), (9, 'n', 90)",
        'DATA BRANCH PICK review INTO samples KEYS (SELECT id FROM review WHERE id > 8)',
        'SELECT id FROM samples ORDER BY id',
      ],
    },
    {
      form: 'PICK … BETWEEN SNAPSHOT a AND b',
      rule: 'what changed in the branch between the two',
      ask: [
        branched,
        "INSERT INTO review VALUES (8, 'n', 80)",
        'CREATE SNAPSHOT review_a FOR TABLE shop review',
        "INSERT INTO review VALUES (9, 'n', 90)",
        'CREATE SNAPSHOT review_b FOR TABLE shop review',
        'DATA BRANCH PICK review INTO samples BETWEEN SNAPSHOT review_a AND review_b',
        'SELECT id FROM samples ORDER BY id',
      ],
    },
    {
      form: 'DELETE TABLE branch',
      rule: 'the branch is dropped',
      ask: [branched, 'DATA BRANCH DELETE TABLE shop.review', 'SELECT COUNT(*) FROM samples'],
    },
    {
      form: 'DELETE of a table that is no branch',
      rule: 'an error',
      ask: ['DATA BRANCH DELETE TABLE shop.samples'],
      is: 'refused',
    },
  ],
  clone: [
    {
      form: 'CLONE table',
      rule: 'its columns, key and rows',
      ask: ['CREATE TABLE copied CLONE samples', 'SELECT id, label FROM copied ORDER BY id'],
    },
    {
      form: 'CLONE table {SNAPSHOT}',
      rule: 'as they were',
      ask: ["CREATE TABLE copied CLONE samples {SNAPSHOT = 'samples_v1'}", 'SELECT id, label FROM copied ORDER BY id'],
    },
  ],
  pitr: [
    {
      form: 'CREATE PITR',
      rule: 'MatrixOne only',
      ask: ["CREATE PITR hourly FOR DATABASE shop RANGE 1 'h'"],
      is: 'refused',
    },
    {
      form: 'RESTORE … FROM PITR',
      rule: 'MatrixOne only; of a moment within it',
      ask: [
        "CREATE PITR hourly FOR DATABASE shop RANGE 1 'h'",
        'RESTORE DATABASE shop FROM PITR hourly "2001-01-01 00:00:00"',
      ],
      is: 'refused',
    },
  ],
  hints: [
    { form: "{SNAPSHOT = 'name'}", rule: 'behind any table that is read', ask: [at('samples_v1')] },
    {
      form: 'two tables at one time',
      rule: 'joined',
      ask: [
        "SELECT a.id, b.label FROM samples {SNAPSHOT = 'samples_v1'} a JOIN samples {SNAPSHOT = 'samples_v1'} b ON a.id = b.id ORDER BY 1",
      ],
    },
    { form: 'a name that is none', rule: 'an error', ask: [at('nothing')], is: 'refused' },
    {
      form: '{TIMESTAMP = …}',
      rule: 'MatrixOne only',
      ask: ["SELECT COUNT(*) FROM samples {TIMESTAMP = '2001-01-01 00:00:00'}"],
      is: 'refused',
    },
    { form: '{MO_TS = …}', rule: 'MatrixOne only', ask: ['SELECT COUNT(*) FROM samples {MO_TS = 1}'], is: 'refused' },
  ],
};
