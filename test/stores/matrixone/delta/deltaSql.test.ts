/** The statements of a delta, exactly as they are sent. */
import { describe, expect, test } from 'vitest';
import { atSnapshot, live } from '../../../../src/data/version.ts';
import type { Release } from '../../../../src/git4data/serverVersion.ts';
import {
  joinCountSql,
  joinSql,
  multisetCountSql,
  multisetSql,
} from '../../../../src/stores/matrixone/delta/compareSql.ts';
import { diffRowsSql, diffSummarySql, imagesSql } from '../../../../src/stores/matrixone/delta/diffDelta.ts';
import { mergeSql } from '../../../../src/stores/matrixone/delta/mergeDelta.ts';
import { isLeftover, scratchName } from '../../../../src/stores/matrixone/delta/scratch.ts';
import { column, infoOf, itemColumns, planOf, table } from '../plans.ts';

const release: Release = [4, 1, 4];
const [v1, v2] = [atSnapshot('v1'), atSnapshot('v2')];
const sourcesOf = ({ from, to }: ReturnType<typeof planOf>) => ({ before: from.source, after: to.source });
const joined = (plan: ReturnType<typeof planOf>, of: Release = release): string => joinSql(plan, sourcesOf(plan), of);

describe('comparing by key', () => {
  test('gives both images, now and at one snapshot, in the order of the key', () => {
    expect(joined(planOf(v1))).toBe(
      'SELECT CASE WHEN b.`id` IS NULL THEN 0 WHEN a.`id` IS NULL THEN 2 ELSE 1 END, ' +
        'b.`id`, b.`name`, b.`price`, a.`id`, a.`name`, a.`price` ' +
        "FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ b FULL JOIN `shop`.`items` a ON b.`id` = a.`id` " +
        'WHERE b.`id` IS NULL OR a.`id` IS NULL OR NOT (b.`name` <=> a.`name` AND b.`price` <=> a.`price`) ' +
        'ORDER BY CASE WHEN a.`id` IS NULL THEN b.`id` ELSE a.`id` END',
    );
  });

  test('backwards, over one column, with a limit', () => {
    expect(joined(planOf(live, v1, { columns: ['price'], limit: 7 }))).toBe(
      'SELECT CASE WHEN b.`id` IS NULL THEN 0 WHEN a.`id` IS NULL THEN 2 ELSE 1 END, ' +
        'b.`id`, b.`price`, a.`id`, a.`price` ' +
        "FROM `shop`.`items` b FULL JOIN `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ a ON b.`id` = a.`id` " +
        'WHERE b.`id` IS NULL OR a.`id` IS NULL OR NOT (b.`price` <=> a.`price`) ' +
        'ORDER BY CASE WHEN a.`id` IS NULL THEN b.`id` ELSE a.`id` END LIMIT 7',
    );
  });

  test('over the key alone nothing can be updated', () => {
    expect(joined(planOf(v1, live, { columns: [] }))).toContain('WHERE b.`id` IS NULL OR a.`id` IS NULL ORDER BY');
  });

  test('in hash order the server makes the hash, and sends it when it is asked for', () => {
    const key = 'CASE WHEN a.`id` IS NULL THEN b.`id` ELSE a.`id` END';
    const hash = `MD5(CONCAT('s:', CAST(${key} AS CHAR)))`;
    const sql = joined(planOf(v1, live, { order: 'hash', salt: 's', withHash: true }));
    expect(sql).toContain(`a.\`price\`, ${hash} FROM`);
    expect(sql).toMatch(new RegExp(`ORDER BY ${hash.replace(/[()|\\?+*.[\]{}$^]/g, '\\$&')}, CASE`));
  });

  test('a server without <=> gets it written out', () => {
    expect(joined(planOf(v1, live, { columns: ['name'] }), [3, 0, 10])).toContain(
      'NOT ((b.`name` IS NULL AND a.`name` IS NULL OR b.`name` IS NOT NULL AND a.`name` IS NOT NULL AND b.`name` = a.`name`))',
    );
  });

  test('a server without FULL JOIN is asked for what was there and for what was not, in one statement', () => {
    const plan = planOf(v1, live, { columns: ['name'], limit: 3 });
    expect(joined(plan, [3, 0, 18])).toBe(
      'SELECT s0, s1, s2, s3, s4 FROM (' +
        'SELECT CASE WHEN b.`id` IS NULL THEN 0 WHEN a.`id` IS NULL THEN 2 ELSE 1 END AS s0, ' +
        'b.`id` AS s1, b.`name` AS s2, a.`id` AS s3, a.`name` AS s4, CASE WHEN a.`id` IS NULL THEN b.`id` ELSE a.`id` END AS o0 ' +
        "FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ b LEFT JOIN `shop`.`items` a ON b.`id` = a.`id` " +
        'WHERE a.`id` IS NULL OR NOT (b.`name` <=> a.`name`) UNION ALL ' +
        'SELECT CASE WHEN b.`id` IS NULL THEN 0 WHEN a.`id` IS NULL THEN 2 ELSE 1 END AS s0, ' +
        'b.`id` AS s1, b.`name` AS s2, a.`id` AS s3, a.`name` AS s4, CASE WHEN a.`id` IS NULL THEN b.`id` ELSE a.`id` END AS o0 ' +
        "FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ b RIGHT JOIN `shop`.`items` a ON b.`id` = a.`id` " +
        'WHERE b.`id` IS NULL) d ORDER BY o0 LIMIT 3',
    );
    expect(joinCountSql(plan, sourcesOf(plan), [3, 0, 18])).toMatch(
      /^SELECT SUM\(n\), SUM\(b\), SUM\(a\) FROM \(SELECT COUNT\(\*\) AS n, .* LEFT JOIN .* UNION ALL .* RIGHT JOIN .*\) d$/,
    );
  });

  test('a shape is compared and read as its text', () => {
    const info = infoOf([column('id', 'INT'), column('g', 'GEOMETRY')]);
    const sql = joined(planOf(v1, live, {}, info));
    expect(sql).toContain('ST_AsText(b.`g`), a.`id`, ST_AsText(a.`g`)');
    expect(sql).toContain('NOT (ST_AsText(b.`g`) <=> ST_AsText(a.`g`))');
  });

  test('counts come as one row', () => {
    const plan = planOf(v1);
    expect(joinCountSql(plan, sourcesOf(plan), release)).toMatch(
      /^SELECT COUNT\(\*\), COUNT\(b\.`id`\), COUNT\(a\.`id`\) FROM .* FULL JOIN /,
    );
  });

  test('a key of several columns', () => {
    const info = infoOf(itemColumns, ['name', 'id']);
    expect(joined(planOf(v1, live, {}, info))).toContain('ON b.`name` = a.`name` AND b.`id` = a.`id` WHERE');
  });
});

