/**
 * What a keystroke costs in the language server: a text of thousands of statements, read whole when it is opened and where it changed
 * behind an edit, checked, with its lenses, outline and folds, against a catalog with as many tables and snapshots.
 */
import type { Catalog } from '../src/git4data/catalog.ts';
import { codeLenses } from '../src/git4data/service/codeLens.ts';
import { diagnose } from '../src/git4data/service/diagnose.ts';
import { readDocument, type SqlDocument } from '../src/git4data/service/document.ts';
import { editedDocument } from '../src/git4data/service/editedDocument.ts';
import { folds, symbols } from '../src/git4data/service/symbols.ts';

const sizes = [2_000, 4_000, 5_000, 8_000];
const rounds = 7;

const texts: Readonly<Record<string, (i: number) => string>> = {
  'CREATE TABLE': (i) => `CREATE TABLE t${i} (id INT PRIMARY KEY, a DOUBLE);`,
  'CREATE SNAPSHOT': (i) => `CREATE SNAPSHOT v${i} FOR TABLE shop t${i};`,
  DIFF: (i) => `DATA BRANCH DIFF t${i} AGAINST t${i}{SNAPSHOT = 's${i}'} OUTPUT COUNT;`,
};

const catalogOf = (count: number): Catalog => {
  const tables = Array.from({ length: count }, (_, i) => `t${i}`);
  return {
    connection: { name: 'risk', dialect: 'matrixone', version: '4.1.4', database: 'shop' },
    databases: ['shop'],
    tables: tables.map((table) => ({ database: 'shop', table, columns: [], referencedBy: [] })),
    snapshots: tables.map((table, i) => ({
      name: `s${i}`,
      level: 'table',
      database: 'shop',
      table,
      createdAt: i,
      rows: 1,
      models: [],
    })),
    deltas: [],
  };
};

function spent(work: () => number): number {
  const started = process.cpuUsage();
  if (work() === 0) throw new Error('Nothing was found in the text.');
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const looked = (document: SqlDocument, catalog: Catalog): number =>
  diagnose(document, catalog).length +
  codeLenses(document, catalog, 0).length +
  symbols(document).length +
  folds(document).length;

/** A text that is opened. */
const opened = (text: string, catalog: Catalog): number => spent(() => looked(readDocument(text), catalog));

/** Letters that are struck one behind the other in the middle of a text: what one of them costs. */
function struck(text: string, catalog: Catalog): number {
  const middle = text.indexOf(';', text.length / 2);
  let document = readDocument(text);
  looked(document, catalog);
  const times = Array.from({ length: rounds }, (_, i) => {
    const next = `${text.slice(0, middle)} -- ${'x'.repeat(i)}\n${text.slice(middle)}`;
    return spent(() => {
      document = editedDocument(document, next) ?? readDocument(next);
      return looked(document, catalog);
    });
  });
  return median(times);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const titles = (what: string, of: readonly number[]): void => {
  console.log(`| ${what}, processor ms | ${of.map((size) => `${size.toLocaleString('en')} lines`).join(' | ')} |`);
  console.log(`| --- |${' ---: |'.repeat(of.length)}`);
};

const textOf = (line: (i: number) => string, size: number): string =>
  Array.from({ length: size }, (_, i) => line(i)).join('\n');

titles('opened', sizes);
for (const [name, line] of Object.entries(texts)) {
  const times = sizes.map((size) =>
    median(Array.from({ length: rounds }, () => opened(textOf(line, size), catalogOf(size)))),
  );
  console.log(`| ${name} | ${times.map((ms) => ms.toFixed(1)).join(' | ')} |`);
}
console.log('');
const editedSizes = [...sizes, 50_000];
titles('one keystroke', editedSizes);
for (const [name, line] of [
  ...Object.entries(texts),
  ['SELECT', (i: number) => `SELECT id FROM t${i} WHERE a > ${i};`] as const,
]) {
  const times = editedSizes.map((size) => struck(textOf(line, size), catalogOf(size)));
  console.log(`| ${name} | ${times.map((ms) => ms.toFixed(1)).join(' | ')} |`);
}
