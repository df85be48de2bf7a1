/**
 * A condition of a person (a partial restore's, of rows left out, `--where`) is asked of rows in memory, on every engine alike. It means what
 * the same words mean behind WHERE: held to the embedded engine by random conditions, of which each is read by both or refused by the first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { rowAt } from '../../../src/data/page.ts';
import type { TableInfo } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import { live } from '../../../src/data/version.ts';
import { readCondition } from '../../../src/git4data/condition/condition.ts';
import { EmbeddedStore } from '../../../src/stores/embedded/store.ts';
import { Script } from './fuzz/script.ts';

const folder = mkdtempSync(join(tmpdir(), 'condition-'));
const store = EmbeddedStore.open({ path: join(folder, 'store.db'), readOnly: false, create: true });
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rowsOf(sql: string): Promise<Value[][]> {
  const rows: Value[][] = [];
  for await (const page of store.query({ sql, database: 'd' }))
    for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
  return rows;
}

const name = { database: 'd', table: 't1' };
const seeds = Array.from({ length: 40 }, (_, i) => 71_000 + i);

/** Comparisons of columns and literals of every kind, also of kinds that do not go together. */
class Conditions extends Script {
  column(): string {
    return this.pick('id', 'ti', 'su', 'n', 'b', 'ub', 'd', 'e', 'x', 'f', 's', 'u', 'dt', 'tm', 'tm6', 'o');
  }
  literal(): string {
    return this.pick(
      this.number(),
      this.number(),
      `'${this.number()}'`,
      "'b'",
      "'2024-01-02'",
      "'2024-01-02 10:00:00'",
      "DATE '2024-02-29'",
      'TRUE',
      'NULL',
      '18446744073709551615',
      '9223372036854775808',
      '-0.5',
    );
  }
  side(): string {
    return this.chance(0.25) ? this.column() : this.literal();
  }
  one(): string {
    const column = this.column();
    const not = this.chance(0.3) ? 'NOT ' : '';
    return this.pick(
      `${column} ${this.op()} ${this.side()}`,
      `${column} ${this.op()} ${this.side()}`,
      `${column} ${not}BETWEEN ${this.side()} AND ${this.side()}`,
      `${column} ${not}IN (${this.side()}, ${this.side()})`,
      `${column} ${not}LIKE '${this.pick('1%', '%b', '_', 'a_c%', '\\\\%')}'`,
      `${column} IS ${not}NULL`,
      `(${column} ${this.op()} ${this.side()}) IS ${not}TRUE`,
    );
  }
  override condition(): string {
    return this.chance(0.5)
      ? this.one()
      : `${this.one()} ${this.pick('AND', 'OR')} ${this.chance(0.3) ? 'NOT ' : ''}(${this.one()})`;
  }
}

interface Found {
  readonly different: string[];
  /** Read in memory, refused behind WHERE. */
  readonly laxer: string[];
  same: number;
  refused: number;
}

const idsWhere = (rows: readonly (readonly Value[])[], text: string, { columns }: TableInfo): unknown[] => {
  const { holds } = readCondition(text, name, columns);
  return rows.filter((row) => holds(row) === true).map((row) => Number(row[0]));
};

async function compareOne(text: string, rows: readonly Value[][], info: TableInfo, found: Found): Promise<void> {
  let own: unknown[];
  try {
    own = idsWhere(rows, text, info);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    found.refused++;
    return;
  }
  try {
    const asked = (await rowsOf(`SELECT id FROM t1 WHERE ${text} ORDER BY id`)).map(([id]) => Number(id));
    if (JSON.stringify(asked) === JSON.stringify(own)) found.same++;
    else found.different.push(`${text}: ${JSON.stringify(own)}, behind WHERE ${JSON.stringify(asked)}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    found.laxer.push(`${text}: ${error.message}`);
  }
}

beforeAll(async () => {
  for await (const page of store.query({ sql: 'CREATE DATABASE d', database: null })) expect(page.rows).toBe(0);
});

test('random conditions mean what they mean behind WHERE, or are refused', async () => {
  const found: Found = { different: [], laxer: [], same: 0, refused: 0 };
  for (const seed of seeds) {
    const script = new Conditions(seed);
    const { create, fill } = script.tables();
    for (const sql of ['DROP TABLE IF EXISTS t1', 'DROP TABLE IF EXISTS t2', ...create, ...fill]) await rowsOf(sql);
    const info = await store.table(name, live);
    const rows: Value[][] = [];
    const columns = info.columns.map((column) => column.name);
    for await (const page of store.readRows({ table: name, at: live, columns, order: 'key' }))
      for (let i = 0; i < page.rows; i++) rows.push(rowAt(page, i));
    for (let i = 0; i < 60; i++) await compareOne(script.condition(), rows, info, found);
  }
  expect(found.different).toEqual([]);
  expect(found.laxer).toEqual([]);
  expect(found.same).toBeGreaterThan(600);
}, 120_000);
