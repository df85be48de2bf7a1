// The texts are those that a MatrixOne 4.1.4 wrote for the same tables, but for the mark in the names of its scratch tables.
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { splitStatements } from '../../../../src/git4data/split.ts';
import { Ground } from './ground.ts';

let ground: Ground;
let out: string;
beforeEach(async () => {
  ground = new Ground();
  out = join(ground.folder, 'out');
  mkdirSync(out);
  await ground.run(
    'CREATE DATABASE d',
    'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), d DECIMAL(10,2), f DOUBLE, dt DATETIME, j JSON, bi BIGINT UNSIGNED, by1 VARBINARY(10), bo BOOL)',
    `INSERT INTO t VALUES (1, 'a', 1.50, 0.1, '2024-01-02 03:04:05', '{"a": 1}', 1, x'00ff', true), (2, 'b', 2.50, 0.2, NULL, NULL, NULL, NULL, false),
      (3, 'c', 3.5, 3, NULL, NULL, 18446744073709551615, NULL, NULL)`,
    'DATA BRANCH CREATE TABLE b FROM t',
  );
});
afterEach(() => ground.remove());

/** What the only file of the folder holds, with the mark of its scratch tables taken out. */
async function written(sql: string): Promise<{ name: string; text: string }> {
  const { titles, rows } = await ground.run(sql);
  expect(titles).toEqual(['FILE SAVED TO', 'HINT']);
  const [name = ''] = readdirSync(out).slice(-1);
  expect(rows[0]?.startsWith(join(out, name))).toBe(true);
  expect(statSync(join(out, name)).mode & 0o777).toBe(0o600);
  return { name, text: readFileSync(join(out, name), 'utf8').replaceAll(/_[0-9a-f]{32}_\d+/g, '_M') };
}

test('statements that make the base what the target is, as the server writes them', async () => {
  await ground.run(
    String.raw`INSERT INTO b VALUES (4, 'it''s "n" \\ x\nq', 4.25, 1.5, '2024-01-02 03:04:05', '{"b": [1, "x"]}', 7, x'61', true)`,
    "UPDATE b SET a = 'bb' WHERE id = 2",
    'DELETE FROM b WHERE id = 3',
    "INSERT INTO t (id, a) VALUES (9, 'nine')",
  );
  const { name, text } = await written(`DATA BRANCH DIFF b AGAINST t OUTPUT FILE '${out}'`);
  expect(name).toMatch(/^diff_b_t_\d{8}_\d{6}\.sql$/);
  const columns = '`id`,`a`,`d`,`f`,`dt`,`j`,`bi`,`by1`,`bo`';
  expect(text.split('\n')).toEqual([
    'BEGIN;',
    'drop table if exists `d`.`__mo_diff_del_M`;',
    'create table `d`.`__mo_diff_del_M` as select `id` as `branch_apply_key_0` from `d`.`t` where 1=0;',
    'drop table if exists `d`.`__mo_diff_ins_M`;',
    `create table \`d\`.\`__mo_diff_ins_M\` as select ${columns} from \`d\`.\`t\` where 1=0;`,
    'insert into `d`.`__mo_diff_del_M` values (2),(3),(9);',
    'delete from `d`.`t` where `id` in (select `branch_apply_key_0` from `d`.`__mo_diff_del_M`);',
    'delete from `d`.`__mo_diff_del_M`;',
    String.raw`insert into ${'`d`.`__mo_diff_ins_M`'} values (2,'bb',2.50,0.2,NULL,NULL,NULL,NULL,false),(4,'it\'s "n" \\ x\nq',4.25,1.5,'2024-01-02 03:04:05','{"b": [1, "x"]}',7,x'61',true);`,
    `insert into \`d\`.\`t\` (${columns}) select ${columns} from \`d\`.\`__mo_diff_ins_M\`;`,
    'delete from `d`.`__mo_diff_ins_M`;',
    'drop table if exists `d`.`__mo_diff_del_M`;',
    'drop table if exists `d`.`__mo_diff_ins_M`;',
    'COMMIT;',
    '',
  ]);
});

test('what is written makes the base the target, whichever side changed what', async () => {
  await ground.run(
    "UPDATE b SET a = 'x' WHERE id < 3",
    "UPDATE t SET a = 'y', f = 7 WHERE id > 1",
    'DELETE FROM t WHERE id = 1',
    'DELETE FROM b WHERE id = 3',
    "INSERT INTO t (id, a) VALUES (8, 'own')",
  );
  await written(`DATA BRANCH DIFF b AGAINST t OUTPUT FILE '${out}'`);
  const text = readFileSync(join(out, readdirSync(out)[0] ?? ''), 'utf8');
  for (const { start, end } of splitStatements(text)) {
    const sql = text.slice(start, end);
    if (!/^(?:BEGIN|COMMIT)/.test(sql)) await ground.run(sql);
  }
  expect(await ground.rows('DATA BRANCH DIFF b AGAINST t OUTPUT COUNT')).toEqual(['0']);
  expect(await ground.rows('SELECT * FROM t ORDER BY id')).toEqual(await ground.rows('SELECT * FROM b ORDER BY id'));
});

