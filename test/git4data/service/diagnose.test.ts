import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Catalog } from '../../../src/git4data/catalog.ts';
import { emptyCatalog } from '../../../src/git4data/catalog.ts';
import { diagnose } from '../../../src/git4data/service/diagnose.ts';
import { readDocument } from '../../../src/git4data/service/document.ts';
import { lintText } from '../../../src/cli/commands/data/lintText.ts';
import { matrixone, shop } from './shop.ts';

/** Each problem as `code: the text it is about`. */
const shown = (text: string, catalog: Catalog): string[] =>
  diagnose(readDocument(text), catalog).map((problem) => `${problem.code}: ${text.slice(problem.start, problem.end)}`);

/** The text after the first fix of the first problem. */
function fixed(text: string, catalog: Catalog): string | undefined {
  const edits = diagnose(readDocument(text), catalog)[0]?.fixes[0]?.edits;
  if (!edits) return undefined;
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((t, edit) => t.slice(0, edit.start) + edit.text + t.slice(edit.end), text);
}

const onServer = (version: string | null): Catalog => ({ ...shop, connection: matrixone(version) });

/** Text, its problems, and the text after the first fix. */
type Case = readonly [string, string[], string?];

describe('tables that DATA BRANCH gets wrong', () => {
  const withColumn = (type: string, isKey: boolean): Catalog => {
    const column = { name: 'c', type, isKey };
    const odd = { database: 'shop', table: 'odd', columns: [column], referencedBy: [] };
    return { ...onServer('4.1.4'), tables: [...(shop.tables ?? []), odd] };
  };
  const merge = 'DATA BRANCH MERGE samples INTO odd';

  test.each([
    ["ENUM('a','b')", false],
    ["SET('a','b')", false],
    ['YEAR', false],
    ['GEOMETRY', false],
    ['BIT(8)', false],
    ['UUID', true],
    ['DATETIME(6)', true],
    ['TIME(3)', true],
    ['FLOAT', true],
    ['DECIMAL(60,2)', true],
  ])('%s, in the key: %s', (type, isKey) => {
    expect(shown(merge, withColumn(type, isKey))).toEqual(['diff.types: odd']);
  });

  test.each([
    ['UUID', false],
    ['DATETIME(6)', false],
    ['DOUBLE', false],
    ['DECIMAL(38,2)', true],
    ['DATETIME', true],
    ['TIMESTAMP(0)', true],
    ['BIGINT', true],
  ])('not %s, in the key: %s', (type, isKey) => {
    expect(shown(merge, withColumn(type, isKey))).toEqual([]);
  });

  test('two versions of one table are compared another way, which is said once', () => {
    const text = "DATA BRANCH DIFF odd AGAINST odd{SNAPSHOT='shop_v1'}";
    const catalog = { ...withColumn('YEAR', false), snapshots: null };
    const [only, ...rest] = diagnose(readDocument(text), catalog);
    expect(only).toMatchObject({ code: 'diff.types', severity: 'info' });
    expect(only?.message).toContain('with SQL');
    expect(rest).toEqual([]);
    const written = diagnose(readDocument(`${text} OUTPUT FILE '/x'`), catalog);
    expect(written).toMatchObject([{ code: 'diff.types', severity: 'error' }]);
    expect(shown(text, { ...catalog, connection: shop.connection })).toEqual([]);
  });
});

