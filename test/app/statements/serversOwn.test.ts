/** Statements on a MatrixOne: which of them the server runs as text, what they change by name, and what cannot be undone. */
import { describe, expect, it } from 'vitest';
import { changedName } from '../../../src/app/statements/changedName.ts';
import { isServersOwn, replacedBy } from '../../../src/app/statements/serversOwn.ts';
import { parseTokens } from '../../../src/git4data/parser.ts';
import { splitStatements } from '../../../src/git4data/split.ts';
import { useFolder } from '../../files/support/folder.ts';

const folder = useFolder();

function read(sql: string) {
  const [text] = splitStatements(sql);
  if (!text) throw new Error(`Broken invariant: no statement in ${sql}`);
  const { statement, problems } = parseTokens(text);
  expect(problems).toEqual([]);
  const name = changedName(statement, text.tokens, 'd');
  return { statement, name, replaces: replacedBy(statement, text.tokens, name) };
}

describe('the server runs as text', () => {
  it.each([
    ['SHOW SNAPSHOTS', true],
    ["SHOW SNAPSHOTS WHERE SNAPSHOT_NAME = 's'", true],
    ['CREATE SNAPSHOT s FOR TABLE d t', false],
    ['CREATE SNAPSHOT s FOR CLUSTER', false],
    ['CREATE SNAPSHOT s FOR ACCOUNT FROM a PUBLICATION p', true],
    ['DROP SNAPSHOT s', false],
    ['DROP SNAPSHOT s FROM a PUBLICATION p', true],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'}", false],
    ["DATA BRANCH DIFF d.t AGAINST T{SNAPSHOT = 's'} OUTPUT SUMMARY", false],
    ["DATA BRANCH DIFF t{SNAPSHOT = 'b'} AGAINST t{SNAPSHOT = 'a'} OUTPUT LIMIT 3", false],
    ['DATA BRANCH DIFF b AGAINST t', true],
    ["DATA BRANCH DIFF e.t AGAINST t{SNAPSHOT = 's'} OUTPUT COUNT", true],
    ['DATA BRANCH DIFF t AGAINST t{MO_TS = 1700000000000000000}', true],
    ["DATA BRANCH DIFF t AGAINST t{AS OF TIMESTAMP '2026-01-01 00:00:00'}", true],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT FILE '/data'", true],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT AS d.changes", true],
    ["RESTORE TABLE d.t {SNAPSHOT = 's'}", false],
    ["RESTORE DATABASE d {SNAPSHOT = 's'}", false],
    ["RESTORE ACCOUNT a {SNAPSHOT = 's'}", true],
    ["RESTORE CLUSTER {SNAPSHOT = 's'}", true],
    ["RESTORE TABLE d.t {SNAPSHOT = 's'} TO ACCOUNT b", true],
    ["RESTORE DATABASE d FROM PITR p '2026-01-01 00:00:00'", true],
    ['CREATE TABLE c CLONE t', true],
    ['DATA BRANCH MERGE b INTO t', true],
  ])('%s: %s', async (sql, isOwn) => {
    expect(await isServersOwn(read(sql).statement, 'd', folder.store())).toBe(isOwn);
  });
});

describe('what is typed to confirm', () => {
  it.each([
    ['DROP DATABASE IF EXISTS shop', 'shop'],
    ['ALTER ACCOUNT acc SUSPEND', 'acc'],
    ['DROP PITR IF EXISTS hourly', 'hourly'],
    ['DELETE FROM t', 'd.t'],
    ['DATA BRANCH CREATE TABLE b FROM t', 'd.b'],
    ['DATA BRANCH DELETE TABLE e.b', 'e.b'],
    ['DATA BRANCH DELETE DATABASE e', 'e'],
    ['DATA BRANCH MERGE b INTO t WHEN CONFLICT ACCEPT', 'd.t'],
    ['DATA BRANCH PICK b INTO e.t KEYS (1, 2)', 'e.t'],
    ["DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT AS d.changes", 'd.changes'],
    ["RESTORE ACCOUNT acc {SNAPSHOT = 's'}", 'acc'],
    ["RESTORE CLUSTER {SNAPSHOT = 's'}", 'cluster'],
    ['KILL 12', ''],
  ])('of %s: %s', (sql, name) => {
    expect(read(sql).name).toBe(name);
  });
});

describe('what cannot be undone', () => {
  it.each([
    ["RESTORE ACCOUNT acc {SNAPSHOT = 's'}", 'Every database of the account "acc" is dropped'],
    ["RESTORE ACCOUNT acc {SNAPSHOT = 's'} TO ACCOUNT other", 'Every database of the account "other" is dropped'],
    ["RESTORE CLUSTER {SNAPSHOT = 's'}", 'Every database of every account is dropped'],
    ["RESTORE CLUSTER FROM PITR p '2026-01-01 00:00:00'", 'Every database of every account is dropped'],
    ["RESTORE DATABASE e TABLE t FROM PITR p '2026-01-01 00:00:00'", '"e.t" is replaced by what it was'],
    ["RESTORE ACCOUNT acc DATABASE e FROM PITR p '2026-01-01 00:00:00'", '"e" is replaced by what it was'],
    ["RESTORE ACCOUNT acc FROM PITR p '2026-01-01 00:00:00'", 'Every database of the account "acc" is dropped'],
    ["RESTORE FROM PITR p '2026-01-01 00:00:00'", 'Every database of this account is dropped'],
  ])('%s: %s', (sql, sentence) => {
    const { replaces } = read(sql);
    expect(replaces?.startsWith(sentence)).toBe(true);
    expect(replaces).toMatch(/no safety snapshot is made, so this cannot be undone\.$/);
  });

  it.each(['DELETE FROM t', "CREATE PITR p FOR DATABASE d RANGE 1 'h'", 'SHOW PITR'])('is not %s', (sql) => {
    expect(read(sql).replaces).toBeNull();
  });
});
