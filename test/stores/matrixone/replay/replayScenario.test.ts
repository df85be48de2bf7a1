import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { ask, clientOf, type Told } from './client.ts';
import { withServer } from './withServer.ts';

const t = 'deltatrain_replay.t';
const snapshot = 'deltatrain_replay_v1';

const setUp = [
  `DROP SNAPSHOT IF EXISTS ${snapshot}`,
  'DROP DATABASE IF EXISTS deltatrain_replay',
  'CREATE DATABASE deltatrain_replay',
  `CREATE TABLE ${t} (id INT PRIMARY KEY, name VARCHAR(20))`,
  `INSERT INTO ${t} VALUES (1, 'one'), (2, 'two 🎉'), (3, NULL)`,
  `CREATE SNAPSHOT ${snapshot} FOR TABLE deltatrain_replay t`,
];

const diff = `DATA BRANCH DIFF ${t} AGAINST ${t}{SNAPSHOT='${snapshot}'} OUTPUT SUMMARY`;
const loadData = `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${t} FIELDS TERMINATED BY ','`;
const running = "SELECT count(*) FROM information_schema.processlist WHERE info = 'SELECT sleep(20)'";
const rows = Array.from({ length: 500 }, (_, at) => `${at + 10},row ${at}\n`);

test('snapshots, a delta, a restore, an upload and a killed statement of a real server', async () => {
  await withServer('conversation', async (url) => {
    const [client, other] = [clientOf(url), clientOf(url)];
    const say = async (sql: string, infile?: () => Readable): Promise<Told> => {
      const told = await ask(client, sql, infile);
      expect(told.error, sql).toBeUndefined();
      return told;
    };
    for (const sql of setUp) await say(sql);
    const loaded = await say(loadData, () => Readable.from(rows.map((row) => Buffer.from(row))));
    expect(loaded.affectedRows).toBe(rows.length);
    await say(`DELETE FROM ${t} WHERE id = 1`);
    expect((await say(diff)).rows).toEqual([
      ['INSERTED', '500', '0'],
      ['DELETED', '1', '0'],
      ['UPDATED', '0', '0'],
    ]);
    await say(`RESTORE TABLE ${t}{SNAPSHOT='${snapshot}'}`);
    expect((await say(`SELECT * FROM ${t} ORDER BY id`)).rows).toEqual([
      ['1', 'one'],
      ['2', 'two 🎉'],
      ['3', null],
    ]);
    expect((await ask(other, 'SELECT * FROM deltatrain_replay.gone')).error).toMatchObject({ errno: 1064 });
    const slow = ask(client, 'SELECT sleep(20)');
    await vi.waitFor(async () => expect((await ask(other, running)).rows).toEqual([['1']]));
    await ask(other, `KILL QUERY ${client.threadId}`);
    expect(await slow).toMatchObject({ error: { errno: 1105 } });
    for (const sql of setUp.slice(0, 2)) await say(sql);
    for (const each of [client, other]) each.destroy();
  });
});
