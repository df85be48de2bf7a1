/** `diff`: what changed in a table between two versions. */
import { later, say } from '../../../base/say.ts';
import path from 'node:path';
import { columnChanges, columnSentences, requireSameColumns } from '../../../app/versions/columnChanges.ts';
import { Failure } from '../../../base/failure.ts';
import { type Change, changeAt, type ColumnChanges, type DeltaPage } from '../../../data/change.ts';
import type { DeltaRequest, Store } from '../../../data/store.ts';
import { tableText } from '../../../data/table.ts';
import { jsonOf, type JsonValue, textOf, type Value } from '../../../data/value.ts';
import { atSnapshot, versionText } from '../../../data/version.ts';
import { type DeltaFile, deltaFormat, exportDelta } from '../../../files/exportDelta.ts';
import type { Command, Invocation } from '../command.ts';
import type { RowsHead } from '../../terminal/output.ts';
import { guardOption, wantsGuard } from './guardCells.ts';
import { readTable, readVersion } from '../tableOption.ts';
import { type CheckedChanges, checkedText, checkChanges } from './checkChanges.ts';
import { countText, deltaText } from '../../../words/numbers.ts';

interface DeltaRow {
  readonly flag: Change['flag'];
  readonly key: Record<string, JsonValue>;
  readonly before: Record<string, JsonValue> | null;
  readonly after: Record<string, JsonValue> | null;
}

/** A table without a key has an empty key, and all of its columns before and after. */
function deltaRows(page: DeltaPage): DeltaRow[] {
  const names = page.columns.map(({ name }) => name);
  const part = (values: readonly Value[], from: number, to: number): Record<string, JsonValue> =>
    Object.fromEntries(values.slice(from, to).map((value, c) => [names[from + c] ?? '', jsonOf(value)]));
  return Array.from({ length: page.rows }, (_, i) => {
    const { flag, before, after } = changeAt(page, i);
    const rest = (values: readonly Value[] | null) => values && part(values, page.keyColumns, names.length);
    return { flag, key: part(after ?? before ?? [], 0, page.keyColumns), before: rest(before), after: rest(after) };
  });
}

const signs = { inserted: '+', updated: '~', deleted: '-' } as const;

function shownRow(page: DeltaPage, i: number): string[] {
  const { flag, before, after } = changeAt(page, i);
  const cell = (c: number): string => {
    const [old, now] = [before?.[c], after?.[c]].map((value) => (value === undefined ? undefined : textOf(value)));
    return old !== undefined && now !== undefined && old !== now ? `${old} → ${now}` : (now ?? old ?? '');
  };
  return [signs[flag], ...page.columns.map((_, c) => cell(c))];
}

/** Prints the rows as they come, and answers how many. */
async function printRows(
  store: Store,
  request: DeltaRequest,
  head: RowsHead,
  { output, signal }: Invocation,
): Promise<number> {
  let rows = 0;
  for await (const page of store.readDelta(request, signal)) {
    rows += page.rows;
    await output.rows(head, {
      documents: () => deltaRows(page),
      titles: ['', ...page.columns.map(({ name }) => name)],
      cells: () => Array.from({ length: page.rows }, (_, i) => shownRow(page, i)),
    });
  }
  return rows;
}

function readLimit(text: string | undefined): { limit: number } | Record<string, never> {
  if (text === undefined) return {};
  if (!/^\d{1,15}$/.test(text)) throw new Failure('usage.wrong', { message: `--limit ${text}: write a whole number.` });
  return { limit: Number(text) };
}

/** Columns as the pages of the delta give them: key first. */
async function deltaColumns(store: Store, { table, to }: DeltaRequest) {
  const info = await store.table(table, to);
  const keyed = info.key.flatMap((name) => info.columns.filter((column) => column.name === name));
  const rest = info.columns.filter((column) => !info.key.includes(column.name));
  return { columns: [...keyed, ...rest].map(({ name, type }) => ({ name, type })), keyColumns: info.key.length };
}

async function writeOut(store: Store, request: DeltaRequest, file: DeltaFile, signal: AbortSignal): Promise<void> {
  const { columns, keyColumns } = await deltaColumns(store, request);
  const pages = store.readDelta(request, signal);
  await exportDelta(file, request.table, columns, keyColumns, pages, signal);
}

/** What of a delta is wanted, and where. */
interface Wanted {
  readonly limit: { readonly limit: number } | Record<string, never>;
  readonly out: string | undefined;
  readonly guardCells: boolean;
}

/** Before anything is opened: what is wrong with an option is said at once. */
function wantedOf(invocation: Invocation): Wanted {
  const out = invocation.option('out');
  return { limit: readLimit(invocation.option('limit')), out, guardCells: wantsGuard(invocation, out ?? '') };
}

