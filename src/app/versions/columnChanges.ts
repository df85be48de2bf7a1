/** What became of a table's columns between two versions: which came, went, were renamed (by their contents, a guess) or have another type. */
import { say } from '../../base/say.ts';
import { Failure } from '../../base/failure.ts';
import type { ColumnChanges } from '../../data/change.ts';
import type { DataNote } from '../../data/judgement.ts';
import { rowAt } from '../../data/page.ts';
import type { Store } from '../../data/store.ts';
import { type ColumnInfo, sameNames, type TableInfo, type TableName } from '../../data/table.ts';
import { sameValue, type Value } from '../../data/value.ts';
import type { Version } from '../../data/version.ts';

type Named = Pick<ColumnInfo, 'name' | 'type'>;

const named = ({ name, type }: ColumnInfo): Named => ({ name, type });

/** Without a look at the rows: a column that was renamed went and came. */
function changesOf(before: TableInfo, after: TableInfo): ColumnChanges {
  const was = new Map(before.columns.map((column) => [column.name, column]));
  const is = new Set(after.columns.map(({ name }) => name));
  return {
    added: after.columns.filter(({ name }) => !was.has(name)).map(named),
    dropped: before.columns.filter(({ name }) => !is.has(name)).map(named),
    renamed: [],
    retyped: after.columns.flatMap(({ name, type }) => {
      const old = was.get(name)?.type ?? type;
      return old.toUpperCase() === type.toUpperCase() ? [] : [{ name, from: old, to: type }];
    }),
  };
}

const lookedAt = 200;

/** The first rows by key: the key, then the columns that were asked for. */
async function firstRows(
  store: Store,
  table: TableName,
  at: Version,
  key: readonly string[],
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Value[]>> {
  const rows = new Map<string, Value[]>();
  const request = { table, at, columns: [...key, ...columns], order: 'key' as const, pageRows: lookedAt };
  for await (const page of store.readRows(request, signal)) {
    for (let i = 0; i < page.rows && rows.size < lookedAt; i++) {
      const row = rowAt(page, i);
      rows.set(row.slice(0, key.length).map(String).join('\0'), row.slice(key.length));
    }
    if (rows.size >= lookedAt) break;
  }
  return rows;
}

/** Values that are the same on both sides in nearly every row, and are not all one. */
function areAlike(pairs: readonly (readonly [Value, Value])[]): boolean {
  const told = pairs.filter(([a, b]) => a !== null || b !== null);
  const same = told.filter(([a, b]) => sameValue(a, b));
  const different = new Set(same.map(([a]) => String(a)));
  return told.length >= 2 && different.size >= 2 && same.length >= told.length * 0.9;
}

async function withRenames(
  store: Store,
  changes: ColumnChanges,
  sides: { readonly table: TableName; readonly from: Version; readonly to: Version; readonly key: readonly string[] },
  signal?: AbortSignal,
): Promise<ColumnChanges> {
  const [went, came] = [changes.dropped.map(({ name }) => name), changes.added.map(({ name }) => name)];
  const before = await firstRows(store, sides.table, sides.from, sides.key, went, signal);
  const after = await firstRows(store, sides.table, sides.to, sides.key, came, signal);
  const renamed: { from: string; to: string }[] = [];
  for (const [a, from] of went.entries())
    for (const [b, to] of came.entries()) {
      if (renamed.some((pair) => pair.from === from || pair.to === to)) continue;
      const pairs = [...before].flatMap(([id, row]): [Value, Value][] => {
        const now = after.get(id);
        return now ? [[row[a] ?? null, now[b] ?? null]] : [];
      });
      if (areAlike(pairs)) renamed.push({ from, to });
    }
  return {
    ...changes,
    renamed,
    added: changes.added.filter(({ name }) => !renamed.some(({ to }) => to === name)),
    dropped: changes.dropped.filter(({ name }) => !renamed.some(({ from }) => from === name)),
  };
}

/** Null where both versions have the same columns. Failures are those of `Store.table` and `Store.readRows`. */
export async function columnChanges(
  store: Store,
  { table, from, to }: { readonly table: TableName; readonly from: Version; readonly to: Version },
  signal?: AbortSignal,
): Promise<ColumnChanges | null> {
  const [before, after] = [await store.table(table, from), await store.table(table, to)];
  const changes = changesOf(before, after);
  if (changes.added.length + changes.dropped.length + changes.retyped.length === 0) return null;
  const mayBeRenamed = changes.added.length > 0 && changes.dropped.length > 0;
  if (!mayBeRenamed || after.key.length === 0 || !sameNames(before.key, after.key)) return changes;
  return withRenames(store, changes, { table, from, to, key: after.key }, signal);
}

const list = (columns: readonly Named[]): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');

/** The changes in sentences, and what they mean for the counts of a delta: empty where there are none. */
export function columnSentences(changes: ColumnChanges | null): string[] {
  if (changes === null) return [];
  const { added, dropped, renamed, retyped } = changes;
  return [
    ...(added.length > 0 ? [say('Columns that came: {0}.', list(added))] : []),
    ...(dropped.length > 0 ? [say('Columns that went: {0}.', list(dropped))] : []),
    ...renamed.map(({ from, to }) => say('{0} seems to be called {1} now: it has the same values.', from, to)),
    ...retyped.map(({ name, from, to }) => say('{0} was {1} and is {2}.', name, from, to)),
    say('Rows are compared by the columns that both versions have.'),
  ];
}

/** Characters of a list that is kept with a model. */
const mostListed = 300;

/** The changes as notes of a verdict: a note for each kind of change, which lists the columns. */
export function columnNotes(changes: ColumnChanges | null): DataNote[] {
  if (changes === null) return [];
  const { added, dropped, renamed, retyped } = changes;
  const note = (kind: DataNote['kind'], listed: readonly string[]): DataNote[] => {
    const text = listed.join(', ');
    const shown = text.length > mostListed ? `${text.slice(0, mostListed)}…` : text;
    const { length } = listed;
    if (length === 0) return [];
    return [{ kind, column: null, rows: length, of: length, value: null, upper: null, text: shown }];
  };
  return [
    ...note(
      'columnsCame',
      added.map(({ name, type }) => `${name} ${type}`),
    ),
    ...note(
      'columnsWent',
      dropped.map(({ name, type }) => `${name} ${type}`),
    ),
    ...note(
      'columnsRenamed',
      renamed.map(({ from, to }) => `${from} → ${to}`),
    ),
    ...note(
      'columnsRetyped',
      retyped.map(({ name, from, to }) => `${name} (${from} → ${to})`),
    ),
  ];
}

/** What a restore would do to the columns, in sentences; `changes` lead from now to the snapshot. */
export function restoreSentences(changes: ColumnChanges | null): string[] {
  if (changes === null) return [];
  const { added, dropped, renamed, retyped } = changes;
  return [
    ...(added.length > 0 ? [say('Columns that come back: {0}.', list(added))] : []),
    ...(dropped.length > 0 ? [say('Columns that go: {0}.', list(dropped))] : []),
    ...renamed.map(({ from, to }) => say('{0} seems to be {1}, and is called so again.', from, to)),
    ...retyped.map(({ name, from, to }) => say('{0} is {1} and becomes {2}.', name, from, to)),
  ];
}

/** `delta.schemaChanged` where the columns differ: a script of rows could not make one version of the other. */
export function requireSameColumns(table: string, changes: ColumnChanges | null): void {
  if (changes === null) return;
  const detail = columnSentences(changes).slice(0, -1).join(' ').replace(/\.$/, '');
  throw new Failure('delta.schemaChanged', { table, detail });
}
