/** What can be done to a store with SQLite alone, beyond writing text: objects in the place of ours, beside them, and on them. */

export interface Deed {
  readonly name: string;
  readonly sql: string;
  /** `damaged`: refused at once, with this word. `found`: when it is read. `fine`: other programs may do so. */
  readonly ends: 'damaged' | 'found' | 'fine';
}

const schema = (name: string, sql: string, ends: Deed['ends'] = 'damaged'): Deed => ({
  name,
  sql: `PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = RESET`,
  ends,
});
const deed = (name: string, sql: string, ends: Deed['ends'] = 'damaged'): Deed => ({ name, sql, ends });

export const deeds: readonly Deed[] = [
  deed('a trigger on our table', 'CREATE TRIGGER g AFTER INSERT ON _dt_states BEGIN DELETE FROM "d.t"; END'),
  deed(
    'a trigger that writes to our table',
    'CREATE TRIGGER g AFTER UPDATE ON "d.t" BEGIN DELETE FROM _dt_states; END',
  ),
  deed(
    'a trigger that names our table as a text',
    `CREATE TRIGGER g AFTER UPDATE ON "d.t" BEGIN DELETE FROM '_dt_states'; END`,
  ),
  deed(
    'a trigger that names our table in other letters',
    'CREATE TRIGGER g AFTER UPDATE ON "d.t" BEGIN DELETE FROM [_DT_STATES]; END',
  ),
  deed('a trigger on the log', 'CREATE TRIGGER g AFTER INSERT ON _dt_log_1 BEGIN DELETE FROM "d.t"; END'),
  deed(
    'a trigger under a name of ours',
    'DROP TRIGGER _dt_bu_1; CREATE TRIGGER _dt_bu_1 BEFORE UPDATE ON "d.t" BEGIN DELETE FROM "d.bag"; END',
  ),
  deed(
    'a trigger under a name that ours might have',
    'CREATE TRIGGER _dt_xx_1 BEFORE UPDATE ON "d.t" BEGIN SELECT 1; END',
  ),
  deed('a trigger of a table that is not there', 'CREATE TRIGGER _dt_bu_99 BEFORE UPDATE ON "d.t" BEGIN SELECT 1; END'),
  deed(
    'a trigger that leaves our tables alone',
    'CREATE TABLE audit (n); CREATE TRIGGER g AFTER UPDATE ON "d.t" BEGIN INSERT INTO audit VALUES (1); END',
    'fine',
  ),
  deed('a view under a name of ours', 'CREATE VIEW _dt_more AS SELECT 1'),
  deed('a view in the place of our table', 'DROP TABLE _dt_canary; CREATE VIEW _dt_canary AS SELECT 3 AS x'),
  deed('a view in the place of a table', 'DROP TABLE "d.t"; CREATE VIEW "d.t" AS SELECT 1 AS id, 2 AS v, 3 AS n'),
  deed('a view that reads our tables', 'CREATE VIEW w AS SELECT * FROM _dt_snapshots', 'fine'),
  deed('a virtual table in the place of a table', 'DROP TABLE "d.t"; CREATE VIRTUAL TABLE "d.t" USING fts5(id, v, n)'),
  deed(
    'a virtual table in the place of our table',
    'DROP TABLE _dt_canary; CREATE VIRTUAL TABLE _dt_canary USING fts5(x)',
  ),
  deed('a virtual table beside', 'CREATE VIRTUAL TABLE f USING fts5(a)', 'fine'),
  deed('a table under a name of ours', 'CREATE TABLE _dt_more (x)'),
  deed('a log of no table', 'CREATE TABLE _dt_log_99 (seq INTEGER PRIMARY KEY)'),
  deed('our table that is not strict', 'DROP TABLE _dt_canary; CREATE TABLE _dt_canary (x INTEGER)'),
  schema(
    'our table with a check',
    `UPDATE sqlite_schema SET sql = replace(sql, '(x INTEGER', '(x INTEGER CHECK (load_extension(x) IS NULL)') WHERE name = '_dt_canary'`,
  ),
  deed('our table with a generated column', 'ALTER TABLE _dt_logs ADD COLUMN g INTEGER AS (rows + 1)'),
  deed('an index on our table', 'CREATE INDEX e ON _dt_snapshots (name)'),
  deed('an index of an expression on our table', 'CREATE INDEX e ON _dt_snapshots (lower(name))'),
  deed('an index of a condition on the log', 'CREATE INDEX e ON _dt_log_1 (c0) WHERE abs(c0) > 1'),
  deed("our table's index dropped", 'DROP INDEX _dt_states_generation'),
  deed('an index of an expression', 'CREATE INDEX e ON "d.t" (lower(v))', 'fine'),
  deed('a generated column', 'ALTER TABLE "d.t" ADD COLUMN g INTEGER AS (n + 1)', 'fine'),
  deed('a log of other columns', 'ALTER TABLE _dt_log_1 ADD COLUMN more INTEGER'),
  deed('the log dropped', 'DROP TABLE _dt_log_1'),
  schema('a definition that SQLite does not read', `UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'd.t'`),
  schema(
    'a CHECK that loads a program',
    `UPDATE sqlite_schema SET sql = replace(sql, '"v" TEXT', '"v" TEXT CHECK (load_extension(v) IS NULL)') WHERE name = 'd.t'`,
  ),
  schema(
    'a CHECK that writes a file',
    `UPDATE sqlite_schema SET sql = replace(sql, '"v" TEXT', '"v" TEXT CHECK (writefile(v, v) > 0)') WHERE name = 'd.t'`,
  ),
  schema(
    'a CHECK that hashes as we do',
    `UPDATE sqlite_schema SET sql = replace(sql, '"v" TEXT', '"v" TEXT CHECK (dt_hash(v) <> 1)') WHERE name = 'd.t'`,
  ),
  schema(
    'a CHECK nested a thousand deep',
    `UPDATE sqlite_schema SET sql = replace(sql, '"v" TEXT', '"v" TEXT CHECK ${'('.repeat(1000)}1${')'.repeat(1000)}') WHERE name = 'd.t'`,
  ),
  schema(
    "a constraint's index beside another table",
    `UPDATE sqlite_schema SET tbl_name = 'd.gone' WHERE name GLOB 'sqlite_autoindex_*' AND tbl_name GLOB '_dt_*'`,
  ),
  schema('a definition under another name', `UPDATE sqlite_schema SET name = 'x' WHERE name = '_dt_key_1'`),
  schema(
    'two tables on one page',
    `UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = '_dt_meta') WHERE name = 'd.t'`,
    'found',
  ),
  deed('a number beyond any', 'UPDATE _dt_states SET start = 9223372036854775807'),
  deed('a count beyond any', 'UPDATE _dt_logs SET rows = 4611686018427387904'),
  deed('a branch of itself', 'UPDATE _dt_branches SET source = branch'),
  deed('a branch of no version', 'UPDATE _dt_branches SET parted = 999'),
  deed("a branch of another table's version", 'UPDATE _dt_branches SET parted = made, made = parted'),
  deed('a branch that nothing pins', `DELETE FROM _dt_snapshots WHERE name GLOB '__dt_branch_*'`),
  deed(
    'a branch that a snapshot pins',
    `UPDATE _dt_branches SET parted = (SELECT id FROM _dt_snapshots WHERE name = 'v1')`,
  ),
  deed('branches in a round', `INSERT INTO _dt_branches SELECT source, branch, made, parted FROM _dt_branches`, 'fine'),
  deed('a table of branches with more columns', 'ALTER TABLE _dt_branches ADD COLUMN more INTEGER'),
  deed('a trigger on the branches', 'CREATE TRIGGER g AFTER INSERT ON _dt_branches BEGIN DELETE FROM "d.t"; END'),
  deed('a state of no columns', 'UPDATE _dt_states SET columns = 0'),
  deed('a state of no table', 'UPDATE _dt_states SET generation = 999'),
  deed('a table of no generation', 'UPDATE _dt_tables SET generation = 999 WHERE generation = 1'),
  deed('two tables of one generation', 'UPDATE _dt_tables SET generation = 1 WHERE generation = 2'),
  deed('a count that ends', `UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = '_dt_tables'`),
  deed('a count that is none', `UPDATE sqlite_sequence SET seq = 'x' WHERE name = '_dt_tables'`),
  deed('a time beyond any', 'UPDATE _dt_snapshots SET createdAt = 9223372036854775807'),
  deed('a last time that is none', `INSERT OR REPLACE INTO _dt_meta VALUES ('lastTime', 'never')`),
];
