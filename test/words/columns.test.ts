import { expect, test } from 'vitest';
import { columnsText } from '../../src/words/columns.ts';

const of = (columns: Record<string, string>) => ({
  columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
});

test('the same columns are nothing to tell of, in whatever order', () => {
  expect(columnsText(of({ a: 'INT', b: 'TEXT' }), of({ b: 'TEXT', a: 'INT' }))).toBeNull();
});

test('columns that came, went or have another type are named', () => {
  expect(columnsText(of({ a: 'INT', b: 'TEXT', c: 'DATE' }), of({ a: 'BIGINT', c: 'DATE', d: 'TEXT' }))).toBe(
    'New columns: d. Columns that are gone: b. Columns of another type: a (was INT, is BIGINT).',
  );
});
