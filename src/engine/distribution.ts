/** How a column is spread in a delta against its base: categories, or bins of equal width for numbers of many values. */
import type { PageColumn } from '../data/page.ts';
import { cellAt } from '../data/page.ts';
import type { Store } from '../data/store.ts';
import { textOf, type Value } from '../data/value.ts';
import { at } from '../base/assert.ts';
import type { Distribution, SpoolSource } from '../protocol/engine.ts';
import type { Spool } from './spool.ts';

const mostBins = 20;
/** Rows of the base that are looked at, about. */
const sampleRows = 20_000;
const salt = 'deltatrain:distribution';
/** Stands for the categories that are not among the most frequent. */
const rest = '…';

const numeric = /^(TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|BIGINT|FLOAT|DOUBLE|REAL|DECIMAL|NUMERIC|DEC|YEAR)\b/i;

export async function distributionOf(
  store: Store,
  spool: Spool,
  source: SpoolSource,
  index: number,
  signal: AbortSignal,
): Promise<Distribution> {
  const column = at(spool.columns, index);
  const delta = [...spool.values(index)];
  const base = source.kind === 'delta' ? await sampleBase(store, source, column, signal) : [];
  const bins = numeric.test(column.type) ? numberBins(delta, base) : undefined;
  return { column: column.name, isRanges: bins !== undefined, bins: bins ?? categoryBins(delta, base) };
}

async function sampleBase(
  store: Store,
  { delta }: Extract<SpoolSource, { kind: 'delta' }>,
  { name }: PageColumn,
  signal: AbortSignal,
): Promise<Value[]> {
  const { table, from } = delta;
  const info = await store.table(table, from);
  if (!info.columns.some((one) => one.name === name)) return [];
  const rows = await store.countRows(table, from);
  const hashed = info.key.length > 0 && rows > sampleRows;
  const values: Value[] = [];
  const pages = store.readRows(
    {
      table,
      at: from,
      columns: [name],
      order: 'key',
      ...(hashed && { salt, sample: { salt, share: sampleRows / rows } }),
    },
    signal,
  );
  for await (const page of pages) {
    const cells = at(page.cells, 0);
    for (let i = 0; i < page.rows; i++) values.push(cellAt(cells, i));
    if (!hashed && values.length >= sampleRows) break;
  }
  return values;
}

type Bins = Distribution['bins'];

/** Undefined when there are few enough values to show each, or none. */
function numberBins(delta: readonly Value[], base: readonly Value[]): Bins | undefined {
  const numbersOf = (values: readonly Value[]): number[] => values.filter((value) => value !== null).map(Number);
  const both = [numbersOf(delta), numbersOf(base)] as const;
  const all = new Set([...both[0], ...both[1]]);
  if (all.size <= mostBins) return undefined;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of all) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const width = (high - low) / mostBins;
  const count = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: mostBins }, () => 0);
    for (const value of values) {
      const bin = Math.min(mostBins - 1, Math.floor((value - low) / width));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  const [inDelta, inBase] = [count(both[0]), count(both[1])];
  return inDelta.map((found, bin) => ({
    value: String(Number((low + bin * width).toPrecision(6))),
    delta: found,
    base: inBase[bin] ?? 0,
  }));
}

function categoryBins(delta: readonly Value[], base: readonly Value[]): Bins {
  const counts = new Map<string | null, { delta: number; base: number }>();
  const add = (values: readonly Value[], side: 'delta' | 'base'): void => {
    for (const value of values) {
      const text = value === null ? null : textOf(value);
      const count = counts.get(text) ?? { delta: 0, base: 0 };
      count[side] += 1;
      counts.set(text, count);
    }
  };
  add(delta, 'delta');
  add(base, 'base');
  const sorted = [...counts].sort(
    ([a, x], [b, y]) => y.delta + y.base - x.delta - x.base || ((a ?? '') < (b ?? '') ? -1 : 1),
  );
  const shown = sorted.length > mostBins ? sorted.slice(0, mostBins - 1) : sorted;
  const bins: { value: string | null; delta: number; base: number }[] = shown.map(([value, count]) => ({
    value,
    ...count,
  }));
  const others = sorted.slice(shown.length).map(([, count]) => count);
  if (others.length > 0)
    bins.push({
      value: rest,
      delta: others.reduce((sum, count) => sum + count.delta, 0),
      base: others.reduce((sum, count) => sum + count.base, 0),
    });
  return bins;
}
