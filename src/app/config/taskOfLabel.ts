/** What a label asks for: one of a few classes, or a number. Found from some of its values, where nobody says it. */
import { cellAt } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import type { TableInfo, TypeFamily } from '../../data/table.ts';
import type { Task } from '../../data/training.ts';
import type { Version } from '../../data/version.ts';

/** Rows that are looked at. */
const lookRows = 2_000;
/** A number with no more different values is taken for the code of a class. */
const fewValues = 20;
/** So is one whose values come back: fewer different ones than this share of the rows. */
const fewShare = 0.05;

const numbers: ReadonlySet<TypeFamily> = new Set<TypeFamily>(['integer', 'decimal', 'float']);

/**
 * A regression where the label is a column of numbers, most of which are values of their own. A column without a declared kind of
 * number, or with few values, is a classification.
 */
export async function taskOfLabel(store: Store, info: TableInfo, label: string, at: Version): Promise<Task> {
  const column = info.columns.find(({ name }) => name === label);
  if (!column || !numbers.has(column.family)) return 'classification';
  const values = new Set<string>();
  let rows = 0;
  for await (const page of store.readRows({ table: info.name, at, columns: [label], order: 'key' })) {
    for (let i = 0; i < page.rows && rows < lookRows; i++) {
      const value = page.cells[0] ? cellAt(page.cells[0], i) : null;
      if (value === null) continue;
      values.add(String(value));
      rows += 1;
    }
    if (rows >= lookRows) break;
  }
  return values.size > fewValues && values.size > rows * fewShare ? 'regression' : 'classification';
}