describe('what the catalog tells', () => {
  const cases: readonly Case[] = [
    ["SELECT * FROM samples{SNAPSHOT='samples_v1'}", []],
    [
      "SELECT * FROM samples{SNAPSHOT='sample_v1'}",
      ["snapshot.unknown: 'sample_v1'"],
      "SELECT * FROM samples{SNAPSHOT='samples_v1'}",
    ],
    [
      'RESTORE TABLE shop.samples {SNAPSHOT = samples_v9}',
      ['snapshot.unknown: samples_v9'],
      'RESTORE TABLE shop.samples {SNAPSHOT = samples_v2}',
    ],
    ['DROP SNAPSHOT nothing_like_it', ['snapshot.unknown: nothing_like_it']],
    ['DROP SNAPSHOT IF EXISTS nothing_like_it', []],
    ["CREATE SNAPSHOT v9 FOR TABLE shop samples; SELECT * FROM samples{SNAPSHOT='v9'}", []],
    ["DROP SNAPSHOT samples_v1; SELECT * FROM samples{SNAPSHOT='samples_v1'}", ["snapshot.unknown: 'samples_v1'"]],
    ['CREATE SNAPSHOT v9 FOR DATABASE shop; CREATE SNAPSHOT v9 FOR DATABASE shop', ['snapshot.twice: v9']],
    [
      "SELECT * FROM samples{SNAPSHOT='Samples_V1'}",
      ["snapshot.upperCase: 'Samples_V1'"],
      "SELECT * FROM samples{SNAPSHOT='samples_v1'}",
    ],
    ['SELECT * FROM samples{SNAPSHOT=Samples_V1}', []],
    ["RESTORE TABLE shop.samples {SNAPSHOT = 'SAMPLES_V1'}", []],
    ["SELECT * FROM samples{SNAPSHOT='lab_v1'}", ["snapshot.otherTable: 'lab_v1'"]],
    [
      'CREATE SNAPSHOT `my-Snap` FOR DATABASE shop',
      ['snapshot.badName: `my-Snap`'],
      'CREATE SNAPSHOT my_snap FOR DATABASE shop',
    ],
    ['CREATE SNAPSHOT Live FOR DATABASE shop', ['snapshot.badName: Live']],
    [
      'CREATE SNAPSHOT v FOR TABLE shop.samples',
      ['snapshot.dottedTable: shop.samples'],
      'CREATE SNAPSHOT v FOR TABLE shop samples',
    ],
    ['CREATE SNAPSHOT v FOR TABLE shop sample', ['table.unknown: sample'], 'CREATE SNAPSHOT v FOR TABLE shop samples'],
    ['CREATE SNAPSHOT v FOR TABLE later anything', []],
    ['CREATE TABLE fresh (a INT); CREATE SNAPSHOT v FOR TABLE shop fresh', []],
    [
      "DATA BRANCH DIFF samples{SNAPSHOT='samples_v1'} AGAINST samples{SNAPSHOT='samples_v2'}",
      ["diff.olderLeft: samples{SNAPSHOT='samples_v1'} AGAINST samples{SNAPSHOT='samples_v2'}"],
      "DATA BRANCH DIFF samples{SNAPSHOT='samples_v2'} AGAINST samples{SNAPSHOT='samples_v1'}",
    ],
    [
      "DATA BRANCH DIFF samples{SNAPSHOT='samples_v1'} AGAINST shop.samples",
      ["diff.olderLeft: samples{SNAPSHOT='samples_v1'} AGAINST shop.samples"],
      "DATA BRANCH DIFF shop.samples AGAINST samples{SNAPSHOT='samples_v1'}",
    ],
    ['DATA BRANCH DIFF samples AGAINST samples', ['diff.sameVersion: samples AGAINST samples']],
    [
      "CREATE SNAPSHOT a1 FOR TABLE shop samples; CREATE SNAPSHOT a2 FOR TABLE shop samples; DATA BRANCH DIFF samples{SNAPSHOT='a1'} AGAINST samples{SNAPSHOT='a2'}",
      ["diff.olderLeft: samples{SNAPSHOT='a1'} AGAINST samples{SNAPSHOT='a2'}"],
    ],
    [
      "UPDATE samples{SNAPSHOT='samples_v1'} SET label = 1",
      ["hint.inChange: {SNAPSHOT='samples_v1'}"],
      'UPDATE samples SET label = 1',
    ],
    ["INSERT INTO samples SELECT * FROM samples{SNAPSHOT='samples_v1'}", []],
    ['RESTORE TABLE shop.customers {SNAPSHOT = samples_v1}', ['restore.referenced: customers']],
    ["SELECT 'a", ["syntax.unclosed: '"]],
  ];
  for (const [text, expected, after] of cases) {
    test(text, () => {
      expect(shown(text, shop)).toEqual(expected);
      if (after !== undefined) expect(fixed(text, shop)).toBe(after);
    });
  }

  test('nothing is called unknown where nothing could be listed', () => {
    expect(
      shown("DATA BRANCH DIFF a.b AGAINST a.b{SNAPSHOT='x'}; RESTORE TABLE a.b {SNAPSHOT=y}", emptyCatalog),
    ).toEqual([]);
  });
});

