/** The rows that a table changed since it and another one were one, each as it was, as it is there and as it is here. */
import { Failure, throwIfCancelled } from '../../../base/failure.ts';
import type { SidesPage, SidesRequest, SidesRow } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import type { Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import type { FileConnection, SqlRow } from '../sqlite/driver.ts';
import { type Column, resolveVersion } from '../types/catalog.ts';
import { orderTerms, selectCell, valueOf } from '../types/types.ts';
import { pageSize } from '../versions/rows.ts';
import { partedAt } from './lineage.ts';
import { collectSides, keysMatch, type Sides, sideTables } from './sides.ts';

/** It holds a read transaction until it is read to its end or given up. */
export async function* readSides(
  db: FileConnection,
  { source, at, into, pageRows }: SidesRequest,
  signal?: AbortSignal,
): AsyncGenerator<SidesPage, void> {
  throwIfCancelled(signal);
  const size = pageSize(pageRows);
  db.exec('BEGIN');
  try {
    const [theirs, ours] = [resolveVersion(db, source, at), resolveVersion(db, into, live)];
    for (const version of [theirs, ours])
      if (version.generation.key.length === 0) throw new Failure('table.noKey', { table: tableText(version.table) });
    if (partedAt(db, theirs, ours) === null)
      throw new Failure('branch.unrelated', { source: tableText(source), target: tableText(into) });
    const sides = collectSides(db, theirs, ours);
    const columns = sides.target.columns.map(({ name, type }) => ({ name, type: type.text }));
    const page = (rows: readonly SidesRow[]): SidesPage => ({ columns, key: ours.generation.key, rows });
    const read = rowReader(sides);
    let rows: SidesRow[] = [];
    let isTold = false;
    for (const row of db.iterate(sidesSql(sides))) {
      rows.push(read(row));
      if (rows.length < size) continue;
      yield page(rows);
      isTold = true;
      rows = [];
      throwIfCancelled(signal);
    }
    if (rows.length > 0 || !isTold) yield page(rows);
  } finally {
    db.rollback();
  }
}

/** `was`, `isnow`, whether the other one changed it too, and whether it is there then; the key, then the others of each image. */
function sidesSql(sides: Sides): string {
  const { key, others } = sides;
  const keys = key.map(({ type }, i) => selectCell(type, `t.k${i}`));
  const image = (side: string, letter: string): string[] =>
    others.map(({ type }, i) => selectCell(type, `${side}.${letter}${i}`));
  const cells = ['t.was', 't.isnow', 'b.k0 IS NOT NULL', 'b.isnow', ...keys, ...image('t', 'b'), ...image('t', 'a')];
  const order = key.flatMap(({ type }, i) => orderTerms(type, `t.k${i}`));
  return `SELECT ${[...cells, ...image('b', 'a')].join(', ')} FROM ${sideTables.target} t
    LEFT JOIN ${sideTables.base} b ON ${keysMatch(sides, 't', 'b')} ORDER BY ${order.join(', ')}`;
}

function rowReader({ target, key, others }: Sides): (row: SqlRow) => SidesRow {
  const first = 4;
  const n = others.length;
  const place = (column: Column, image: number): number => {
    const k = key.indexOf(column);
    return k >= 0 ? first + k : first + key.length + image * n + others.indexOf(column);
  };
  const valuesOf = (row: SqlRow, image: number): Value[] =>
    target.columns.map((column) => valueOf(column.type, row[place(column, image)] ?? null));
  return (row) => {
    const [was, isNow, isChanged, isThere] = row;
    const base = was ? valuesOf(row, 0) : null;
    return {
      base,
      theirs: isNow ? valuesOf(row, 1) : null,
      ours: isChanged ? (isThere ? valuesOf(row, 2) : null) : base,
    };
  };
}