/** `deltatrain diff`: prints counts and rows, or writes them to a file. It ends in 0 also where something changed; with `--check` in 3 where that is suspect. */
export const diffCommand: Command = {
  name: 'diff',
  usage:
    'db.t --from S [--to S|live] [--check NAME] [--summary] [--limit N] [--out FILE.csv|.jsonl|.sql [--guard-cells]]',
  summary: later('Show what changed in a table between two versions'),
  options: {
    from: { type: 'string', value: 'S', about: later('The older snapshot') },
    to: {
      type: 'string',
      value: 'S',
      about: later('The newer snapshot, or live: the table now, which it is without this'),
    },
    check: {
      type: 'string',
      value: 'NAME',
      about: later(
        'With what the newest model of a training can say of the changes, without training; --from is then its snapshot if it is left out',
      ),
    },
    summary: { type: 'boolean', about: later('The counts alone') },
    limit: { type: 'string', value: 'N', about: later('At most so many rows') },
    out: {
      type: 'string',
      value: 'FILE',
      about: later('Write the rows to a file; a .sql file makes the older version the newer'),
    },
    'guard-cells': guardOption,
  },
  takes: [1, 1],
  run: (invocation) => {
    const check = invocation.option('check');
    const table = readTable(invocation.positionals[0], say('The table'));
    const from = invocation.option('from');
    const to = readVersion(invocation.option('to'));
    const wanted = wantedOf(invocation);
    if (check !== undefined)
      return checkChanges(invocation, { name: check, table, from, to }, (store, checked) =>
        diff(invocation, store, { table, from: atSnapshot(checked.from), to }, wanted, checked),
      );
    if (from === undefined)
      throw new Failure('usage.wrong', { message: '--from is missing: name the older snapshot.' });
    const request = { table, from: readVersion(from), to };
    return invocation.open().then(({ store }) => diff(invocation, store, request, wanted, null));
  },
};

/** What is said before the rows, and beside them as a document. */
async function headOf(
  store: Store,
  request: DeltaRequest,
  checked: CheckedChanges | null,
  signal: AbortSignal,
): Promise<{ head: RowsHead; counted: string; told: string[]; total: number; columns: ColumnChanges | null }> {
  const counts = await store.countDelta(request, signal);
  const { way, why } = await store.deltaWay(request);
  const columns = await columnChanges(store, request, signal);
  // A verdict names the columns itself.
  const isSaid = checked?.data.notes.some(({ kind }) => kind.startsWith('columns')) ?? false;
  const told = [...(isSaid ? [] : columnSentences(columns)), ...(checked ? [checkedText(checked)] : [])];
  const ends = { table: tableText(request.table), from: versionText(request.from), to: versionText(request.to) };
  const leaks = checked && checked.leaks.length > 0 ? { leaks: checked.leaks } : {};
  const said = checked && { model: checked.model, data: checked.data, ...leaks };
  const reason = why === null ? '' : ` (${way}: ${why.replace(/\.$/, '')})`;
  return {
    head: { head: { ...ends, ...counts, way, why, ...(columns && { columns }), ...said } },
    counted: `${ends.table}, ${ends.from} → ${ends.to}: ${deltaText(counts)}${reason}`,
    told,
    total: counts.inserted + counts.updated + counts.deleted,
    columns,
  };
}

async function diff(
  invocation: Invocation,
  store: Store,
  request: DeltaRequest,
  { limit, out, guardCells }: Wanted,
  checked: CheckedChanges | null,
): Promise<number> {
  const { output, cwd, signal } = invocation;
  const { head, counted, told, total, columns } = await headOf(store, request, checked, signal);
  const wantsRows = !invocation.has('summary') && out === undefined && limit.limit !== 0;
  const sentence = [counted, ...told].join('\n');
  if (out !== undefined && deltaFormat(out) === 'sql') requireSameColumns(tableText(request.table), columns);
  if (out !== undefined)
    await writeOut(store, { ...request, ...limit }, { file: path.resolve(cwd, out), guardCells }, signal);
  if (!output.json && wantsRows && total > 0) output.line(null, () => sentence);
  const rows = wantsRows ? await printRows(store, { ...request, ...limit }, head, invocation) : 0;
  output.endRows(head, {}, () => {
    if (out !== undefined) return [say('{0}, written to {1}.', counted, out), ...told].join('\n');
    if (rows === 0) return sentence;
    return rows < total ? say('({0} of {1} rows)', countText(rows), countText(total)) : '';
  });
  return checked?.data.verdict === 'suspect' ? 3 : 0;
}
