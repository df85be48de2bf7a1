/** The tables of the benchmark: the two samples of the product, and public ones where DELTATRAIN_DATA has them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { at } from '../../src/base/assert.ts';
import { churnVersions, customer } from '../../src/app/sample/churn.ts';

/** A table as it would be without any error: categories and labels as numbers of their texts. */
export interface Table {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly texts: readonly string[] | null;
    /** Of a column of time, the length of a day; else null. */
    readonly day: number | null;
  }[];
  readonly classes: readonly string[];
  readonly x: readonly Float64Array[];
  readonly y: Int32Array;
  /** Rows stand in the order of time. */
  readonly isTimed: boolean;
}

interface Said {
  readonly label: string;
  readonly categories: readonly string[];
  readonly days: Readonly<Record<string, number>>;
  readonly isTimed: boolean;
}

/** Texts by how often they occur, the most frequent first. */
function numbered(values: readonly string[]): { readonly texts: string[]; readonly numbers: Float64Array } {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const texts = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([text]) => text);
  const places = new Map(texts.map((text, i) => [text, i]));
  return { texts, numbers: Float64Array.from(values, (value) => places.get(value) ?? 0) };
}

function tableOf(name: string, header: readonly string[], rows: readonly (readonly string[])[], said: Said): Table {
  const place = header.indexOf(said.label);
  const columns = header.flatMap((column, c): (Table['columns'][number] & { readonly cells: Float64Array })[] => {
    if (c === place) return [];
    const cells = rows.map((row) => row[c] ?? '');
    const day = said.days[column] ?? null;
    if (!said.categories.includes(column))
      return [{ name: column, texts: null, day, cells: Float64Array.from(cells, Number) }];
    const { texts, numbers } = numbered(cells);
    return [{ name: column, texts, day, cells: numbers }];
  });
  const labels = numbered(rows.map((row) => row[place] ?? ''));
  return {
    name,
    columns: columns.map(({ name: column, texts, day }) => ({ name: column, texts, day })),
    classes: labels.texts,
    x: columns.map(({ cells }) => cells),
    y: Int32Array.from(labels.numbers),
    isTimed: said.isTimed,
  };
}

function parsed(file: string): { readonly header: string[]; readonly rows: string[][] } {
  const [first = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return { header: first.split(','), rows: lines.map((line) => line.split(',')) };
}

/** The product's sample: 2,922 days of two places, the date as days since 1970. */
function sample(root: string): Table {
  const { header, rows } = parsed(path.join(root, 'media/sample/weather.csv'));
  const date = header.indexOf('date');
  const asDays = rows.map((row) => row.map((cell, c) => (c === date ? String(Date.parse(cell) / 86_400_000) : cell)));
  const byTime = asDays.sort((a, b) => Number(a[date]) - Number(b[date]));
  return tableOf('sample', header, byTime, {
    label: 'weather',
    categories: ['location'],
    days: { date: 1 },
    isTimed: true,
  });
}

/** The product's second sample: 20,000 customers who stay or leave, by seeded draws. */
function churn(): Table {
  const rows = Array.from({ length: churnVersions[churnVersions.length - 1]?.rows ?? 0 }, (_, id) =>
    customer(id).slice(1).map(String),
  );
  const header = ['region', 'contract', 'tenure', 'support_calls', 'monthly_charge', 'age', 'churn'];
  return tableOf('churn', header, rows, {
    label: 'churn',
    categories: ['region', 'contract'],
    days: {},
    isTimed: false,
  });
}

/** `bench/data/README.md` says how they are made, and their SHA-256. */
const publicTables: Readonly<Record<string, Said & { readonly sha256: string }>> = {
  magic: {
    label: 'class',
    categories: [],
    days: {},
    isTimed: false,
    sha256: 'b91479852b0e54883febac9cd92ef6bbac7100b79ff05b00574f1547e20e3d51',
  },
  flights: {
    label: 'arrival',
    categories: ['carrier', 'origin', 'dest', 'wday'],
    days: { moment: 1, hour: 24 },
    isTimed: true,
    sha256: '5188de8b5589e31b6df324e6301e51a37a2654bc4a302640f2f60e22b42da6e1',
  },
};

function publicTable(name: string): Table | null {
  const said = publicTables[name];
  const folder = process.env['DELTATRAIN_DATA'];
  const file = path.join(folder ?? '', `${name}.csv`);
  if (!said) throw new Error(`There is no table "${name}": sample, churn, ${Object.keys(publicTables).join(', ')}.`);
  if (!folder || !existsSync(file)) {
    console.log(`${name}: left out, as DELTATRAIN_DATA names no folder with ${name}.csv (bench/data/README.md).`);
    return null;
  }
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== said.sha256)
    throw new Error(`${file} is another file than the figures were made with: SHA-256 ${found}.`);
  const { header, rows } = parsed(file);
  return tableOf(name, header, rows, said);
}

/** The tables of these names, those left out that are not there. */
export const tablesNamed = (names: readonly string[], root: string): Table[] =>
  names.flatMap((name) => {
    if (name === 'sample') return [sample(root)];
    return name === 'churn' ? [churn()] : (publicTable(name) ?? []);
  });

/** The numbers of a table's columns that are numbers. */
export const numberColumns = (table: Table): number[] =>
  [...table.columns.keys()].filter((c) => at(table.columns, c).texts === null);

/** The numbers of a table's columns that are categories. */
export const categoryColumns = (table: Table): number[] =>
  [...table.columns.keys()].filter((c) => at(table.columns, c).texts !== null);
