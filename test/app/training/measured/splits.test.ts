/** Rows split by group, time and column, from a real store through trainer and registry: nobody is tested on what it was trained on. */
import { describe, expect, test } from 'vitest';
import { evaluateMatrix } from '../../../../src/app/models/evaluateMatrix.ts';
import { reproduceModel } from '../../../../src/app/models/reproduce.ts';
import { sql } from '../../support/bench.ts';
import { modelOf, openShop, sidesOf } from '../../support/splitShop.ts';

const forever = new AbortController().signal;

const time = { time: 'day', validation: '2026-10-01', test: '2026-11-01' };
const splits = { group: { group: ['customer'] }, time, column: { column: 'part', test: 'test', validation: 'val' } };

test.each(Object.entries(splits))(
  'by %s: full fit, update and reproduction, each row on one side',
  async (by, split) => {
    const shop = await openShop();
    const first = modelOf(await shop.run('full', split));
    expect(first.plan).toMatchObject({ format: 4, split: { by } });
    await shop.insert(2_000, 2_300);
    await sql(shop.store, `UPDATE shop.v SET age = age + 1 WHERE id BETWEEN 100 AND 140`);
    await sql(shop.store, 'DELETE FROM shop.v WHERE id < 30');
    const outcome = await shop.run('delta', split);
    const second = modelOf(outcome);
    // Exact by the learner's own sums: what was taken in and back is what a full fit of the train rows has.
    expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
    const inFull = { fromRoot: false, inFull: true };
    expect(await reproduceModel('m2', inFull, shop.workbench, forever, () => {})).toMatchObject({ identical: true });
    expect(
      await reproduceModel('m2', { fromRoot: true, inFull: false }, shop.workbench, forever, () => {}),
    ).toMatchObject({
      identical: true,
    });
    const column = { group: 'customer', time: 'day', column: 'part' }[by] ?? '';
    const sides = await sidesOf(shop, second, column);
    expect([sides.rows, sides.different]).toEqual([2_270, 2_270]);
    for (const value of sides.test) expect(sides.train.has(value) || sides.validation.has(value)).toBe(false);
    for (const value of sides.validation) expect(sides.train.has(value)).toBe(false);
    expect(second.metrics.n).toBeGreaterThan(100);
    expect(second.guard.measures?.length).toBeGreaterThan(0);
  },
);

describe('by time', () => {
  test('test rows are those from the edge on, and an edge that moved begins with a full fit', async () => {
    const shop = await openShop();
    const first = modelOf(await shop.run('full', time));
    const sides = await sidesOf(shop, first, 'day');
    expect([...sides.test].every((value) => String(value) >= '2026-11-01')).toBe(true);
    expect([...sides.train].every((value) => String(value) < '2026-10-01')).toBe(true);
    await shop.insert(2_000, 2_300);
    const later = { ...time, validation: '2026-11-15', test: '2026-12-01' };
    const kept = await shop.run('delta', later);
    expect(modelOf(kept).plan.split).toEqual(first.plan.split);
    expect(kept.notes.join(' ')).toContain(
      'Rows stay split as for m1 (by day: validation from 2026-10-01, test from 2026-11-01)',
    );
    const advanced = modelOf(await shop.run('full', later));
    expect(advanced.plan.split).toMatchObject({ test: '2026-12-01' });
    // Asked at or after both edges: none of these rows was a train row of the parent's.
    expect(advanced.guard.now?.n).toBe(advanced.metrics.n);
    const matrix = await evaluateMatrix({ training: await shop.training(later) }, shop.workbench, forever);
    expect(matrix.missing.flat().every((one) => one === null)).toBe(true);
    // Back again: the newest was trained on rows that would be tested on.
    const back = await evaluateMatrix({ training: await shop.training(time) }, shop.workbench, forever);
    expect(back.missing[2]?.[0]).toContain('v/m3 was trained on rows that are split otherwise now');
  });

  test('rows whose time is corrected over the edge are left out of the comparison and counted', async () => {
    const shop = await openShop();
    const first = modelOf(await shop.run('full', time));
    await shop.insert(2_000, 2_300);
    await sql(shop.store, `UPDATE shop.v SET day = '2026-12-24' WHERE id IN (10, 11, 12)`);
    await sql(shop.store, `UPDATE shop.v SET day = '2026-02-01' WHERE id = 320`);
    const outcome = await shop.run('delta', time);
    const second = modelOf(outcome);
    expect(outcome.notes.join(' ')).toContain('4 rows came over an edge of the split since v/m1');
    expect(second.plan.moved).toHaveLength(3);
    expect(first.plan.moved).toBe(undefined);
    const sides = await sidesOf(shop, second, 'id');
    for (const id of [10, 11, 12]) expect([sides.test.has(id), sides.train.has(id)]).toEqual([false, false]);
    expect(sides.train.has(320)).toBe(true);
    expect(outcome.model && outcome.exact).toBe('identical to a full fit with this encoder (frozen at m1)');
    expect(
      await reproduceModel('m2', { fromRoot: false, inFull: true }, shop.workbench, forever, () => {}),
    ).toMatchObject({
      identical: true,
    });
    // They stay left out.
    await shop.insert(2_300, 2_400);
    expect(modelOf(await shop.run('delta', time)).plan.moved).toEqual(second.plan.moved);
  });

  test('a model of another split is held against rows that neither saw', async () => {
    const shop = await openShop();
    const first = modelOf(await shop.run('full', undefined));
    await shop.insert(2_000, 2_300);
    const second = modelOf(await shop.run('full', time));
    // About nine in ten of its test rows were train rows of the first.
    expect(second.guard.now?.n).toBeGreaterThan(0);
    expect(second.guard.now?.n).toBeLessThan(second.metrics.n / 2);
    expect(first.plan.split).toBe(undefined);
  });
});

