import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/git4data/service/complete.ts';
import { isOurs, readDocument } from '../../../src/git4data/service/document.ts';
import { formatStatement } from '../../../src/git4data/service/format.ts';
import { hover } from '../../../src/git4data/service/hover.ts';
import { folds, symbols } from '../../../src/git4data/service/symbols.ts';
import { cursor, matrixone, now, shop } from './shop.ts';

describe('completion', () => {
  /** The labels at the cursor, and the text that the first one makes. */
  const cases: readonly [string, string[], string?][] = [
    [
      'SELECT * FROM samples{SNAPSHOT = |}',
      ['samples_v2', 'samples_v1'],
      "SELECT * FROM samples{SNAPSHOT = 'samples_v2'}",
    ],
    [
      "SELECT * FROM samples{SNAPSHOT='sam|'}",
      ['samples_v2', 'samples_v1'],
      "SELECT * FROM samples{SNAPSHOT='samples_v2'}",
    ],
    ["SELECT * FROM lab.runs{SNAPSHOT='|", ['lab_v1'], "SELECT * FROM lab.runs{SNAPSHOT='lab_v1"],
    ['DROP SNAPSHOT |', ['samples_v2', 'samples_v1', 'lab_v1'], 'DROP SNAPSHOT samples_v2'],
    ['RESTORE DATABASE lab FROM SNAPSHOT l|', ['samples_v2', 'samples_v1', 'lab_v1']],
    ['SELECT * FROM samples{|', ['SNAPSHOT']],
    ['CREATE SNAPSHOT v FOR |', ['TABLE', 'DATABASE'], 'CREATE SNAPSHOT v FOR TABLE'],
    ['CREATE SNAPSHOT v FOR TABLE |', ['shop', 'lab']],
    ['CREATE SNAPSHOT v FOR TABLE shop |', ['samples', 'customers']],
    ['SELECT 1; USE |', ['shop', 'lab']],
    ['SELECT * FROM |', ['samples', 'customers', 'lab.runs', 'shop', 'lab']],
    [
      'DATA BRANCH DIFF samples AGAINST sam|',
      ['samples', 'customers', 'lab.runs', 'shop', 'lab'],
      'DATA BRANCH DIFF samples AGAINST samples',
    ],
    ['RESTORE TABLE lab.|', ['runs'], 'RESTORE TABLE lab.runs'],
    ['SELECT c.| FROM customers c', ['id', 'order']],
    ['SELECT c.o| FROM customers c', ['id', 'order'], 'SELECT c.id FROM customers c'],
    ['SELECT i| FROM customers', ['id', 'order']],
    [
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'} OUTPUT |",
      ['SUMMARY', 'COUNT', 'LIMIT', 'FILE', 'AS'],
    ],
    ['DATA BRANCH |', ['CREATE TABLE', 'DIFF', 'MERGE', 'PICK', 'DELETE TABLE']],
    ['DATA BRANCH MERGE samples |', ['INTO']],
    ['DATA BRANCH MERGE samples INTO customers |', ['WHEN CONFLICT']],
    ['DATA BRANCH PICK samples INTO customers |', ['KEYS', 'BETWEEN SNAPSHOT', 'WHEN CONFLICT']],
    ['DATA BRANCH MERGE samples INTO customers WHEN CONFLICT |', ['FAIL', 'SKIP', 'ACCEPT']],
    ['RESTORE |', ['TABLE', 'DATABASE']],
    [
      '|',
      [
        'CREATE SNAPSHOT',
        'DROP SNAPSHOT',
        'SHOW SNAPSHOTS',
        'DATA BRANCH DIFF',
        'RESTORE',
        'DATA BRANCH CREATE | DELETE | MERGE | PICK',
        'CREATE TABLE … CLONE',
      ],
    ],
    [
      'SELECT 1;\nCRE|',
      [
        'CREATE SNAPSHOT',
        'DROP SNAPSHOT',
        'SHOW SNAPSHOTS',
        'DATA BRANCH DIFF',
        'RESTORE',
        'DATA BRANCH CREATE | DELETE | MERGE | PICK',
        'CREATE TABLE … CLONE',
      ],
    ],
    ["SELECT 'some te|xt'", []],
    ['-- a comm|ent', []],
  ];
  test.each(cases)('%s', (marked, labels, after) => {
    const { text, offset } = cursor(marked);
    const items = complete(readDocument(text), offset, shop);
    expect(items.map((item) => item.label)).toEqual(labels);
    const [first] = items;
    if (after !== undefined && first)
      expect(text.slice(0, first.replaces.start) + first.insert + text.slice(first.replaces.end)).toBe(after);
  });

  test('only what the release understands', () => {
    const labels = (marked: string, version: string): string[] => {
      const { text, offset } = cursor(marked);
      return complete(readDocument(text), offset, { ...shop, connection: matrixone(version) }).map(
        (item) => item.label,
      );
    };
    expect(labels('DATA BRANCH DIFF a AGAINST b OUTPUT |', '4.1.4')).toEqual(['SUMMARY', 'COUNT', 'LIMIT', 'FILE']);
    expect(labels('DATA BRANCH DIFF a AGAINST b OUTPUT |', '4.2.0')).toEqual([
      'SUMMARY',
      'COUNT',
      'LIMIT',
      'FILE',
      'AS',
    ]);
    for (const marked of ['CREATE SNAPSHOT v FOR |', 'RESTORE |'])
      expect(labels(marked, '4.1.4')).toEqual(['TABLE', 'DATABASE', 'ACCOUNT', 'CLUSTER']);
    expect(labels('RESTORE |', '3.0.18')).toEqual(['ACCOUNT', 'CLUSTER']);
    const restore = complete(readDocument(''), 0, { ...shop, connection: matrixone('3.0.18') }).find(
      (item) => item.label === 'RESTORE',
    );
    expect(restore?.insert).toContain('FROM SNAPSHOT');
  });
});

