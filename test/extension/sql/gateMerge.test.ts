// A merge typed in an SQL file: asked of the checks of its own deltatrain.json, before it is sent.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { parseStatement } from '../../../src/git4data/parser.ts';
import { storePlaceOf } from '../../../src/extension/connections/connection.ts';
import type { Connections } from '../../../src/extension/connections/connections.ts';
import type { Session } from '../../../src/extension/connections/session.ts';
import { gateMerge } from '../../../src/extension/sql/gateMerge.ts';
import { createSamples, openStore, sql } from '../../app/support/bench.ts';

const config = readConfig(
  `{"connections": {"local": {"kind": "embedded", "path": "store.db"},
     "server": {"kind": "matrixone", "host": "127.0.0.1", "port": 6001}},
   "checks": {"local": {"shop.samples": {
    "small": {"kind": "range", "column": "x", "max": 5, "before": ["merge"]},
    "few": {"kind": "rows", "max": 1}
  }}, "server": {"shop.samples": {"small": {"kind": "range", "column": "x", "max": 5, "before": ["merge"]}}},
  "mine": {"shop.samples": {"small": {"kind": "range", "column": "x", "max": 5, "before": ["merge"]}}}}}`,
  'deltatrain.json',
);

const uri = { toString: () => 'file:///w', fsPath: '/w' };
const home = { uri };
const inFile = Object.entries(config.connections).map(([name, one]) => ({
  ...{ id: name, name, home, config: one, place: storePlaceOf(one, '/w') },
}));
const ofUser = (name: string, host: string, port = 6001) => ({
  ...{ id: name, name, home: null, config: {}, place: { kind: 'matrixone', host, port, user: 'me' } },
});
const listed = [
  ...inFile,
  ofUser('mine', 'db.example'),
  ofUser('second', 'LOCALHOST'),
  ofUser('else', 'db.example', 1),
];
const connections = {
  homes: { read: () => Promise.resolve([{ uri, config }]) },
  list: () => Promise.resolve(listed),
} as unknown as Pick<Connections, 'list' | 'homes'>;

test('what does not hold of the branch stops it, what holds lets it on, and other statements are asked nothing', async () => {
  const store = openStore();
  await createSamples(store, 40);
  await sql(store, 'CREATE TABLE shop.branch LIKE shop.samples');
  await sql(store, 'INSERT INTO shop.branch SELECT * FROM shop.samples');
  const gate = (text: string, name = 'local', database: string | null = 'shop') =>
    gateMerge(
      connections,
      { connection: listed.find((one) => one.name === name), store } as unknown as Session,
      { statement: parseStatement(text).statement, database },
      new AbortController().signal,
    );
  await gate('DATA BRANCH MERGE branch INTO samples');
  await sql(store, 'UPDATE shop.branch SET x = 9 WHERE id < 3');
  const refused = {
    code: 'check.failed',
    message: expect.stringContaining('"small" of shop.samples: 3 rows: x is not at most 5.') as string,
  };
  await expect(gate('DATA BRANCH MERGE branch INTO samples')).rejects.toMatchObject(refused);
  await expect(
    gate('DATA BRANCH MERGE shop.branch INTO shop.samples WHEN CONFLICT SKIP', 'local', null),
  ).rejects.toMatchObject(refused);
  await gate('DATA BRANCH MERGE branch INTO other');
  await gate('DATA BRANCH MERGE branch INTO samples', 'else');
  // A second name for the same server, one of the user's settings, and names in other letters have the same checks.
  for (const name of ['second', 'mine', 'server'])
    await expect(gate('DATA BRANCH MERGE branch INTO samples', name)).rejects.toMatchObject(refused);
  const spelled = { code: 'check.failed', message: expect.stringContaining('3 rows: x is not at most 5.') as string };
  await expect(gate('DATA BRANCH MERGE Branch INTO SHOP.Samples')).rejects.toMatchObject(spelled);
  await expect(gate('DATA BRANCH MERGE SHOP.branch INTO SHOP.samples')).rejects.toMatchObject(spelled);
  await gate('DELETE FROM samples');
});

test('the version of the branch that is merged is asked, and what is at no version of ours is refused by name', async () => {
  const store = openStore();
  await createSamples(store, 40);
  await sql(store, 'CREATE TABLE shop.branch LIKE shop.samples');
  await sql(store, 'INSERT INTO shop.branch SELECT * FROM shop.samples');
  await sql(store, 'UPDATE shop.branch SET x = 9 WHERE id < 3');
  await store.createSnapshot('dirty', { level: 'table', table: { database: 'shop', table: 'branch' } });
  await sql(store, 'UPDATE shop.branch SET x = 0 WHERE id < 3');
  await store.createSnapshot('clean', { level: 'table', table: { database: 'shop', table: 'branch' } });
  const gate = (text: string) =>
    gateMerge(
      connections,
      { connection: listed[0], store } as unknown as Session,
      { statement: parseStatement(text).statement, database: 'shop' },
      new AbortController().signal,
    );
  const refused = (said: string) => ({ code: 'check.failed', message: expect.stringContaining(said) as string });
  const dirty = refused('3 rows: x is not at most 5.');
  await gate('DATA BRANCH MERGE branch INTO samples');
  await gate("DATA BRANCH MERGE branch{SNAPSHOT = 'clean'} INTO samples");
  await expect(gate("DATA BRANCH MERGE branch{SNAPSHOT = 'dirty'} INTO samples")).rejects.toMatchObject(dirty);
  await expect(gate("DATA BRANCH PICK branch{SNAPSHOT = 'dirty'} INTO samples KEYS (1)")).rejects.toMatchObject(dirty);
  await expect(gate("DATA BRANCH MERGE branch{SNAPSHOT = 'gone'} INTO samples")).rejects.toMatchObject(refused('gone'));
  const unasked = refused('of which checks cannot be asked');
  for (const text of [
    "DATA BRANCH MERGE branch{TIMESTAMP = '2026-01-01 00:00:00'} INTO samples",
    'DATA BRANCH PICK branch INTO samples BETWEEN SNAPSHOT dirty AND clean',
    'DATA BRANCH PICK branch INTO samples BETWEEN SNAPSHOT dirty AND clean KEYS (SELECT id FROM branch)',
  ])
    await expect(gate(text)).rejects.toMatchObject(unasked);
  await gate('DATA BRANCH PICK branch INTO other BETWEEN SNAPSHOT dirty AND clean');
  await gate('DATA BRANCH PICK branch INTO samples KEYS (SELECT id FROM branch WHERE id BETWEEN snapshot AND 3)');
});
