// A merge typed in an SQL file: asked of the checks of its own deltatrain.json, before it is sent.
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { parseStatement } from '../../../src/git4data/parser.ts';
import type { Homes } from '../../../src/extension/connections/homes.ts';
import type { Session } from '../../../src/extension/connections/session.ts';
import { gateMerge } from '../../../src/extension/sql/gateMerge.ts';
import { createSamples, openStore, sql } from '../../app/support/bench.ts';

const config = readConfig(
  `{"checks": {"local": {"shop.samples": {
    "small": {"kind": "range", "column": "x", "max": 5, "before": ["merge"]},
    "few": {"kind": "rows", "max": 1}
  }}}}`,
  'deltatrain.json',
);

test('what does not hold of the branch stops it, what holds lets it on, and other statements are asked nothing', async () => {
  const store = openStore();
  await createSamples(store, 40);
  await sql(store, 'CREATE TABLE shop.branch LIKE shop.samples');
  await sql(store, 'INSERT INTO shop.branch SELECT * FROM shop.samples');
  const uri = { toString: () => 'file:///w' };
  const homes = { read: () => Promise.resolve([{ uri, config }]) } as unknown as Pick<Homes, 'read'>;
  const gate = (text: string, name = 'local', database: string | null = 'shop') =>
    gateMerge(
      homes,
      { connection: { name, home: { uri } }, store } as unknown as Session,
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
  await gate('DATA BRANCH MERGE branch INTO samples', 'another');
  await gate('DELETE FROM samples');
});
