import { expect, test } from 'vitest';
import { parseStatement } from '../../src/git4data/parser.ts';
import {
  createSnapshotSql,
  diffSql,
  dropSnapshotSql,
  type Printable,
  type PrintedOutput,
  printStatement,
  quoteName,
  quoteText,
  restoreSql,
  type TableAt,
} from '../../src/git4data/print.ts';
import { tokenize, tokenValue } from '../../src/git4data/lexer.ts';
import { seededRandom } from './words.ts';

const random = seededRandom(23);
const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;
const letters = ['a', 'Z', '_', '0', '`', "'", '"', '\\', ' ', '.', ';', '{', '-', '#', '\n', '\0', 'é', '雪', '%'];
const anyText = (): string => Array.from({ length: 1 + random(8) }, () => pick(letters)).join('');
const anyName = (): string =>
  pick([anyText, () => 'samples', () => 'select', () => 'Order', () => '1abc', () => '123'])();

test('a name or a text reads back as it was, whatever it holds', () => {
  for (let round = 0; round < 3000; round++) {
    const text = anyText();
    for (const quoted of [quoteName(text), quoteText(text)]) {
      const tokens = tokenize(quoted);
      expect(tokens.map(tokenValue)).toEqual([text]);
    }
  }
});

test('what is printed reads back as the same statement', () => {
  const table = (): TableAt => ({
    database: pick([null, anyName()]),
    table: anyName(),
    snapshot: pick([null, anyText()]),
  });
  const outputs = (): PrintedOutput =>
    pick<PrintedOutput>([
      { form: 'rows' },
      { form: 'summary' },
      { form: 'count' },
      { form: 'limit', limit: random(1000) },
      { form: 'file', path: anyText() },
      { form: 'as', table: { ...table(), snapshot: null } },
    ]);
  const makers: readonly (() => string)[] = [
    () =>
      createSnapshotSql(
        anyName().toLowerCase(),
        { level: 'table', database: anyName(), table: anyName() },
        random(2) === 0,
      ),
    () => createSnapshotSql(anyName().toLowerCase(), { level: 'database', database: anyName() }),
    () => dropSnapshotSql(anyName().toLowerCase(), random(2) === 0),
    () => diffSql(table(), table(), outputs(), pick([null, [anyName()], [anyName(), anyName()]])),
    () =>
      restoreSql(
        { level: 'table', database: anyName(), table: anyName(), snapshot: anyText().toLowerCase() },
        'braces',
      ),
    () =>
      restoreSql(
        { level: 'database', database: anyName(), table: null, snapshot: anyName().toLowerCase() },
        pick(['braces', 'from']),
      ),
  ];
  for (let round = 0; round < 3000; round++) {
    const text = pick(makers)();
    const { statement, problems } = parseStatement(text);
    expect(problems, text).toEqual([]);
    expect(printStatement(statement as Printable, text)).toBe(text);
  }
});

test.each([
  ['create  snapshot V1 for table Shop samples -- x', 'CREATE SNAPSHOT v1 FOR TABLE Shop samples'],
  ['show snapshots where  DATABASE_NAME = "x"', 'SHOW SNAPSHOTS WHERE DATABASE_NAME = "x"'],
  [
    'data branch diff t against t {snapshot = V1} output limit 5',
    "DATA BRANCH DIFF t AGAINST t{SNAPSHOT = 'v1'} OUTPUT LIMIT 5",
  ],
  ['data branch diff t{mo_ts = 12} against u', 'DATA BRANCH DIFF t{mo_ts = 12} AGAINST u'],
  ['restore table a.`order` { snapshot=s } to account b', "RESTORE TABLE a.`order` {SNAPSHOT = 's'} TO ACCOUNT b"],
  ['restore account sys database d from snapshot s', 'RESTORE ACCOUNT sys DATABASE d FROM SNAPSHOT s'],
  ['drop snapshot s from acc publication p', 'DROP SNAPSHOT s from acc publication p'],
])('%s is shown as %s', (text, expected) => {
  expect(printStatement(parseStatement(text).statement as Printable, text)).toBe(expected);
});
