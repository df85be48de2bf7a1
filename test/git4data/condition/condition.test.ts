/** A condition of a person: which rows it means, and what it refuses with the place. */
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import type { ColumnInfo } from '../../../src/data/table.ts';
import type { Value } from '../../../src/data/value.ts';
import { readCondition } from '../../../src/git4data/condition/condition.ts';

const column = (name: string, type: string, family: ColumnInfo['family']): ColumnInfo => ({
  name,
  type,
  family,
  nullable: true,
});

const columns = [
  column('id', 'BIGINT', 'integer'),
  column('region', 'VARCHAR(20)', 'text'),
  column('price', 'DECIMAL(20,2)', 'decimal'),
  column('score', 'DOUBLE', 'float'),
  column('day', 'DATE', 'date'),
  column('at', 'DATETIME(3)', 'datetime'),
  column('length', 'TIME', 'time'),
  column('churned', 'BOOL', 'boolean'),
  column('raw', 'VARBINARY(10)', 'bytes'),
  column('plan', "ENUM('a','b')", 'text'),
  column('doc', 'JSON', 'json'),
];
const table = { database: 'shop', table: 'items' };

const row = (values: Readonly<Record<string, Value>>): Value[] => columns.map(({ name }) => values[name] ?? null);
const holds = (text: string, values: Readonly<Record<string, Value>>): boolean | null =>
  readCondition(text, table, columns).holds(row(values));

