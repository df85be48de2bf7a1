/** Carries out branch statements and DIFF between any two versions. */
import { Failure } from '../../../base/failure.ts';
import { nearest } from '../../../base/nearest.ts';
import { say } from '../../../base/say.ts';
import { changedRows } from '../../../data/change.ts';
import { packRows, type PageColumn, type RowPage } from '../../../data/page.ts';
import type { QueryEnd } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { atSnapshot, live } from '../../../data/version.ts';
import { createBranch, createDatabaseBranch, deleteBranch, deleteDatabaseBranch } from '../branches/create.ts';
import { countSides, diffSql } from '../branches/diff.ts';
import { writeDiffFile } from '../branches/diffFile.ts';
import { mergeInto, pickBetween, pickedTable, pickKeys } from '../branches/merge.ts';
import { collectSides, dropSides, type Sides } from '../branches/sides.ts';
import type {
  BranchTranslation,
  DiffTranslation,
  PickedKeysTyped,
  TableAt,
  Translation,
} from '../dialect/translation.ts';
import { createTable } from '../shape/shape.ts';
import type { FileConnection, SqlValue } from '../sqlite/driver.ts';
import { quoteName } from '../sqlite/quote.ts';
import { assigned } from '../typed/assigned.ts';
import { unsupported } from '../typed/sqlText.ts';
import { declaredType, text, typeText } from '../typed/types.ts';
import type { ShownColumn } from '../typed/statement.ts';
import { type Column, resolveVersion, type TableVersion } from '../types/catalog.ts';
import { columnType } from '../types/types.ts';
import { runStatement } from './query.ts';

const versionAt = (db: FileConnection, { table, snapshot }: Pick<TableAt, 'table' | 'snapshot'>): TableVersion =>
  resolveVersion(db, table, snapshot === null ? live : atSnapshot(snapshot));

type KindOf<K extends BranchTranslation['kind']> = Extract<BranchTranslation, { kind: K }>;

/** How each is carried out; the rows that it changed. */
const changes: {
  readonly [K in BranchTranslation['kind']]: (db: FileConnection, t: KindOf<K>, values: readonly SqlValue[]) => number;
} = {
  createBranch(db, { branch, of, snapshot }) {
    createBranch(db, branch, of, snapshot);
    return 0;
  },
  createDatabaseBranch(db, { branch, of, snapshot }) {
    createDatabaseBranch(db, branch, of, snapshot);
    return 0;
  },
  deleteBranch(db, { branch }) {
    deleteBranch(db, branch);
    return 0;
  },
  deleteDatabaseBranch(db, { database }) {
    deleteDatabaseBranch(db, database);
    return 0;
  },
  mergeBranch(db, { source, into, rule }) {
    const [from, target] = [versionAt(db, source), resolveVersion(db, into, live)];
    requireTwo('MERGE', from, target);
    return mergeInto(db, from, target, rule);
  },
  pickBranch: pick,
};

/** True of what changes branches, or a table through one. */
export const isBranchChange = (t: Translation): t is BranchTranslation => Object.hasOwn(changes, t.kind);

/** In the caller's write transaction; the rows that it changed. */
export function runBranchChange<K extends BranchTranslation['kind']>(
  db: FileConnection,
  t: KindOf<K>,
  values: readonly SqlValue[],
): number {
  const run = changes[t.kind as K] as (db: FileConnection, t: KindOf<K>, values: readonly SqlValue[]) => number;
  return run(db, t, values);
}

function pick(db: FileConnection, t: KindOf<'pickBranch'>, values: readonly SqlValue[]): number {
  const source = versionAt(db, t.source);
  const into = resolveVersion(db, t.into, live);
  const { rule, between, keys } = t;
  try {
    if (keys) fillKeys(db, into, keys, values);
    if (!between) {
      requireTwo('PICK', source, into);
      return pickKeys(db, source, into, rule);
    }
    const at = (snapshot: string): TableVersion => versionAt(db, { table: t.source.table, snapshot });
    return pickBetween(db, { from: at(between.from), to: at(between.to) }, into, { rule, isPicked: keys !== null });
  } finally {
    db.exec(`DROP TABLE IF EXISTS ${pickedTable}`);
  }
}

