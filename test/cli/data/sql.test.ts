/** SQL by the command line: what is asked, what is changed, what is refused, and with which exit code. */
import { describe, expect, it } from 'vitest';
import { changedTable } from '../support/changedTable.ts';
import { useCli } from '../support/cli.ts';

const cli = useCli();

describe('sql', () => {
  it('runs the script that diff writes, which makes the older version the newer', async () => {
    const connection = await changedTable(cli, 'script');
    const hard = "UPDATE d.t SET kind = 'it''s\n; a \\\\ -- line' WHERE id = 3";
    expect((await cli.run(['sql', '-', ...connection], { input: hard })).code).toBe(0);
    const ends = ['d.t', '--from', 's'];
    await cli.json('diff', ['diff', ...ends, '--out', 'script.sql', ...connection]);
    const restored = await cli.json<{ safetySnapshot: string }>('restore', [
      ...['restore', 'd.t', '--to', 's', '--yes'],
      ...connection,
    ]);
    const ran = await cli.run(['sql', 'script.sql', ...connection]);
    expect(ran.code, ran.stderr).toBe(0);
    const left = ['diff', 'd.t', '--from', restored.safetySnapshot, '--summary', ...connection];
    expect(await cli.json('diff', left)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  });

  it('shows the one row of SHOW CREATE TABLE whole, so that the statement can be copied, and rows of a table as lines', async () => {
    const connection = await changedTable(cli, 'shown');
    const made = `CREATE TABLE c (
  id INT NOT NULL,
  said VARCHAR(90) DEFAULT 'a default that is longer than a column of the terminal is wide, as people say',
  PRIMARY KEY (id)
)`.replaceAll(/\b(c|id|said)\b(?= |\))/g, '`$1`');
    const script = `USE d; ${made}; SHOW CREATE TABLE c; INSERT INTO c VALUES (1, 'a\nb'), (2, 'c'); SELECT * FROM c;`;
    const ran = await cli.run(['sql', '-', ...connection], { input: script });
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain(`Table: c\nCreate Table:\n${made}\n(1 row)\n`);
    expect(ran.stdout).toMatch(/^id {2}said\n─+ {2}─+\n 1 {2}a b\n 2 {2}c\n/m);
  });

  it('says how tables are made that have what is not kept', async () => {
    const connection = await changedTable(cli, 'parts');
    const input = 'CREATE TABLE d.u (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES t (id))';
    const refused = await cli.run(['sql', '-', ...connection], { input });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/FOREIGN KEY[^]*--leave-out makes such tables/);
    expect((await cli.run(['sql', '-', '--leave-out', ...connection], { input })).code).toBe(0);
  });

  it('prints a line a statement, and stops at the first that fails', async () => {
    const connection = await changedTable(cli, 'sql');
    const input = `-- versions as text
      USE d;
      SELECT id, x FROM t {SNAPSHOT = 's'} WHERE id > 8;
      CREATE SNAPSHOT s2 FOR TABLE d t;
      DATA BRANCH DIFF t{SNAPSHOT='s2'} AGAINST t{SNAPSHOT='s'} OUTPUT SUMMARY;
      DATA BRANCH DIFF t AGAINST t{SNAPSHOT='s'} OUTPUT COUNT;
      DATA BRANCH DIFF t AGAINST t{SNAPSHOT='s'} OUTPUT LIMIT 2;
      DATA BRANCH DIFF t{SNAPSHOT='s'} AGAINST t;
      SHOW SNAPSHOTS;
      RESTORE TABLE d.t {SNAPSHOT = 's'};
      SELECT COUNT(*) FROM t;
      DROP SNAPSHOT s2;
      SELECT nothing FROM t;
      SELECT 1`;
    const ran = await cli.run(['sql', '-', '--json', ...connection], { input });
    expect(ran.code).toBe(1);
    const documents = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { rows: unknown[][] });
    for (const document of documents) cli.check('sql', document);
    expect(documents).toHaveLength(12);
    const rows = documents.map((document) => document.rows);
    expect(rows[1]).toEqual([[9, 4.5]]);
    expect(documents[3]).toMatchObject({
      columns: [{ name: 'metric' }, { name: "t{snapshot = 's2'}" }, { name: "t{snapshot = 's'}" }],
      rows: [
        ['INSERTED', 1, 0],
        ['DELETED', 1, 0],
        ['UPDATED', 2, 0],
      ],
    });
    expect(rows[4]).toEqual([[4]]);
    expect(documents[5]).toMatchObject({
      columns: [{ name: 'diff t against t' }, { name: 'flag' }, { name: 'id' }, { name: 'x' }, { name: 'kind' }],
      rows: [
        ['t', 'UPDATE', 0, 0, 'new'],
        ['t', 'UPDATE', 1, 0.5, 'new'],
      ],
    });
    // The older version on the left: the rows are the newer side's all the same.
    expect(rows[6]?.slice(2)).toEqual([
      ['t', 'DELETE', 9, 4.5, 'k0'],
      ['t', 'INSERT', 10, null, null],
    ]);
    expect(rows[7]?.map((row) => [row[0], row[2], row[4], row[5]])).toEqual([
      ['s2', 'table', 'd', 't'],
      ['s', 'table', 'd', 't'],
    ]);
    expect(documents[8]).toMatchObject({ affected: 4 });
    expect(rows[9]).toEqual([[10]]);
    expect(documents[11]).toMatchObject({ ok: false, error: { code: 'column.unknown' } });
  });

  it('restores a database, goes on when told to, and has a database for unqualified names', async () => {
    const connection = await changedTable(cli, 'keep');
    await cli.json('snapshot', ['snapshot', 'create', 'all_v1', '--database', 'd', ...connection]);
    const input =
      "DELETE FROM t; SELECT * FROM nowhere; RESTORE DATABASE d {SNAPSHOT = 'all_v1'}; SELECT COUNT(*) FROM t";
    const args = ['sql', '-', '--json', '--keep-going', '--database', 'd', ...connection];
    const ran = await cli.run(args, { input });
    expect(ran.code).toBe(1);
    const documents = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(documents).toMatchObject([
      { ok: true },
      { ok: false, error: { code: 'table.unknown' } },
      { ok: true },
      { rows: [[10]] },
    ]);
  });

  it('reads a file, and shows rows to a person', async () => {
    const connection = await changedTable(cli, 'human');
    cli.write('q.sql', '\ufeffSELECT id, kind FROM d.t WHERE id IN (0, 10) ORDER BY id;');
    const ran = await cli.run(['sql', 'q.sql', ...connection]);
    expect(ran.stdout).toBe('id  kind\n──  ────\n 0  new\n10  NULL\n(2 rows)\n');
  });

  it.each([
    ['CREATE SNAPSHOT x FOR TABLE d.t', 'sql.syntax'],
    ['CREATE SNAPSHOT x FOR ACCOUNT', 'store.unsupported'],
    ['CREATE SNAPSHOT Live FOR TABLE d t', 'version.badName'],
    ["DATA BRANCH DIFF d.t AGAINST d.t{SNAPSHOT='nope'} OUTPUT COUNT", 'version.unknown'],
    ["DATA BRANCH DIFF d.t AGAINST d.u{SNAPSHOT='s'}", 'table.unknown'],
    ['DATA BRANCH DELETE TABLE d.t', 'branch.unknown'],
    ["CREATE PITR p FOR DATABASE d RANGE 1 'h'", 'sql.unsupported'],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT='s'}", 'sql.failed'],
    ['DROP SNAPSHOT nope', 'version.unknown'],
    ["RESTORE TABLE d.t {SNAPSHOT = 'nope'}", 'version.unknown'],
  ])('%s fails with %s', async (input, code) => {
    const ran = await cli.run(['sql', '-', '--json', '-c', 'embedded:sql.db'], { input });
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: { code } });
  });
});
