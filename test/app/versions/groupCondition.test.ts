// The condition that a group of suspects becomes, and that it reads as one.
import { describe, expect, test } from 'vitest';
import { groupCondition } from '../../../src/app/versions/partial/groupCondition.ts';
import type { SuspectGroup } from '../../../src/data/judgement.ts';
import type { ColumnInfo, TypeFamily } from '../../../src/data/table.ts';
import { readCondition } from '../../../src/git4data/condition/condition.ts';

const column = (name: string, family: TypeFamily, type: string): ColumnInfo => ({ name, family, type, nullable: true });
const columns = [
  column('id', 'integer', 'BIGINT'),
  column('region', 'text', 'VARCHAR(20)'),
  column('calls', 'integer', 'INT'),
  column('since', 'date', 'DATE'),
  column('order', 'text', 'VARCHAR(9)'),
  column('score', 'float', 'FLOAT'),
  column('churned', 'text', 'VARCHAR(3)'),
];
const table = { columns, key: ['id'] };

const group = (of: Partial<SuspectGroup>): Omit<SuspectGroup, 'hashes'> => ({
  change: 'features',
  column: 'calls',
  label: null,
  where: null,
  rows: 20,
  share: 0.9,
  before: 0.9,
  after: 0.3,
  ...of,
});

describe('a group of suspects as a condition', () => {
  test.each([
    ['a value', group({ where: { column: 'region', value: "Cote d'Or" } }), "region = 'Cote d''Or'", ['calls']],
    ['a number', group({ where: { column: 'calls', value: '3' } }), 'calls = 3', ['calls']],
    ['nothing', group({ where: { column: 'order', value: '' } }), '`order` IS NULL', ['calls']],
    ['a range', group({ where: { column: 'calls', from: 2, to: 7.5 } }), 'calls BETWEEN 2 AND 7.5', ['calls']],
    [
      'a range of singles',
      group({ where: { column: 'score', from: 0.7, to: 1e-9 } }),
      'score BETWEEN 0.699999988079071e0 AND 9.999999717180685e-10',
      ['calls'],
    ],
    [
      'days',
      group({ change: 'inserted', column: null, where: { column: 'since', from: 20_000, to: 20_001 } }),
      "since BETWEEN '2024-10-04' AND '2024-10-05'",
      null,
    ],
    [
      'a label that became another',
      group({
        change: 'labels',
        column: null,
        label: { from: 'yes', to: 'no' },
        where: { column: 'region', value: 'West' },
      }),
      "region = 'West' AND churned = 'yes'",
      ['churned'],
    ],
    ['every changed row', group({}), 'id IS NOT NULL', ['calls']],
  ])('by %s', (_, of, where, back) => {
    expect(groupCondition(of, 'churned', table)).toEqual({ where, columns: back });
    expect(readCondition(where, { database: 'd', table: 't' }, columns).text).toBe(where);
  });
});