describe('comparing without a key', () => {
  const plan = planOf(v1, live, {}, infoOf(itemColumns.slice(0, 2), []));
  const counted =
    "FROM (SELECT -1 AS n, `id` AS c0, `name` AS c1 FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ " +
    'UNION ALL SELECT 1 AS n, `id` AS c0, `name` AS c1 FROM `shop`.`items`) d GROUP BY c0, c1 HAVING SUM(n) <> 0';

  test('equal rows cancel out', () => {
    expect(multisetSql(plan, sourcesOf(plan))).toBe(`SELECT SUM(n), c0, c1 ${counted}`);
  });

  test('counted', () => {
    expect(multisetCountSql(plan, sourcesOf(plan))).toBe(
      `SELECT SUM(CASE WHEN n > 0 THEN n ELSE 0 END), SUM(CASE WHEN n < 0 THEN -n ELSE 0 END) FROM (SELECT SUM(n) AS n ${counted}) r`,
    );
  });
});

describe('DIFF', () => {
  test.each([
    [v1, live, "`shop`.`items` AGAINST `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/"],
    [live, v1, "`shop`.`items` AGAINST `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/"],
    [
      v1,
      v2,
      "`shop`.`items`{SNAPSHOT='v2'}/*1700000000000000002*/ AGAINST `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/",
    ],
    [
      v2,
      v1,
      "`shop`.`items`{SNAPSHOT='v2'}/*1700000000000000002*/ AGAINST `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/",
    ],
  ])('has the newer version first, whichever way it is asked', (from, to, sides) => {
    expect(diffSummarySql(planOf(from, to))).toBe(`DATA BRANCH DIFF ${sides} OUTPUT SUMMARY`);
    expect(diffRowsSql(planOf(from, to), { release })).toBe(`DATA BRANCH DIFF ${sides}`);
  });

  test('names its columns where not all are wanted, the key first, once the release can', () => {
    const plan = planOf(v1, live, { columns: ['price'] });
    expect(diffRowsSql(plan, { release })).toMatch(/ COLUMNS \(`id`, `price`\)$/);
    expect(diffRowsSql(plan, { release: [3, 0, 9] })).not.toContain('COLUMNS');
  });

  test('what was before is asked at the older version, by keys', () => {
    expect(imagesSql(planOf(v2, v1, { columns: ['price'] }), [[7], [8]])).toBe(
      "SELECT `id`, `price` FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ WHERE `id` IN (7, 8)",
    );
  });

  test('keys of several columns and types', () => {
    const info = infoOf(
      [column('d', 'DECIMAL(8,2)'), column('t', 'VARCHAR(9)'), column('b', 'VARBINARY(9)'), column('v', 'INT')],
      ['d', 't', 'b'],
    );
    expect(imagesSql(planOf(v1, live, {}, info), [['1.50', "it's", new Uint8Array([1, 255])]])).toBe(
      "SELECT `d`, `t`, `b`, `v` FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ WHERE (`d`, `t`, `b`) IN ((1.50, 'it''s', X'01ff'))",
    );
  });
});

