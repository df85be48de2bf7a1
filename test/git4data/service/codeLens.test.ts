import { describe, expect, test } from 'vitest';
import { emptyCatalog } from '../../../src/git4data/catalog.ts';
import { codeLenses } from '../../../src/git4data/service/codeLens.ts';
import { readDocument } from '../../../src/git4data/service/document.ts';
import { now, shop } from './shop.ts';

const titles = (text: string, catalog = shop): string[] =>
  codeLenses(readDocument(text), catalog, now).map((lens) => lens.title);

describe('what stands above a statement', () => {
  const cases: readonly [string, string[]][] = [
    ['SELECT 1', ['Run on local']],
    ['CREATE SNAPSHOT samples_v3 FOR TABLE shop samples', ['Run on local', 'does not exist yet']],
    [
      'CREATE SNAPSHOT samples_v1 FOR TABLE shop samples',
      ['Run on local', 'exists · 3 days ago · 100,000 rows', 'model shop/m1'],
    ],
    [
      'CREATE SNAPSHOT SAMPLES_V2 FOR TABLE shop samples',
      ['Run on local', 'exists · 1 day ago · 103,000 rows', 'models shop/m2, shop/m3'],
    ],
    [
      "DATA BRANCH DIFF samples{SNAPSHOT='samples_v2'} AGAINST samples{SNAPSHOT='samples_v1'}",
      [
        'Run on local',
        'Show rows (+3,000 ~200 −0)',
        'Train on this delta',
        'samples_v2: 1 day ago · shop.samples',
        'samples_v1: 3 days ago · shop.samples',
      ],
    ],
    [
      "DATA BRANCH DIFF shop.samples AGAINST shop.samples{SNAPSHOT='samples_v2'} OUTPUT SUMMARY",
      ['Run on local', 'Show rows (+1 ~0 −2)', 'Train on this delta', 'samples_v2: 1 day ago · shop.samples'],
    ],
    [
      "DATA BRANCH DIFF samples AGAINST samples{SNAPSHOT='samples_v1'}",
      ['Run on local', 'Show rows', 'Train on this delta', 'samples_v1: 3 days ago · shop.samples'],
    ],
    [
      "DATA BRANCH DIFF branch_a AGAINST samples{SNAPSHOT='samples_v1'}",
      ['Run on local', 'samples_v1: 3 days ago · shop.samples'],
    ],
    ['DATA BRANCH DIFF samples AGAINST samples{MO_TS = 5}', ['Run on local']],
    [
      "RESTORE TABLE shop.samples {SNAPSHOT='samples_v1'}",
      ['Preview…', 'Restore…', 'samples_v1: 3 days ago · shop.samples'],
    ],
    ["RESTORE DATABASE lab {SNAPSHOT='lab_v1'}", ['Preview…', 'Restore…', 'lab_v1: 1 month ago · database lab']],
    [
      "SELECT * FROM samples{SNAPSHOT='samples_v1'} a JOIN samples{SNAPSHOT='samples_v1'} b",
      ['Run on local', 'samples_v1: 3 days ago · shop.samples'],
    ],
    ["SELECT * FROM samples{SNAPSHOT='gone'}", ['Run on local']],
    ['CREATE SNAPSHOT x FOR', []],
    ['-- nothing', []],
  ];
  test('columns that came or went stand beside the rows of a delta', () => {
    const columns = { added: [{ name: 'size', type: 'DOUBLE' }], dropped: [], renamed: [], retyped: [] };
    const catalog = { ...shop, deltas: shop.deltas.map((delta) => ({ ...delta, columns })) };
    const text = "DATA BRANCH DIFF samples{SNAPSHOT='samples_v2'} AGAINST samples{SNAPSHOT='samples_v1'}";
    expect(titles(text, catalog)).toContain('Show rows (+3,000 ~200 −0, columns +1)');
  });

  test.each(cases)('%s', (text, expected) => {
    expect(titles(text)).toEqual(expected);
  });
});

test('without a connection the titles are whole, and nothing is claimed', () => {
  expect(titles('CREATE SNAPSHOT a FOR TABLE d t', emptyCatalog)).toEqual(['Run…']);
  expect(titles("DATA BRANCH DIFF d.t AGAINST d.t{SNAPSHOT='a'}", emptyCatalog)).toEqual([
    'Run…',
    'Show rows',
    'Train on this delta',
  ]);
});

test('a lens carries what its click needs, and stands at its statement', () => {
  const text =
    "USE lab;\nDATA BRANCH DIFF runs AGAINST runs{SNAPSHOT='lab_v1'};\nRESTORE TABLE lab.runs {SNAPSHOT = 'LAB_V1'};";
  const lenses = codeLenses(readDocument(text), shop, now);
  const found = Object.fromEntries(
    lenses.map((lens) => [`${lens.action.kind} ${text.slice(lens.start, lens.end).slice(0, 7)}`, lens.action]),
  );
  const delta = { database: 'lab', table: 'runs', from: 'lab_v1', to: null };
  const restore = { level: 'table', database: 'lab', table: 'runs', snapshot: 'lab_v1' };
  expect(found).toMatchObject({
    'run USE lab': { sql: 'USE lab', database: 'shop' },
    'run DATA BR': { sql: "DATA BRANCH DIFF runs AGAINST runs{SNAPSHOT='lab_v1'}", database: 'lab' },
    'showRows DATA BR': { delta },
    'trainOnDelta DATA BR': { delta },
    'previewRestore RESTORE': { restore },
    'restore RESTORE': { restore },
  });
});
