/**
 * Every function of the dialect, by examples that real servers were asked: MatrixOne 4.1.4, and MariaDB 10.11 for what MatrixOne does not
 * know. Recorded anew with `MATRIXONE_URL=… MYSQL_URL=… MATRIXONE_RECORD=1`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aggregates } from '../../../src/stores/embedded/typed/functions/aggregates.ts';
import { tables } from '../../../src/stores/embedded/typed/functions/calls.ts';
import { Failure } from '../../../src/base/failure.ts';
import { compareRows, isOrdered, type Rows } from './fuzz/answers.ts';
import { Embedded } from './fuzz/run.ts';
import { FuzzServer } from './fuzz/servers.ts';
import { examples, exampleTable } from './functions/examples.ts';

const recording = new URL('../../fixtures/sql/functions.json', import.meta.url);

/** What both servers answered; null where one refused. */
interface Asked {
  readonly sql: string;
  readonly matrixone: Rows | null;
  readonly mariadb: Rows | null;
}

const statements = Object.values(examples).flat();
const { MATRIXONE_URL, MYSQL_URL, MATRIXONE_RECORD } = process.env;

test.runIf(MATRIXONE_RECORD === '1' && MATRIXONE_URL && MYSQL_URL)(
  'the servers are asked',
  async () => {
    const ask = async (url = ''): Promise<(Rows | null)[]> => {
      const server = await FuzzServer.open(url);
      const answers = await server.ask('functions_asked', exampleTable, statements);
      server.close();
      return answers;
    };
    const [matrixone, mariadb] = [await ask(MATRIXONE_URL), await ask(MYSQL_URL)];
    const asked = statements.map((sql, i) => ({ sql, matrixone: matrixone[i] ?? null, mariadb: mariadb[i] ?? null }));
    writeFileSync(recording, `[\n${asked.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
  },
  240_000,
);

/** What we do not say as either server says it. */
async function judged(
  asked: readonly Asked[],
): Promise<{ refused: string[]; notMatrixone: string[]; different: string[] }> {
  const store = new Embedded();
  const found = { refused: [] as string[], notMatrixone: [] as string[], different: [] as string[] };
  await store.run('CREATE DATABASE d', null);
  for (const sql of exampleTable) await store.run(sql);
  for (const { sql, matrixone, mariadb } of asked) {
    let own: Awaited<ReturnType<Embedded['run']>> | null = null;
    try {
      own = await store.run(sql);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
    if (own === null) {
      if (matrixone ?? mariadb) found.refused.push(sql);
      continue;
    }
    const rows = own;
    const isAs = (answer: Rows | null): boolean =>
      answer !== null && compareRows(answer, rows, { isOrdered: isOrdered(sql), near: true }) !== 'different';
    if (isAs(matrixone)) continue;
    if (isAs(mariadb)) found.notMatrixone.push(sql);
    else found.different.push(`${sql}: ${JSON.stringify(rows)}`);
  }
  await store.close();
  return found;
}

/** What a server answers, and we refuse by name. */
const refusedByName = [
  'SELECT id, ATAN(n, 2) FROM t ORDER BY id',
  "SELECT CONVERT('abc' USING utf8mb4)",
  'SELECT COUNT(DISTINCT s, n) FROM t',
  'SELECT COUNT(DISTINCT s, n) FROM t WHERE id > 90',
  'SELECT id % 2 AS g, COUNT(DISTINCT s, n) FROM t GROUP BY g ORDER BY g',
  "SELECT id, JSON_EXTRACT(j, '$[1].a') FROM t ORDER BY id",
  "SELECT id, JSON_LENGTH(j, '$.b') FROM t ORDER BY id",
];

/** What MatrixOne 4.1.4 does not know or gives otherwise than MySQL's manual has it. */
const asMySql = [
  "SELECT CAST('12.7abc' AS DECIMAL(6,2))",
  'SELECT id, CHARACTER_LENGTH(s) FROM t ORDER BY id',
  "SELECT id, CONCAT_WS('', s) FROM t ORDER BY id",
  "SELECT CONV('zz', 36, 16)",
  'SELECT CONV(255, 10, 16)',
  'SELECT id, CONVERT(n, CHAR) FROM t ORDER BY id',
  'SELECT id, EXTRACT(MONTH FROM tm) FROM t ORDER BY id',
  'SELECT id, EXTRACT(HOUR FROM tm) FROM t ORDER BY id',
  'SELECT JSON_OBJECTAGG(id, n) FROM t WHERE id < 3',
  "SELECT id, JSON_REMOVE(j, '$.a') FROM t ORDER BY id",
  'SELECT id, LAST_VALUE(n) OVER (ORDER BY id) FROM t ORDER BY id',
  "SELECT id, LPAD(s, 3, '') FROM t ORDER BY id",
  'SELECT LENGTH(NOW())',
  'SELECT id, NTH_VALUE(n, 2) OVER (ORDER BY id) FROM t ORDER BY id',
];

describe('functions', () => {
  const recorded = (): Asked[] => JSON.parse(readFileSync(recording, 'utf8')) as Asked[];

  test('have examples, each that is known', () => {
    const forms = ['CAST', 'CONVERT', 'DATE_ADD', 'DATE_SUB', 'EXTRACT'];
    expect(Object.keys(examples).sort()).toEqual([...Object.keys(tables), ...Object.keys(aggregates), ...forms].sort());
    expect(recorded().map(({ sql }) => sql)).toEqual(statements);
  });

  test('give what MatrixOne gives, or what MySQL gives where that is another thing, or are refused', async () => {
    const { refused, notMatrixone, different } = await judged(recorded());
    expect(different).toEqual([]);
    expect(notMatrixone).toEqual(asMySql);
    expect(refused).toEqual(refusedByName);
  });
});