describe('two streams', () => {
  test('come in the order of a hash of the key', () => {
    expect(mergeSql(planOf(v1, v2, { columns: [] }), 'after')).toBe(
      "SELECT COALESCE(MD5(CONCAT(':', CAST(`id` AS CHAR))), ''), `id` FROM `shop`.`items`{SNAPSHOT='v2'}/*1700000000000000002*/ ORDER BY 1",
    );
  });

  test('or of all cells, where there is none; a vector has no text', () => {
    const info = infoOf([column('a', 'INT'), column('x', 'VECF32(3)')], []);
    expect(mergeSql(planOf(v1, v2, {}, info), 'before')).toBe(
      "SELECT COALESCE(MD5(CONCAT_WS(',', COALESCE(HEX(CAST(`a` AS CHAR)), '-'))), ''), `a`, `x` FROM `shop`.`items`{SNAPSHOT='v1'}/*1700000000000000001*/ ORDER BY 1",
    );
  });
});

describe('scratch databases', () => {
  const now = Date.UTC(2026, 0, 1);
  const name = scratchName(table, 'v1', { now: () => now, unique: () => '0badcafe' });

  test('are named by their time, what they hold, and who made them', () => {
    expect(name).toBe('deltatrain_scratch_t85s00_fe50655c_0badcafe');
    expect(scratchName(table, 'v2', { now: () => now, unique: () => '0badcafe' })).not.toBe(name);
  });

  test('are left over once nobody can still read them', () => {
    const hour = 3_600_000;
    expect(isLeftover(name, now + 5 * hour)).toBe(false);
    expect(isLeftover(name, now + 7 * hour)).toBe(true);
    expect(isLeftover('deltatrain_scratch_of_mine', now + 7 * hour)).toBe(false);
    expect(isLeftover('deltatrain', now + 7 * hour)).toBe(false);
  });
});