describe('hover', () => {
  const cases: readonly [string, string | null, string?][] = [
    [
      "SELECT * FROM samples{SNAPSHOT='samp|les_v1'}",
      "'samples_v1'",
      '**samples_v1**: snapshot of shop.samples  \n3 days ago (2026-06-07 12:00:00 UTC)  \n100,000 rows  \nNeeded by model shop/m1.',
    ],
    ['SELECT * FROM sam|ples', 'samples', '**shop.samples**\n\n- `id` BIGINT (key)\n- `label` TINYINT'],
    ['CREATE SNAPSHOT v FOR TABLE lab ru|ns', 'runs'],
    ["RES|TORE TABLE shop.samples {SNAPSHOT = 'samples_v1'}", 'RESTORE TABLE'],
    ['DATA BRA|NCH DIFF', 'DATA BRANCH DIFF'],
    ['SEL|ECT 1', null],
    ["SELECT * FROM samples{SNAPSHOT='un|known'}", null],
    ['| ', null],
  ];
  test.each(cases)('%s', (marked, about, markdown) => {
    const { text, offset } = cursor(marked);
    const found = hover(readDocument(text), offset, shop, now);
    expect(found && text.slice(found.start, found.end)).toBe(about);
    // What Markdown shows of it.
    if (markdown !== undefined) expect(found?.markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(markdown);
  });
});

test('the outline has one entry a statement', () => {
  const text =
    'CREATE TABLE t (a INT);\nCREATE SNAPSHOT v1 FOR TABLE d t;\nSELECT\n  1;\nRESTORE TABLE d.t {SNAPSHOT=v1};';
  expect(
    symbols(readDocument(text)).map(({ name, detail, icon, selection }) => [
      name,
      detail,
      icon,
      text.slice(selection.start, selection.end).slice(0, 8),
    ]),
  ).toEqual([
    ['t', 'CREATE TABLE', 'table', 'CREATE T'],
    ['v1', 'CREATE SNAPSHOT', 'snapshot', 'v1'],
    ['SELECT 1', '', 'query', 'SELECT\n '],
    ['RESTORE TABLE d.t {SNAPSHOT=v1}', '', 'restore', 'RESTORE '],
  ]);
});

test('statements and comments of several lines fold', () => {
  const text = '-- one\n-- two\nSELECT\n  1;\nSELECT 2;\n/* three\nfour */\n\n-- five';
  expect(folds(readDocument(text)).map((fold) => [fold.kind, text.slice(fold.start, fold.end)])).toEqual([
    ['comment', '-- one\n-- two'],
    ['statement', 'SELECT\n  1'],
    ['comment', '/* three\nfour */'],
  ]);
});

test.each([
  ["data branch diff t|  against t{snapshot='a'}", "DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'a'}"],
  ['create snapshot |A for database d', 'CREATE SNAPSHOT a FOR DATABASE d'],
  ['select  1|', null],
  ['DROP SNAPSHOT a|', null],
  ['drop snapshot a| /* keep */', 'DROP SNAPSHOT a'],
  ["restore table d.t {snapshot='a--b'}|", "RESTORE TABLE d.t {SNAPSHOT = 'a--b'}"],
  ['drop snapshot /* keep */ a|', null],
  ['drop snapshot|', null],
])('%s is formatted as %s', (marked, expected) => {
  const { text, offset } = cursor(marked);
  expect(formatStatement(readDocument(text), offset)?.text ?? null).toBe(expected);
});

test.each([
  ['SELECT * FROM snapshots', false],
  ["SELECT 'CREATE SNAPSHOT a FOR DATABASE d'", false],
  ['-- CREATE SNAPSHOT', false],
  ['CREATE SNAPSHOT a FOR DATABASE d', true],
  ["SELECT * FROM t{SNAPSHOT = 'a'}", true],
  ['select 1; data branch diff a against', true],
  ['RESTORE DATABASE foo FROM DISK', true],
  ['', false],
])('%s is ours: %s', (text, expected) => {
  expect(isOurs(text)).toBe(expected);
});