/** A table of now and itself have nothing to give each other: whoever asks for it meant another name. */
function requireTwo(verb: string, source: TableVersion, into: TableVersion): void {
  if (source.snapshot !== null || source.generation.stored !== into.generation.stored) return;
  throw new Failure('usage.wrong', {
    message: say(
      '{0} of {1} into itself: name the branch first, and behind INTO the table that takes from it.',
      verb,
      tableText(into.table),
    ),
  });
}

/** A key as its column keeps it; a number with decimals would be rounded to the key of another row. */
function keyCell(operand: Parameters<typeof assigned>[0], { name, type }: Column): string {
  const to = declaredType(type.text);
  const given = operand.type;
  if (to.kind === 'int' && (given.kind === 'real' || (given.kind === 'dec' && given.scale > 0)))
    throw unsupported(
      say('A key of {0} for the column {1} ({2})', typeText(given), name, type.text),
      say('Give a whole number.'),
    );
  return assigned(operand, to, name);
}

/** What does not fit a column of the scratch table is told of the column of the key. */
function ofKeyColumn<T>(columns: readonly Column[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!Failure.is(error, 'value.refused')) throw error;
    const place = /^k(\d+)$/.exec(error.data.column)?.[1];
    const column = place === undefined ? undefined : columns[Number(place)];
    throw column ? new Failure('value.refused', { ...error.data, column: column.name }, { cause: error }) : error;
  }
}

/** The picked keys as the key's columns keep them; a key of NULL is none. */
function fillKeys(db: FileConnection, into: TableVersion, keys: PickedKeysTyped, values: readonly SqlValue[]): void {
  const { key } = into.generation;
  const columns = key.map((name) => into.columns.find((column) => column.name === name) as Column);
  const names = columns.map((_, i) => `k${i}`);
  if (columns.length === 0) return db.exec(`CREATE TEMP TABLE ${pickedTable.slice(5)} (k0)`);
  // Strict, as the table is: what its key cannot be is an error, and no key that is not there.
  const typed = columns.map(({ storage }, i) => `k${i} ${storage}`);
  db.exec(
    `CREATE TEMP TABLE ${pickedTable.slice(5)} (${typed.join(', ')}, PRIMARY KEY (${names.join(', ')})) STRICT, WITHOUT ROWID`,
  );
  const put = (rows: string): number => {
    const there = names.map((_, i) => `column${i + 1} IS NOT NULL`).join(' AND ');
    return ofKeyColumn(columns, () =>
      db.run(`INSERT INTO ${pickedTable} SELECT * FROM (${rows}) WHERE ${there} ON CONFLICT DO NOTHING`, ...values),
    );
  };
  const requireWidth = (width: number): void => {
    if (width === columns.length) return;
    throw new Failure('sql.syntax', {
      message: say(
        'the key of {0} is ({1}): KEYS takes {2} values each',
        tableText(into.table),
        key.join(', '),
        columns.length,
      ),
    });
  };
  if (keys.kind === 'query') {
    requireWidth(keys.query.columns.length);
    const cells = keys.query.columns.map(({ type, isKept }, i) => {
      const column = columns[i] as Column;
      return `${keyCell({ sql: `q.c${i}`, type, isKept }, column)} AS column${i + 1}`;
    });
    put(`SELECT ${cells.join(', ')} FROM (${keys.query.sql}) AS q`);
    return;
  }
  const rows = keys.items.map((item) => {
    requireWidth(item.length);
    const cells = item.map((operand, i) => keyCell(operand, columns[i] as Column));
    return `(${cells.join(', ')})`;
  });
  put(`VALUES ${rows.join(', ')}`);
}

function chosenColumns({ target }: Sides, names: readonly string[] | null): readonly Column[] {
  if (names === null) return target.columns;
  const chosen = names.map((name) => {
    const found = target.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    if (found) return found;
    const near = nearest(
      name,
      target.columns.map((column) => column.name),
    );
    throw new Failure('column.unknown', { column: name, table: tableText(target.table), near: near ?? null });
  });
  return [...new Set(chosen)];
}

