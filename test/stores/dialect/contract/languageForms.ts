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
      rule: 'MatrixOne only: export the delta here',
      ask: since(" OUTPUT FILE '/nowhere/at/all'"),
      is: 'refused',
    },
    { form: 'OUTPUT AS', rule: 'MatrixOne only, from 4.2 on', ask: since(' OUTPUT AS shop.changes'), is: 'refused' },
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
      rule: 'MatrixOne only',
      ask: [branched, 'SELECT COUNT(*) FROM review'],
      is: 'refused',
    },
    {
      form: 'MERGE branch INTO table',
      rule: 'MatrixOne only',
      ask: [
        branched,
        "INSERT INTO review VALUES (9, 'n', 90)",
        'DATA BRANCH MERGE review INTO samples',
        'SELECT COUNT(*) FROM samples',
      ],
      is: 'refused',
    },
    {
      form: 'PICK branch INTO table KEYS (…)',
      rule: 'MatrixOne only',
      ask: [
        branched,
        "INSERT INTO review VALUES (8, 'n', 80), (9, 'n', 90)",
        'DATA BRANCH PICK review INTO samples KEYS (9)',
        'SELECT COUNT(*) FROM samples',
      ],
      is: 'refused',
    },
    {
      form: 'DELETE TABLE branch',
      rule: 'MatrixOne only',
      ask: [branched, 'DATA BRANCH DELETE TABLE shop.review'],
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