test('"all" looks at every row of a side', async () => {
  const shop = await openShop();
  const few = modelOf(await shop.run('full', splits.column, { testRows: 100 }));
  expect(few.metrics.n).toBe(100);
  const all = modelOf(await shop.run('full', splits.column, { testRows: 'all', validationRows: 'all' }));
  expect(all.metrics.n).toBe(400);
});

test('one group has no rows for a test, which is said of groups', async () => {
  const shop = await openShop();
  await sql(shop.store, `UPDATE shop.v SET part = 'b'`);
  await expect(shop.run('full', { group: ['part'] })).rejects.toThrow(
    'There are too few groups for one to fall to the test side',
  );
});

describe('is refused by name:', () => {
  test.each<[string, object, string]>([
    ['a time column with text', { time: 'part', test: '2026-11-01' }, '"part" holds "'],
    ['a number for a date', { time: 'day', test: 5 }, 'one is a number, the other a date'],
    [
      'an edge in the future',
      { time: 'day', test: '2031-01-01' },
      'No row of shop.v is a test row where rows are split by day: test from 2031-01-01. Move the edge to where',
    ],
    [
      'an edge that is none',
      { time: 'day', test: 'soon' },
      'The edge "soon" of "split" is neither a date nor a number',
    ],
    ['edges in the wrong order', { ...time, validation: '2026-12-01' }, 'do not come before test rows'],
    ['no side for test', { time: 'day' }, '"split" does not say which rows are test rows'],
    ['two ways', { ...time, group: ['customer'] }, '"split" names 2 of'],
    ['no way', { test: 'x' }, '"split" names none of'],
    ['the label', { column: 'bought', test: 'yes' }, 'Rows cannot be split by their label "bought"'],
    ['a column that is not there', { group: ['custmer'] }, '"custmer"'],
    ['a value that no row has', { column: 'part', test: 'nobody' }, 'are split by the column part. Name a value that'],
    ['shares in a group', { group: ['customer'], test: 0.2 }, 'Groups are split by shares'],
  ])('%s', async (_, split, sentence) => {
    const shop = await openShop();
    await expect(shop.run('full', split)).rejects.toThrow(sentence);
    expect(await shop.registry.summaries()).toEqual([]);
  });

  test('shares beside edges', async () => {
    const shop = await openShop();
    await expect(shop.training(time, { test: 0.3 })).rejects.toThrow('The shares "test" and "validation" say nothing');
  });

  test('a group that is NULL', async () => {
    const shop = await openShop();
    await sql(shop.store, 'UPDATE shop.v SET customer = NULL WHERE id = 7');
    await expect(shop.run('full', splits.group)).rejects.toThrow(
      'A row has no value in "customer", so it is in no group.',
    );
  });

  test('a group that changes for a row, by an update alone', async () => {
    const shop = await openShop();
    modelOf(await shop.run('full', splits.group));
    await shop.insert(2_000, 2_100);
    await sql(shop.store, 'UPDATE shop.v SET customer = 199 - customer WHERE id < 200');
    await expect(shop.run('delta', splits.group)).rejects.toThrow(
      /rows have another group than for v\/m1 \(customer\)/,
    );
    expect(modelOf(await shop.run('full', splits.group)).plan.moved?.length).toBeGreaterThan(0);
  });
});