test('of two versions, of keys of several columns and of none, under names of their own', async () => {
  await ground.run('CREATE SNAPSHOT s FOR TABLE d t', "UPDATE t SET a = 'z' WHERE id = 1");
  expect((await written(`DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 's'} OUTPUT FILE '${out}'`)).name).toMatch(
    /^diff_t_t_s_/,
  );
  await ground.run(
    'CREATE TABLE n (a INT, s VARCHAR(5))',
    "INSERT INTO n VALUES (1, 'x'), (1, 'x'), (2, NULL)",
    'DATA BRANCH CREATE TABLE n2 FROM n',
    'DELETE FROM n2 WHERE a = 2',
    "INSERT INTO n2 VALUES (5, NULL), (1, 'x')",
    'CREATE TABLE `o/d` (a INT, k VARCHAR(5), v INT, PRIMARY KEY (a, k))',
    "INSERT INTO `o/d` VALUES (1, 'q', 1)",
    'DATA BRANCH CREATE TABLE o2 FROM `o/d`',
    'DELETE FROM o2',
  );
  const bag = readFileSync(
    (await ground.rows(`DATA BRANCH DIFF n2 AGAINST n OUTPUT FILE '${out}'`))[0]?.split(' ')[0] ?? '',
    'utf8',
  );
  expect(bag.split('\n').slice(1, -2)).toEqual([
    'delete from `d`.`n` where `a` = 2 and `s` is null limit 1;',
    "insert into `d`.`n` (`a`,`s`) values (1,'x'),(5,NULL);",
  ]);
  const odd = (await ground.rows(`DATA BRANCH DIFF o2 AGAINST \`o/d\` OUTPUT FILE '${out}'`))[0]?.split(' ')[0] ?? '';
  expect(odd.startsWith(join(out, 'diff_o2_o_d_'))).toBe(true);
  expect(readFileSync(odd, 'utf8')).toContain(
    'where (`a`,`k`) in (select `branch_apply_key_0`,`branch_apply_key_1` from',
  );
});

test('all rows as CSV where the base has none', async () => {
  await ground.run(
    'CREATE TABLE e LIKE t',
    'DELETE FROM t WHERE id > 2',
    String.raw`INSERT INTO t (id, a, f) VALUES (3, 'q\t"\\z', 0.5)`,
  );
  const { name, text } = await written(`DATA BRANCH DIFF t AGAINST e OUTPUT FILE '${out}'`);
  expect(name).toMatch(/\.csv$/);
  expect(text.split('\n').slice(1)).toEqual([
    String.raw`2,"b",2.50,0.2,\N,\N,\N,\N,false`,
    String.raw`3,"q${'\t'}""\\z",\N,0.5,\N,\N,\N,\N,\N`,
    '',
  ]);
  expect(text).toContain('1,"a",1.50,0.1,2024-01-02 03:04:05,"{""a"": 1}",1,"\0');
});

test('a folder that is none is refused by name, two files of a second have names of their own, and nothing is left beside', async () => {
  await ground.run("UPDATE b SET a = 'x' WHERE id = 1");
  writeFileSync(join(ground.folder, 'file'), '');
  symlinkSync(join(ground.folder, 'round'), join(ground.folder, 'round'));
  for (const [folder, said] of [
    ['out', 'must begin at the root'],
    [join(out, 'nowhere'), 'does not exist'],
    [join(ground.folder, 'file'), 'is not a folder'],
    [`${out}\\0`, 'could not be written'],
    [join(ground.folder, 'round'), 'could not be written'],
    [`${out}/${'x'.repeat(300)}`, 'could not be written'],
  ]) {
    const failure = await ground.failure(`DATA BRANCH DIFF b AGAINST t OUTPUT FILE '${folder}'`);
    expect(failure).toMatchObject({ code: 'sql.failed' });
    expect(failure.message).toContain(said);
  }
  expect((await ground.failure(`DATA BRANCH DIFF b AGAINST t COLUMNS (a) OUTPUT FILE '${out}'`)).code).toBe(
    'sql.unsupported',
  );
  for (let i = 0; i < 3; i++) await ground.run(`DATA BRANCH DIFF b AGAINST t OUTPUT FILE '${out}'`);
  expect(readdirSync(out)).toHaveLength(3);
  expect(readdirSync(out).every((name) => /^diff_b_t_.*\.sql$/.test(name))).toBe(true);
});

test('long names of tables and snapshots make a name that a file can have, in whole characters', async () => {
  const [wide, other] = ['表'.repeat(60), '𝒳'.repeat(60)];
  await ground.run(
    `CREATE TABLE \`${wide}\` (id INT PRIMARY KEY)`,
    `DATA BRANCH CREATE TABLE \`${other}\` FROM \`${wide}\``,
    `INSERT INTO \`${other}\` VALUES (1)`,
  );
  await ground.run(`DATA BRANCH DIFF \`${other}\` AGAINST \`${wide}\` OUTPUT FILE '${out}'`);
  await ground.run(`DATA BRANCH DIFF \`${other}\` AGAINST \`${wide}\` OUTPUT FILE '${out}'`);
  const names = readdirSync(out);
  expect(names).toHaveLength(2);
  for (const name of names) expect(name).toMatch(/^diff_𝒳{22}_表{29}_\d{8}_\d{6}(?:_[0-9a-f-]{36})?\.csv$/u);
});
