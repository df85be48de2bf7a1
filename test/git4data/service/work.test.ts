/** The work of the language services grows with the statements of a text: counted, because times depend on the machine. */
import { afterEach, expect, test, vi } from 'vitest';
import type { Catalog } from '../../../src/git4data/catalog.ts';
import { codeLenses } from '../../../src/git4data/service/codeLens.ts';
import { diagnose } from '../../../src/git4data/service/diagnose.ts';
import { readDocument } from '../../../src/git4data/service/document.ts';
import { folds, symbols } from '../../../src/git4data/service/symbols.ts';
import { matrixone, shop } from './shop.ts';

let work = 0;

/** A list that counts what is read of it. */
const counted = <T>(list: readonly T[]): readonly T[] =>
  new Proxy(list, {
    get(target, name): unknown {
      work++;
      return Reflect.get(target, name) as unknown;
    },
  });

/** Counts what is put into maps and sets (copies of them included) and how often a list is joined or searched. */
function countCollections(): void {
  const countCalls = (of: object, name: string): void => {
    const original = Reflect.get(of, name) as (...values: unknown[]) => unknown;
    vi.spyOn(of as Record<string, () => unknown>, name).mockImplementation(function (this: unknown, ...values) {
      work++;
      return Reflect.apply(original, this, values);
    });
  };
  countCalls(Map.prototype, 'set');
  countCalls(Set.prototype, 'add');
}

afterEach(() => vi.restoreAllMocks());

const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** A catalog as large as the text. */
const catalogOf = (count: number): Catalog => ({
  ...shop,
  connection: matrixone('4.1.4'),
  tables: counted(names(count, 'known').map((table) => ({ database: 'shop', table, columns: [], referencedBy: [] }))),
  snapshots: counted(
    names(count, 's').map((name, i) => ({
      name,
      level: 'table',
      database: 'shop',
      table: `known${i}`,
      createdAt: i,
      rows: 1,
      models: [],
    })),
  ),
  deltas: counted(
    names(count, 'known').map((table, i) => ({
      database: 'shop',
      table,
      from: `s${i}`,
      to: null,
      inserted: 1,
      updated: 0,
      deleted: 0,
    })),
  ),
});

/** What one keystroke asks for. */
function workOf(lines: readonly string[], catalog: Catalog): number {
  countCollections();
  work = 0;
  const document = readDocument(lines.join('\n'));
  diagnose(document, catalog);
  codeLenses(document, catalog, 0);
  symbols(document);
  folds(document);
  vi.restoreAllMocks();
  return work;
}

const texts: readonly [string, (i: number) => string][] = [
  ['CREATE TABLE', (i) => `CREATE TABLE t${i} (id INT PRIMARY KEY);`],
  ['CREATE SNAPSHOT', (i) => `CREATE SNAPSHOT v${i} FOR TABLE shop known${i};`],
  [
    'CREATE SNAPSHOT of tables made above',
    (i) => `CREATE TABLE t${i} (a INT); CREATE SNAPSHOT v${i} FOR TABLE d t${i};`,
  ],
  ['CREATE and DROP SNAPSHOT', (i) => `CREATE SNAPSHOT v${i} FOR DATABASE d; DROP SNAPSHOT v${i};`],
  ['DIFF of known snapshots', (i) => `DATA BRANCH DIFF known${i} AGAINST known${i}{SNAPSHOT = 's${i}'} OUTPUT COUNT;`],
  [
    'DIFF of snapshots made above',
    (i) => `CREATE SNAPSHOT v${i} FOR TABLE shop k; SELECT 1 FROM k{SNAPSHOT = 'v${i}'};`,
  ],
  ['SELECT at known snapshots', (i) => `SELECT * FROM known${i}{SNAPSHOT = 's${i}'};`],
  ['RESTORE', (i) => `RESTORE TABLE shop.known${i} {SNAPSHOT = 's${i}'};`],
  ['DROP of unknown snapshots', (i) => `DROP SNAPSHOT unknown_${i};`],
  ['CREATE SNAPSHOT of unknown tables', (i) => `CREATE SNAPSHOT v${i} FOR TABLE shop unknown${i};`],
  ['a USE before each', (i) => `USE d${i}; DATA BRANCH MERGE known${i} INTO known${i + 1};`],
];

test.each(texts)('%s: four times as many statements are at most four and a half times the work', (_, line) => {
  const at = (count: number): number =>
    workOf(
      Array.from({ length: count }, (__, i) => line(i)),
      catalogOf(count),
    );
  const [small, large] = [at(150), at(600)];
  expect(small).toBeGreaterThan(0);
  expect(large / small).toBeLessThan(4.5);
});

test('a text of thousands of unknown names gets suggestions for the first of them, and every name is called unknown', () => {
  const text = Array.from({ length: 2_000 }, (_, i) => `DROP SNAPSHOT ss${i};`).join('\n');
  const messages = diagnose(readDocument(text), catalogOf(2_000)).map(({ message }) => message);
  expect(messages[0]).toBe('There is no snapshot "ss0". Did you mean "s0"?');
  expect(messages).toHaveLength(2_000);
  expect(messages.at(-1)).toBe('There is no snapshot "ss1999".');
});