const wordColumn = (name: string): ShownColumn => ({
  name,
  type: text,
  typeText: 'VARCHAR',
  isPlain: true,
  isKept: false,
});

/** The rows, counts or the file of a DIFF, in a read transaction of the caller. */
export async function* answerDiff(
  db: FileConnection,
  t: DiffTranslation,
  options: { pageRows: number | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<RowPage, QueryEnd> {
  const sides = collectSides(db, versionAt(db, t.target), versionAt(db, t.base));
  const { output } = t;
  switch (output.form) {
    case 'rows':
    case 'limit': {
      const chosen = chosenColumns(sides, t.columns);
      const title = `diff ${t.target.table.table} against ${t.base.table.table}`.toLowerCase();
      const columns: ShownColumn[] = [
        wordColumn(title),
        wordColumn('flag'),
        ...chosen.map(({ name, type }) => ({
          name: name.toLowerCase(),
          type: declaredType(type.text),
          typeText: type.text,
          isPlain: true,
          isKept: true,
        })),
      ];
      const sql = diffSql(sides, chosen, output.form === 'limit' ? output.limit : null);
      return yield* runStatement(db, { sql, columns }, [], options);
    }
    default: {
      const page = shownPage(db, t, sides);
      yield page;
      return { columns: page.columns, rows: page.rows, affected: 0 };
    }
  }
}

const words = (...names: readonly string[]): PageColumn[] => names.map((name) => ({ name, type: 'VARCHAR' }));

function shownPage(db: FileConnection, { target, base, output }: DiffTranslation, sides: Sides): RowPage {
  if (output.form === 'file') {
    const { path, hint } = writeDiffFile(db, sides, output.path);
    return packRows(words('FILE SAVED TO', 'HINT'), [[path, hint]]);
  }
  const counts = countSides(db, sides);
  if (output.form === 'count')
    return packRows([{ name: 'COUNT(*)', type: 'BIGINT' }], [[changedRows(counts.target) + changedRows(counts.base)]]);
  const columns: PageColumn[] = [
    { name: 'metric', type: 'VARCHAR' },
    { name: target.title, type: 'BIGINT' },
    { name: base.title, type: 'BIGINT' },
  ];
  return packRows(columns, [
    ['INSERTED', counts.target.inserted, counts.base.inserted],
    ['DELETED', counts.target.deleted, counts.base.deleted],
    ['UPDATED', counts.target.updated, counts.base.updated],
  ]);
}

/** A name that no column of the table has: MatrixOne puts `_1` behind it. */
function freeName(name: string, taken: readonly Column[]): string {
  const isTaken = (one: string): boolean => taken.some((column) => column.name.toLowerCase() === one.toLowerCase());
  for (let i = 0; ; i++) {
    const tried = i === 0 ? name : `${name}_${i}`;
    if (!isTaken(tried)) return tried;
  }
}

/** OUTPUT AS: a table without a key that holds the rows. In the caller's write transaction. */
export function diffIntoTable(db: FileConnection, t: DiffTranslation): RowPage {
  if (t.output.form !== 'as') throw new Error(`Broken invariant: OUTPUT ${t.output.form} makes no table`);
  const { table } = t.output;
  try {
    const sides = collectSides(db, versionAt(db, t.target), versionAt(db, t.base));
    const chosen = chosenColumns(sides, t.columns);
    const nullable = { nullable: true };
    const generation = createTable(db, {
      name: table,
      columns: [
        { name: freeName('__mo_diff_source', chosen), type: columnType('VARCHAR(255)'), ...nullable },
        { name: freeName('__mo_diff_flag', chosen), type: columnType('VARCHAR(16)'), ...nullable },
        ...chosen.map(({ name, type }) => ({ name, type, ...nullable })),
      ],
      key: [],
    });
    db.exec(`INSERT INTO ${quoteName(generation.stored)} ${diffSql(sides, chosen, null)}`);
  } finally {
    dropSides(db);
  }
  return packRows(words('TABLE CREATED'), [[quotedTable(table)]]);
}

const quotedTable = ({ database, table }: TableName): string =>
  [database, table].map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
