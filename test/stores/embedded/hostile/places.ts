/** Where a store keeps text: every text column of its own tables and of SQLite's schema, and the cells of a table. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

export interface Place {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  /** The row, as a condition. */
  readonly where: string;
  /** How a payload is put to what stands there: alone, or as a part of it. */
  readonly forms: readonly Form[];
}

interface Form {
  readonly name: string;
  readonly put: (payload: SQLInputValue, before: string) => SQLInputValue;
}

const alone: Form = { name: 'alone', put: (payload) => payload };
const textOf = (payload: SQLInputValue): string =>
  ArrayBuffer.isView(payload) ? Buffer.from(payload.buffer).toString('latin1') : String(payload);

const inList: Form = { name: 'in a list', put: (payload) => JSON.stringify([textOf(payload)]) };
const atEnd: Form = { name: 'at the end of the list', put: (payload, before) => addTo(before, textOf(payload)) };
const behind: Form = { name: 'behind', put: (payload, before) => `${before}; ${textOf(payload)}` };
const inFront: Form = { name: 'in front', put: (payload, before) => `${textOf(payload)}; ${before}` };
const beside: Form = { name: 'beside', put: (payload, before) => `${before}${textOf(payload)}` };
const asCondition: Form = { name: 'as a condition', put: (payload, before) => `${before} WHERE ${textOf(payload)}` };
const asDefault: Form = {
  name: 'as a default',
  put: (payload, before) => before.replace(/\)(?=[^)]*$)/, () => `, z DEFAULT (${textOf(payload)}))`),
};
const asGenerated: Form = {
  name: 'as a generated column',
  put: (payload, before) => before.replace(/\)(?=[^)]*$)/, () => `, z INTEGER AS (${textOf(payload)}))`),
};
const inside: Form = {
  name: 'inside',
  put: (payload, before) => before.replace(/\)(?=[^)]*$)/, () => `, ${textOf(payload)})`),
};
const inCheck: Form = {
  name: 'in a CHECK',
  put: (payload, before) => before.replace(/\)(?=[^)]*$)/, () => `, CHECK (${textOf(payload)}))`),
};

/** Of a text in a row, and of a definition. */
export const rowForms: readonly Form[] = [alone, beside];
export const definitionForms: readonly Form[] = [
  alone,
  behind,
  inFront,
  inside,
  inCheck,
  asDefault,
  asGenerated,
  asCondition,
];

function addTo(json: string, text: string): string {
  const list = JSON.parse(json === '' ? '[]' : json) as unknown[];
  return JSON.stringify([...list, text]);
}

const inColumn = (field: 'name' | 'type'): Form => ({
  name: `as a column's ${field}`,
  put: (payload, before) => {
    const [first, ...rest] = JSON.parse(before) as object[];
    return JSON.stringify([{ ...first, [field]: textOf(payload) }, ...rest]);
  },
});

const own = (table: string, column: string, where = '1', forms: readonly Form[] = rowForms): Place => ({
  name: `${table}.${column}`,
  table,
  column,
  where,
  forms,
});

/** Of the table that has a snapshot, and of the one that was dropped and is restored. */
const ofTable = `stored = 'd.t'`;
const ofDropped = `stored GLOB '_dt_old_*'`;

const objects: readonly (readonly [what: string, where: string])[] = [
  ['our table', `name = '_dt_generations'`],
  ['our table of branches', `name = '_dt_branches'`],
  ['the table', `name = 'd.t'`],
  ['the table put aside', `name GLOB '_dt_old_*'`],
  ['the log', `name GLOB '_dt_log_1'`],
  ["the log's index", `name GLOB '_dt_key_1'`],
  ['an index', `type = 'index' AND tbl_name = 'd.t' AND name NOT GLOB '_dt_*' AND sql IS NOT NULL`],
  ['the index that keeps row numbers', `name GLOB '_dt_keep_*'`],
  ['a trigger', `name = '_dt_bu_1'`],
  ['a table that is pinned later', `name = 'm.t4'`],
];

export const places: readonly Place[] = [
  own('_dt_meta', 'name', `name = 'schema'`),
  own('_dt_meta', 'value', `name = 'lastTime'`),
  own('_dt_sessions', 'host'),
  own('_dt_databases', 'name'),
  own('_dt_tables', 'database', `name = 't'`),
  own('_dt_tables', 'name', `name = 't'`),
  own('_dt_generations', 'stored', ofTable),
  own('_dt_generations', 'columns', ofTable, [alone, inList, inColumn('name'), inColumn('type')]),
  own('_dt_generations', 'key', ofTable, [alone, inList, atEnd]),
  ...['stored', 'columns', 'key'].map(
    (column): Place => ({
      ...own(
        '_dt_generations',
        column,
        `stored = 'm.t4'`,
        column === 'columns' ? [inColumn('name'), inColumn('type')] : [alone, beside],
      ),
      name: `_dt_generations.${column} (not pinned yet)`,
    }),
  ),
  own('_dt_generations', 'rowName', `stored = 'd.bag'`),
  own('_dt_generations', 'indexes', ofDropped, [alone, inList, atEnd]),
  { ...own('_dt_generations', 'indexes', ofTable, [alone, inList]), name: '_dt_generations.indexes (live)' },
  own('_dt_snapshots', 'name', `name = 'v1'`),
  own('_dt_snapshots', 'level', `name = 'v1'`),
  own('_dt_snapshots', 'database', `name = 'v1'`),
  own('_dt_snapshots', 'tableName', `name = 'v1'`),
  own('_dt_snapshots', 'name', `name GLOB '__dt_branch_*_made'`),
  ...['branch', 'source', 'parted', 'made'].map((column) => own('_dt_branches', column)),
  own('_dt_states', 'tableName', `tableName = 't'`),
  own('_dt_states', 'unsure', `tableName = 't'`),
  ...objects.flatMap(([what, where]) =>
    ['type', 'name', 'tbl_name', 'sql'].map(
      (column): Place => ({
        ...own('sqlite_schema', column, where),
        name: `sqlite_schema.${column} of ${what}`,
        forms: column === 'sql' ? definitionForms : rowForms,
      }),
    ),
  ),
  own('"d.t"', 'v', 'id = 1'),
  own('_dt_log_1', 'c1', 'op = 1'),
];

/** SQLite may be told to change its own schema, and that a table is not strict: what a file says need not be what it holds. */
export function plant(db: DatabaseSync, place: Place, form: Form, payload: SQLInputValue): void {
  const { table, column, where } = place;
  db.exec('PRAGMA writable_schema = ON');
  db.exec('PRAGMA ignore_check_constraints = ON');
  const found = db.prepare(`SELECT CAST(${column} AS TEXT) AS was FROM ${table} WHERE ${where} LIMIT 1`).get();
  const before = typeof found?.['was'] === 'string' ? found['was'] : '';
  db.prepare(`UPDATE OR IGNORE ${table} SET ${column} = ? WHERE ${where}`).run(form.put(payload, before));
}
