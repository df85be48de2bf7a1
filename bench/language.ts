/**
 * What a keystroke costs in the language server: a text of 2,000, 4,000 and 8,000 statements, read and checked, with its
 * lenses, outline and folds, against a catalog with as many tables and snapshots.
 */
import type { Catalog } from '../src/git4data/catalog.ts';
import { codeLenses } from '../src/git4data/service/codeLens.ts';
import { diagnose } from '../src/git4data/service/diagnose.ts';
import { readDocument } from '../src/git4data/service/document.ts';
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
    connection: { name: 'risk', kind: 'matrixone', version: '4.1.4', database: 'shop' },
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

function keystroke(text: string, catalog: Catalog): number {
  const started = process.cpuUsage();
  const document = readDocument(text);
  const found =
    diagnose(document, catalog).length +
    codeLenses(document, catalog, 0).length +
    symbols(document).length +
    folds(document).length;
  if (found === 0) throw new Error('Nothing was found in the text.');
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

console.log(
  `| one keystroke, processor ms | ${sizes.map((size) => `${size.toLocaleString('en')} lines`).join(' | ')} | 8,000 : 2,000 |`,
);
console.log(`| --- |${' ---: |'.repeat(sizes.length + 1)}`);
for (const [name, line] of Object.entries(texts)) {
  const times = sizes.map((size) => {
    const text = Array.from({ length: size }, (_, i) => line(i)).join('\n');
    const catalog = catalogOf(size);
    return median(Array.from({ length: rounds }, () => keystroke(text, catalog)));
  });
  const ratio = (times.at(-1) ?? 0) / (times[0] ?? 1);
  console.log(`| ${name} | ${times.map((ms) => ms.toFixed(1)).join(' | ')} | ×${ratio.toFixed(1)} |`);
}
