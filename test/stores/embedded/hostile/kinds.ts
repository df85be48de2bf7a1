/** What a person with bad intent writes where a store keeps text: statements, pieces that break out of quotes, and values that are none. */

/** Where a payload would leave its mark: files outside the store's folder. */
export interface Targets {
  /** A file that is not there. */
  readonly made: string;
  /** A file that is there, and a database. */
  readonly kept: string;
}

export interface Kind {
  readonly name: string;
  readonly text: (targets: Targets) => string | number | bigint | null | Uint8Array;
  /**
   * How it acts when a program takes it at its word on a store opened bare. `run`: as a statement, it changes a file, the schema or a
   * row. `parse`: read as the JSON, name or number that stands there, it is an error or no such thing.
   */
  readonly acts: 'run' | 'parse';
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;
const attach = ({ made }: Targets): string => `ATTACH DATABASE ${quoted(made)} AS pw; CREATE TABLE pw.x (t)`;
const run = (name: string, text: (targets: Targets) => string): Kind => ({ name, text, acts: 'run' });
const value = (name: string, text: Kind['text']): Kind => ({ name, text, acts: 'parse' });

const statements: readonly Kind[] = [
  run('ATTACH', attach),
  run('ATTACH in odd capitals', (t) => `aTtAcH dAtAbAsE ${quoted(t.made)} aS pw; cReAtE tAbLe pw.x (t)`),
  run('ATTACH by URI', (t) => `ATTACH ${quoted(t.made)} AS "p w"; CREATE TABLE "p w".x (t)`),
  run(
    'ATTACH of an expression',
    (t) => `ATTACH ${quoted(t.made.slice(0, 3))} || ${quoted(t.made.slice(3))} AS pw; CREATE TABLE pw.x (t)`,
  ),
  run(
    'ATTACH of a file that is there',
    (t) => `ATTACH ${quoted(t.kept)} AS pw; CREATE TABLE IF NOT EXISTS pw.x (t); INSERT INTO pw.x VALUES (1)`,
  ),
  run('ATTACH behind blanks', (t) => `\n\t  \r\n${attach(t)}`),
  run('ATTACH behind a semicolon', (t) => `CREATE INDEX i1 ON "d.t" (v); ${attach(t)}`),
  run('ATTACH behind a comment', (t) => `/* CREATE INDEX i ON "d.t" (v) */ ${attach(t)}`),
  run('ATTACH behind a line comment', (t) => `-- CREATE INDEX i ON "d.t" (v)\n${attach(t)}`),
  run('ATTACH split by comments', (t) => `ATTACH/**/${quoted(t.made)}/**/AS/**/pw;CREATE/**/TABLE/**/pw.x(t)`),
  run('ATTACH behind an index of a quoted name', (t) => `CREATE INDEX "i"";" ON "d.t" ("v"); ${attach(t)}`),
  run('ATTACH behind an index with a text', (t) => `CREATE INDEX i2 ON "d.t" (v) WHERE v <> ';'';'; ${attach(t)}`),
  run('ATTACH behind a name in brackets', (t) => `CREATE INDEX [i3] ON [d.t] ([v]); ${attach(t)}`),
  run('ATTACH behind a name in backticks', (t) => `CREATE INDEX \`i4\` ON \`d.t\` (\`v\`); ${attach(t)}`),
  run('ATTACH within a transaction', (t) => `ATTACH ${quoted(t.made)} AS pw; BEGIN; CREATE TABLE pw.x (t); COMMIT`),
  run('ATTACH behind a trigger', (t) => `CREATE TRIGGER g AFTER INSERT ON "d.t" BEGIN SELECT 1; END; ${attach(t)}`),
  run('ATTACH behind a table', (t) => `CREATE TABLE "d.n" (a INTEGER) STRICT; ${attach(t)}`),
  run('VACUUM INTO', (t) => `VACUUM INTO ${quoted(t.made)}`),
  run('VACUUM INTO behind a semicolon', (t) => `SELECT 1; VACUUM main INTO ${quoted(t.made)}`),
  run('a trigger that deletes', () => `CREATE TRIGGER g1 AFTER UPDATE ON "d.t" BEGIN DELETE FROM "d.t"; END`),
  run(
    'a trigger on our tables',
    () => `CREATE TRIGGER g2 AFTER INSERT ON _dt_snapshots BEGIN DELETE FROM _dt_states; END`,
  ),
  run('a view', () => `CREATE VIEW w1 AS SELECT * FROM _dt_snapshots`),
  run('a virtual table', () => `CREATE VIRTUAL TABLE f1 USING fts5(a)`),
  run('a table of a query', () => `CREATE TABLE q1 AS SELECT * FROM _dt_generations`),
  run('an index of an expression', () => `CREATE INDEX e1 ON "d.t" (lower(v) || upper(v))`),
  run('an index on our table', () => `CREATE INDEX e2 ON _dt_states (tableName)`),
  run('a generated column', () => `CREATE TABLE "d.gen" (a INTEGER, b AS (a + 1) STORED)`),
  run('a dropped catalog', () => 'DROP TABLE _dt_snapshots'),
  run('a dropped table', () => 'DROP TABLE "d.t"'),
  run('rows deleted', () => 'DELETE FROM _dt_states'),
  run('rows deleted by a query', () => `WITH s AS (SELECT 1) DELETE FROM _dt_states WHERE 1 IN s`),
  run('rows changed', () => `UPDATE _dt_tables SET name = 'lost' WHERE name = 't'`),
  run('rows replaced', () => `REPLACE INTO _dt_databases VALUES ('intruder')`),
  run('a renamed table', () => `ALTER TABLE "d.t" RENAME TO x1`),
  run(
    'a column renamed',
    () => `DROP TRIGGER _dt_bu_2; DROP TRIGGER _dt_bd_2; ALTER TABLE "d.bag" RENAME COLUMN n TO m`,
  ),
  run('statistics', () => 'ANALYZE'),
  run('another format', () => 'PRAGMA user_version = 99'),
  run('another program', () => 'PRAGMA application_id = 7'),
  run(
    'a schema that may be written',
    () => `PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'd.t'`,
  ),
  run('ATTACH twice', (t) => `ATTACH ${quoted(t.kept)} AS a1; ${attach(t)}`),
  run('ATTACH behind an EXPLAIN', (t) => `EXPLAIN SELECT 1; ${attach(t)}`),
  run(
    'a trigger in the place of an insert',
    () => `CREATE VIEW w2 AS SELECT 1 AS a; CREATE TRIGGER g3 INSTEAD OF INSERT ON w2 BEGIN DELETE FROM "d.t"; END`,
  ),
  run('a table', () => 'CREATE TABLE stranger (a)'),
  run('an index dropped', () => 'DROP INDEX _dt_tables_live'),
  run('our table renamed', () => 'ALTER TABLE _dt_canary RENAME TO canary'),
  run('our column renamed', () => 'ALTER TABLE _dt_databases RENAME COLUMN name TO title'),
  run('rows copied', () => `INSERT INTO _dt_databases SELECT 'copy ' || name FROM _dt_databases`),
  run(
    'rows changed from others',
    () => `UPDATE _dt_tables SET name = d.name || '2' FROM _dt_databases d WHERE _dt_tables.name = 't'`,
  ),
];

/** Pieces that close what they stand in. `run` shows the statement that they are made for. */
const breakouts: readonly Kind[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  [']', '['],
].map(([close = '', open = '']) =>
  value(`a piece that closes ${close}`, (t) => `x${close} (v)); ${attach(t)}; -- ${open}`),
);

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const values: readonly Kind[] = [
  value('nothing', () => ''),
  value('NULL', () => null),
  value('NUL', () => 'a\0b'),
  value('nesting 1,000 deep', () => deep(1000)),
  value('nesting 100,000 deep', () => deep(100_000)),
  value('parentheses 1,000 deep', () => `${'('.repeat(1000)}1${')'.repeat(1000)}`),
  value('a megabyte', () => 'x'.repeat(1_000_000)),
  value('a thousand blanks', () => `INT${' '.repeat(5000)}x`),
  value('2^31 as text', () => '2147483648'),
  value('2^31 as a number', () => 2 ** 31),
  value('2^63 − 1', () => 2n ** 63n - 1n),
  value('a negative number', () => -1),
  value('a fraction', () => 1.5),
  value('bytes', () => new Uint8Array([0, 255, 34, 39, 59])),
  value('broken JSON', () => '[{"name":'),
  value('JSON of another form', () => '{"__proto__": {"name": "x"}, "length": 2147483648}'),
  value('a list of nothing', () => '[null]'),
  value('a type of 2^31 digits', () => 'DECIMAL(2147483648,2147483648)'),
  value('a type of no size', () => 'BIT(1e9)'),
  value('a name of ours', () => '_dt_snapshots'),
  value("a name of SQLite's", () => 'sqlite_schema'),
  value('a blank', () => ' '),
  value('half of a sign', () => 'a\ud800'),
  value('an empty object', () => '{}'),
  value('a number beyond any', () => '1e999'),
  value('a list of 100,000', () => JSON.stringify(Array.from({ length: 100_000 }, () => 'a'))),
  value('a name with a line', () => 'a\nb'),
  value('a name with dots', () => 'd.t.v'),
  value('a path', (t) => t.made),
  value('a text that turns round', () => '\u202e\u001b[31m\u009b'),
];

export const kinds: readonly Kind[] = [...statements, ...breakouts, ...values];
