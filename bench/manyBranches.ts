/**
 * What branches of a table of 100,000 rows cost to make, to change in ten rows each, to compare, to merge and to delete:
 * `npm run bench manyBranches 100` (how many). Processor milliseconds, medians; and how much each takes of the file.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStore } from '../src/stores/embedded/store.ts';
import { median, processorMs } from './support/timing.ts';

const count = Number(process.argv[2] ?? 100);
if (!Number.isSafeInteger(count) || count < 1)
  throw new Error('how many branches? a number, as in: npm run bench manyBranches 100');
const rows = 100_000;

async function measure(store: EmbeddedStore, path: string): Promise<void> {
  const run = async (sql: string): Promise<void> => {
    for await (const page of store.query({ sql })) void page;
  };
  const bytes = (): number => statSync(path).size + (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  const all = async (what: string, statement: (i: number) => string): Promise<void> => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) times.push(await processorMs(() => run(statement(i))));
    console.log(`${what}: ${median(times).toFixed(1)} ms, at most ${Math.max(...times).toFixed(1)}`);
  };
  await run('CREATE DATABASE d');
  await run('CREATE TABLE d.t (id INT PRIMARY KEY, a DOUBLE, b DOUBLE, c VARCHAR(20), e INT)');
  await run(
    `INSERT INTO d.t SELECT result, result / 7, result * 3.5, CONCAT('row ', result), result % 10 FROM generate_series(1, ${rows}) g`,
  );
  const before = bytes();
  await all('make', (i) => `DATA BRANCH CREATE TABLE d.b${i} FROM d.t`);
  console.log(`${((bytes() - before) / count / 1e6).toFixed(2)} MB each`);
  await all('change ten rows', (i) => `UPDATE d.b${i} SET e = e + 1 WHERE id > ${i * 10} AND id <= ${i * 10 + 10}`);
  await all('compare', (i) => `DATA BRANCH DIFF d.b${i} AGAINST d.t OUTPUT SUMMARY`);
  await all('merge', (i) => `DATA BRANCH MERGE d.b${i} INTO d.t`);
  await all('delete', (i) => `DATA BRANCH DELETE TABLE d.b${i}`);
  console.log(`${(await store.branches()).length} branches are left`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'branches-'));
  const path = join(folder, 'store.db');
  const store = EmbeddedStore.open({ path, readOnly: false, create: true });
  try {
    await measure(store, path);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