describe('what the server understands', () => {
  const cases: readonly [string | null, string, string[], (string | null)?][] = [
    ['4.1.4', "RESTORE TABLE shop.samples {SNAPSHOT = 'samples_v1'}", []],
    [
      '4.1.4',
      'RESTORE ACCOUNT sys DATABASE shop TABLE samples FROM SNAPSHOT samples_v1',
      ['restore.form: FROM SNAPSHOT samples_v1'],
      "RESTORE TABLE shop.samples {SNAPSHOT = 'samples_v1'}",
    ],
    [
      '4.0.0-rc1',
      'RESTORE CLUSTER FROM SNAPSHOT samples_v1',
      ['restore.form: FROM SNAPSHOT samples_v1'],
      "RESTORE CLUSTER {SNAPSHOT = 'samples_v1'}",
    ],
    [
      '3.0.18',
      "RESTORE TABLE shop.samples {SNAPSHOT = 'samples_v1'}",
      ["restore.form: {SNAPSHOT = 'samples_v1'}"],
      'RESTORE ACCOUNT sys DATABASE shop TABLE samples FROM SNAPSHOT samples_v1',
    ],
    [null, 'RESTORE CLUSTER FROM SNAPSHOT samples_v1', []],
    [
      '4.1.4',
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT AS shop.x",
      ['diff.output: OUTPUT AS shop.x'],
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT COUNT",
    ],
    ['4.2.0', "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT AS shop.x", []],
    [
      '3.0.8',
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT SUMMARY",
      ['diff.output: OUTPUT SUMMARY'],
    ],
    [
      '4.2.0',
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} COLUMNS (id) OUTPUT FILE '/x'",
      ["diff.output: OUTPUT FILE '/x'"],
    ],
    [
      '3.0.4',
      'DATA BRANCH MERGE samples INTO customers',
      ['engine.unsupported: DATA BRANCH MERGE samples INTO customers'],
    ],
    [
      '4.1.4',
      'DATA BRANCH MERGE samples INTO custmers',
      ['table.unknown: custmers'],
      'DATA BRANCH MERGE samples INTO customers',
    ],
    ['4.1.4', 'DATA BRANCH CREATE TABLE fresh FROM samples', []],
    ['4.1.4', 'DATA BRANCH MERGE samples INTO customers WHEN CONFLICT ASK', ['syntax.expected: ASK']],
    [
      '4.1.4',
      "SELECT * FROM samples{SNAPSHOT='samples_v1'} a JOIN samples{SNAPSHOT='samples_v2'} b",
      ["hint.twoTimes: {SNAPSHOT='samples_v2'}"],
      "CREATE TABLE samples_at_samples_v2 CLONE samples{SNAPSHOT = 'samples_v2'};\nSELECT * FROM samples{SNAPSHOT='samples_v1'} a JOIN samples_at_samples_v2 b",
    ],
    ['4.1.4', 'SELECT id FROM samples EXCEPT SELECT 1', ['select.setOperation: EXCEPT']],
    [
      '4.1.4',
      'SELECT id, label AS l FROM samples WHERE id > 5 MINUS SELECT id, label FROM shop.samples WHERE label = 1',
      ['select.setOperation: MINUS'],
      'SELECT DISTINCT a.id, a.label AS l FROM samples AS a WHERE (id > 5) AND NOT EXISTS (SELECT 1 FROM shop.samples AS b WHERE (label = 1) AND (a.id = b.id OR (a.id IS NULL AND b.id IS NULL)) AND (a.label = b.label OR (a.label IS NULL AND b.label IS NULL)))',
    ],
    [
      '4.1.4',
      'SELECT * FROM samples INTERSECT SELECT * FROM samples',
      ['select.setOperation: INTERSECT'],
      'SELECT DISTINCT a.* FROM samples AS a WHERE EXISTS (SELECT 1 FROM samples AS b WHERE (a.id = b.id OR (a.id IS NULL AND b.id IS NULL)) AND (a.label = b.label OR (a.label IS NULL AND b.label IS NULL)))',
    ],
    ['4.1.4', 'SELECT id FROM samples EXCEPT SELECT id FROM samples ORDER BY id', ['select.setOperation: EXCEPT']],
    ['4.1.4', 'SELECT id /* x */ FROM samples EXCEPT SELECT id FROM samples', ['select.setOperation: EXCEPT']],
    ['4.1.4', 'SELECT id FROM samples EXCEPT SELECT id FROM samples FOR UPDATE', ['select.setOperation: EXCEPT'], null],
    [
      '4.1.4',
      "SELECT shop.samples.id FROM shop.samples{SNAPSHOT='samples_v1'} JOIN samples{SNAPSHOT='samples_v2'} b",
      ["hint.twoTimes: {SNAPSHOT='samples_v2'}"],
      "CREATE TABLE samples_at_samples_v2 CLONE samples{SNAPSHOT = 'samples_v2'};\nSELECT shop.samples.id FROM shop.samples{SNAPSHOT='samples_v1'} JOIN samples_at_samples_v2 b",
    ],
    [
      '4.1.4',
      "SELECT shop.samples.id FROM samples{SNAPSHOT='samples_v1'} a JOIN shop.samples{SNAPSHOT='samples_v2'}",
      ["hint.twoTimes: {SNAPSHOT='samples_v2'}"],
    ],
  ];
  test.each(cases)('MatrixOne %s: %s', (version, text, expected, after) => {
    expect(shown(text, onServer(version))).toEqual(expected);
    if (after !== undefined) expect(fixed(text, onServer(version)) ?? null).toBe(after);
  });

  const ownEngine: readonly Case[] = [
    ['RESTORE ACCOUNT sys DATABASE shop FROM SNAPSHOT samples_v1', ['restore.form: FROM SNAPSHOT samples_v1']],
    [
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} COLUMNS (id) OUTPUT FILE '/x'",
      ["diff.output: OUTPUT FILE '/x'"],
    ],
    ["DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT FILE '/x'", []],
    ['DATA BRANCH DIFF samples AGAINST customers OUTPUT AS shop.x', []],
    ['DATA BRANCH PICK samples INTO customers KEYS (1, 2) WHEN CONFLICT SKIP', []],
    ['DATA BRANCH PICK samples INTO customers', ['syntax.expected: s']],
    ['DATA BRANCH MERGE samples{MO_TS = 5} INTO customers', ['engine.unsupported: {MO_TS = 5}']],
    [
      "CREATE PITR p FOR DATABASE shop RANGE 1 'h'",
      ["engine.unsupported: CREATE PITR p FOR DATABASE shop RANGE 1 'h'"],
    ],
    ['DATA BRANCH DELETE TABLE nothing', ['table.unknown: nothing']],
    ['CREATE SNAPSHOT v FOR ACCOUNT', ['engine.unsupported: CREATE SNAPSHOT v FOR ACCOUNT']],
    ['SELECT * FROM samples{MO_TS = 5}', ['engine.unsupported: {MO_TS = 5}']],
    ["SELECT * FROM samples{SNAPSHOT='samples_v1'} a JOIN samples{SNAPSHOT='samples_v2'} b", []],
    ["SELECT 1;\nSELECT id || 'x' FROM samples", ['engine.unsupported: ||']],
    ['DELETE FROM samples WHERE id = 1 LIMIT 1', ['engine.unsupported: LIMIT']],
    ['SELECT id FROM samples WHERE id = @a', ['engine.unsupported: @a']],
    // Half typed, it is no fault yet.
    ['SELECT id FROM samples WHERE', []],
  ];
  for (const [text, expected] of ownEngine) {
    test(`the embedded engine: ${text}`, () => {
      expect(shown(text, shop)).toEqual(expected);
    });
  }
});

test('lint: offline, with the rules of a release when one is named', () => {
  const text = 'SELECT 1;\nCREATE SNAPSHOT v FOR TABLE a.b;\nRESTORE TABLE a.b {SNAPSHOT = v};';
  expect(lintText(text)).toEqual({
    statements: [
      { kind: 'select', start: 0, end: 8 },
      { kind: 'createSnapshot', start: 10, end: 42 - 1 },
      { kind: 'restore', start: 43, end: 75 },
    ],
    problems: [expect.objectContaining({ code: 'snapshot.dottedTable', severity: 'error', start: 38, end: 41 })],
  });
  expect(lintText(text, { server: '3.0.18' }).problems.map((problem) => problem.code)).toEqual([
    'snapshot.dottedTable',
    'restore.form',
  ]);
});

test('the story of the sample has no problems, offline and beside the engine it is for', () => {
  const story = readFileSync(new URL('../../../media/sample/story.sql', import.meta.url), 'utf8');
  expect(lintText(story).problems).toEqual([]);
  expect(lintText(story, { server: '4.1.4' }).problems).toEqual([]);
  expect(shown(story, { ...shop, snapshots: [], connection: { ...matrixone(null), dialect: 'own' } })).toEqual([]);
});