function refusal(text: string): { at: number; what: string; hint?: string } {
  try {
    readCondition(text, table, columns);
  } catch (error) {
    if (Failure.is(error, 'condition.refused')) return error.data;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('a condition means', () => {
  test.each<[string, Readonly<Record<string, Value>>, boolean | null]>([
    ["region = 'West'", { region: 'West' }, true],
    ["region = 'west'", { region: 'West' }, false],
    ["region = 'West'", { region: 'West ' }, false],
    ["region = 'West'", {}, null],
    ["region <=> 'West'", {}, false],
    ['region <=> NULL', {}, true],
    ['region = NULL', { region: 'West' }, null],
    ['REGION IS NULL', {}, true],
    ['region IS NOT NULL', {}, false],
    ["NOT region = 'West'", {}, null],
    ["NOT region = 'West'", { region: 'East' }, true],
    ["region IN ('East', 'West')", { region: 'West' }, true],
    ["region NOT IN ('East', NULL)", { region: 'West' }, null],
    ["region NOT IN ('East', NULL)", { region: 'East' }, false],
    ["region < 'b'", { region: '\u{10000}' }, false],
    ["region > '\uFFEE'", { region: '\u{10000}' }, true],
    ["region LIKE 'W%t'", { region: 'West' }, true],
    ["region LIKE 'W_t'", { region: 'West' }, false],
    ["region LIKE 'W__t'", { region: 'West' }, true],
    ["region LIKE '100\\%'", { region: '100%' }, true],
    ["region LIKE '100\\%'", { region: '1000' }, false],
    ["region LIKE '%'", { region: '' }, true],
    ["region NOT LIKE 'w%'", { region: 'West' }, true],
    ["plan = 'a'", { plan: 'a' }, true],
    ['id = 9007199254740993', { id: 9007199254740993n }, true],
    ['id = 9007199254740993', { id: 9007199254740992 }, false],
    ['id < 2.5', { id: 2 }, true],
    ['id = -3', { id: -3 }, true],
    ['price = 0.1', { price: '0.10' }, true],
    ['price = 9007199254740993.01', { price: '9007199254740993.02' }, false],
    ['price >= -.5', { price: '-0.50' }, true],
    ['price BETWEEN 1 AND 2', { price: '2.00' }, true],
    ['price NOT BETWEEN 1 AND 2', { price: '2.01' }, true],
    ['score > 1e2', { score: 100.5 }, true],
    ['score = price', { score: 0.5, price: '0.50' }, true],
    ["day = '2024-1-31'", { day: '2024-01-31' }, true],
    ["day >= DATE '2024-02-01'", { day: '2024-01-31' }, false],
    ["at > '2024-01-31'", { at: '2024-01-31 00:00:00.001' }, true],
    ["at = '2024-01-31 10:00'", { at: '2024-01-31 10:00:00.000' }, true],
    ["length > '-100:00:00'", { length: '-99:59:59' }, true],
    ["length < '9:00:00'", { length: '10:00:00' }, false],
    ['churned', { churned: 1 }, true],
    ['NOT churned', { churned: 0 }, true],
    ['churned = FALSE', { churned: 0 }, true],
    ['churned IS NOT TRUE', {}, true],
    ["raw = x'01FF'", { raw: Uint8Array.of(1, 255) }, true],
    ['raw < 0x0200', { raw: Uint8Array.of(1, 255) }, true],
    ["(region = 'West' OR id > 5) AND NOT churned", { region: 'East', id: 6, churned: 0 }, true],
    ["region = 'West' OR id > 5", { id: 6 }, true],
    ["region = 'West' AND id > 5", { id: 5 }, false],
    ["region = 'West' AND id > 5", { id: 6 }, null],
    ["region = 'West' XOR churned", { region: 'West', churned: 1 }, false],
    ["(region = 'West') IS UNKNOWN", {}, true],
    ["`region` = 'We''st'", { region: "We'st" }, true],
    ["items.region = 'West' && shop.items.id = 1", { region: 'West', id: 1 }, true],
    ["1 = id OR 'a' IN (region, plan)", { id: 2, region: 'b', plan: 'a' }, true],
    ['doc IS NULL', { doc: '{}' }, false],
  ])('%s of %o: %s', (text, values, wanted) => {
    expect(holds(text, values)).toBe(wanted);
  });
});

describe('what has no rule is refused by name, with its place', () => {
  test.each([
    ['', 1, 'it is empty'],
    ["region = 'West' ORDER BY id", 17, 'ORDER has no rule here'],
    ["region = 'West'; DROP TABLE items", 16, '; has no rule here'],
    ['region =', 9, 'it ends too early'],
    ['region = 5', 10, 'region is a text and 5 is a number'],
    ["id = '5'", 6, "id is a number and '5' is a text"],
    ["day = '2024-02-30'", 7, "'2024-02-30' is not a date, as day is"],
    ["day = '2024-02-03 10:00:00'", 7, "'2024-02-03 10:00:00' is not a date, as day is"],
    ['day = at', 7, 'day is a date and at is a date with a time'],
    ['length(region) > 3', 1, 'the function length has no rule here'],
    ['id + 1 = 2', 4, '+ has no rule here'],
    ['id IN (SELECT id FROM other)', 8, 'a sub-query has no rule here'],
    ["plan > 'a'", 1, 'plan is an ENUM or a SET, which has no order here'],
    ["doc = '{}'", 1, 'doc is JSON, which has no comparison here'],
    ['id', 1, 'id is no condition by itself'],
    ['id = 1 = 1', 8, 'a comparison is compared again here'],
    ['(id = 1) = (id = 2)', 2, 'a condition is compared with something here'],
    ["region = 'West", 10, 'this quote is never closed'],
    ['id = 1 /*! OR 1 = 1 */', 8, 'a comment stands here'],
    ['other.id = 1', 1, 'other is another table than shop.items'],
    ["region LIKE 'a' ESCAPE '!'", 17, 'ESCAPE has no rule here'],
    ['id LIKE 5', 1, 'id is no column of text, which LIKE is for'],
    ['@x = id', 1, '@x has no rule here'],
    ["raw = x'1'", 7, "x'1' is no whole number of bytes"],
  ])('%s', (text, at, what) => {
    expect(refusal(text)).toMatchObject({ at, what });
  });

  test.each([
    ['"region" = \'West\'', 1, 'A name stands bare or in backticks; what stands in quotes is a text.'],
    ["[region] = 'West'", 1, 'A name stands bare or in backticks.'],
    ["region == 'West'", 9, 'Write a single =.'],
    ["region ILIKE 'w%'", 8, 'LIKE is the only pattern here, and case counts.'],
    ["region ~ 'W'", 8, 'LIKE is the only pattern here.'],
    ["region = 'a' || region = 'b'", 14, 'Write OR.'],
    ["region = N'West'", 10, 'Leave it out.'],
    ['region = West', 10, 'A text stands in quotes.'],
    ['regoin IS NULL', 1, 'Did you mean "region"?'],
  ])('in another dialect: %s', (text, at, hint) => {
    expect(refusal(text)).toMatchObject({ at, hint });
  });

  test('the sentence names the place and says that nothing happened', () => {
    expect(() => readCondition("id = '5'", table, columns)).toThrow(
      "The condition cannot be used: at character 6, id is a number and '5' is a text. Write it as a number, without quotes. Nothing was changed.",
    );
  });

  test('no nesting and no pattern makes it slow or ends it', () => {
    expect(refusal(`${'('.repeat(5000)}id = 1${')'.repeat(5000)}`).what).toBe('it is nested too deeply');
    expect(refusal(`${'NOT '.repeat(4000)}churned`).what).toBe('it is nested too deeply');
    expect(holds(`region LIKE '${'%a'.repeat(1000)}b'`, { region: 'a'.repeat(5000) })).toBe(false);
    expect(holds(Array.from({ length: 900 }, (_, i) => `id = ${i}`).join(' OR '), { id: 899 })).toBe(true);
  });
});
