// The shipped sample: the file is the one it says it is, and the story runs as it stands.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { queryRows } from '../../../src/app/registry/queryRows.ts';
import {
  badImport,
  badImportSql,
  buildSample,
  sampleRows,
  sampleTable,
  sampleTables,
  sampleVersions,
} from '../../../src/app/sample/sample.ts';
import { atSnapshot } from '../../../src/data/version.ts';
import { openStore } from '../support/bench.ts';

const media = (name: string): string => readFileSync(new URL(`../../../media/sample/${name}`, import.meta.url), 'utf8');

test('the file is the published one', () => {
  const csv = media('weather.csv');
  expect(createHash('sha256').update(csv).digest('hex')).toBe(
    '27219f1ca8dbd94c9b6f4b9f4f52ab2f1eb33dfdcf719cd9fc6481ed50b74549',
  );
  const rows = sampleRows(csv);
  expect(rows).toHaveLength(2922);
  expect(rows[0]).toEqual(['Seattle', '2012-01-01', 0, 12.8, 5, 4.7, 'drizzle']);
});

test('each version has the rows it says, and the bad import exchanges rain and sun of one city and year', async () => {
  const store = openStore();
  const seen: string[] = [];
  await buildSample(store, media('weather.csv'), { on: async (version) => void seen.push(version.name) });
  expect(seen).toEqual(sampleVersions.map(({ name }) => name));
  for (const { name, rows } of sampleVersions) expect(await store.countRows(sampleTable, atSnapshot(name))).toBe(rows);
  const kinds = async (): Promise<unknown> =>
    queryRows(
      store,
      `SELECT location, weather, COUNT(*) FROM noaa.weather WHERE date >= '2014-01-01' AND date < '2015-01-01' AND weather IN ('rain', 'sun') GROUP BY location, weather ORDER BY location, weather`,
    );
  expect(await kinds()).toEqual([
    ['New York', 'rain', 102],
    ['New York', 'sun', 227],
    ['Seattle', 'rain', 148],
    ['Seattle', 'sun', 187],
  ]);
  expect(await badImport(store)).toBe(329);
  expect(await kinds()).toEqual([
    ['New York', 'rain', 227],
    ['New York', 'sun', 102],
    ['Seattle', 'rain', 148],
    ['Seattle', 'sun', 187],
  ]);
});

test('it can stop at a version', async () => {
  const store = openStore();
  await buildSample(store, media('weather.csv'), { upTo: 'weather_v2' });
  expect(await store.countRows(sampleTable)).toBe(731);
  expect((await store.snapshots()).map(({ name }) => name).sort()).toEqual(['weather_v1', 'weather_v2']);
});

test('the story tells exactly what is run', () => {
  const story = media('story.sql');
  const told = [...sampleVersions.map(({ sql }) => sql), badImportSql];
  for (const sql of told) expect(story).toContain(`${sql};`);
  for (const { name } of sampleVersions) expect(story).toContain(`CREATE SNAPSHOT ${name} FOR TABLE noaa weather;`);
  expect(sampleTables.map((sql) => sql.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS'))[1]).toSatisfy(
    (sql: string) => story.includes(sql),
  );
});
