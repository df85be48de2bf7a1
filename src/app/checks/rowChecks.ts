/** Checks of the rows of a table at a version: how many, a key, a range, a list of values, what is missing, a query of a person's own. */
import { Failure } from '../../base/failure.ts';
import { nearest } from '../../base/nearest.ts';
import { say } from '../../base/say.ts';
import { type ColumnInfo, type TableInfo, tableText, type TypeFamily } from '../../data/table.ts';
import { sameName } from '../../git4data/catalog.ts';
import { quoteName, quoteText } from '../../git4data/print.ts';
import { countText, percentText, rowsText } from '../../words/numbers.ts';
import type { QueryRule, RowsRule } from '../config/checkRules.ts';
import { type Finding, found, mostShown } from './outcome.ts';
import { type CheckedTable, mostCounted, queryFault, readCount, readQuery, sourceOf, unusable } from './readQuery.ts';

type Of<K extends RowsRule['kind']> = Extract<RowsRule, { kind: K }>;

/** What a check is asked with. */
interface Asked extends CheckedTable {
  readonly info: TableInfo;
  readonly signal: AbortSignal;
}

const numbers: ReadonlySet<TypeFamily> = new Set<TypeFamily>(['integer', 'float', 'decimal', 'boolean']);
const times: ReadonlySet<TypeFamily> = new Set<TypeFamily>(['date', 'datetime', 'time']);

function columnOf({ info }: Asked, name: string): ColumnInfo {
  const column = info.columns.find((one) => one.name === name);
  if (column) return column;
  const near = nearest(
    name,
    info.columns.map((one) => one.name),
  );
  throw new Failure('column.unknown', { column: name, table: tableText(info.name), near });
}

const isNumber = (text: string): boolean => /^[+-]?\d+(?:\.\d+)?$/.test(text);

/** A bound or a value as the column's type is compared: numbers bare, dates and texts quoted. */
function literalOf({ name, type, family }: ColumnInfo, value: string | number | boolean): string {
  if (numbers.has(family)) {
    if (typeof value !== 'string') return String(Number(value));
    if (isNumber(value)) return value;
    throw unusable(say('"{0}" is {1}, and {2} is no number', name, type, quoteText(value)));
  }
  if (times.has(family) && typeof value !== 'string')
    throw unusable(say('"{0}" is {1}: write {2} as text, as "2026-06-30"', name, type, String(value)));
  return quoteText(typeof value === 'boolean' ? String(Number(value)) : String(value));
}

/** Behind WHERE: what is wrong, among the rows that are meant. */
const among = (where: string | undefined, wrong: string | null): string => {
  const parts = [...(where === undefined ? [] : [`(${where}\n)`]), ...(wrong === null ? [] : [`(${wrong})`])];
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
};

/** A statement of ours with a condition of theirs in it. */
function asked(sql: string): string {
  const fault = queryFault(sql);
  if (fault !== null) throw unusable(fault);
  return sql;
}

const counting = (of: Asked, where: string | undefined, wrong: string | null): Promise<number> =>
  readCount(of, asked(`SELECT COUNT(*) FROM ${sourceOf(of)}${among(where, wrong)}`), [], of.signal);

/** Rows that are wrong: how many, and the first by their key, with the key and what it is about. */
async function wrongRows(
  of: Asked,
  where: string | undefined,
  wrong: string,
  columns: readonly string[],
): Promise<Omit<Finding, 'ok' | 'sentence'>> {
  const count = await counting(of, where, wrong);
  if (count === 0) return { count, columns: [], rows: [] };
  const shown = [...new Set([...of.info.key, ...columns])].map(quoteName).join(', ');
  const order = of.info.key.length === 0 ? '' : ` ORDER BY ${of.info.key.map(quoteName).join(', ')}`;
  const sql = `SELECT ${shown} FROM ${sourceOf(of)}${among(where, wrong)}${order} LIMIT ${mostShown}`;
  return { ...(await readQuery(of, asked(sql), [], of.signal)), count };
}

const fromTo = (min: string | number | undefined, max: string | number | undefined): string =>
  min === undefined
    ? say('at most {0}', String(max))
    : max === undefined
      ? say('at least {0}', String(min))
      : say('{0} to {1}', String(min), String(max));

async function checkRows(of: Asked, { where, min, max }: Of<'rows'>): Promise<Finding> {
  const rows = await counting(of, where, null);
  const ok = rows >= (min ?? 0) && rows <= (max ?? Number.POSITIVE_INFINITY);
  const wanted = fromTo(min && countText(min), max === undefined ? undefined : countText(max));
  return found(ok, ok ? say('{0}.', rowsText(rows)) : say('{0}, and {1} are wanted.', rowsText(rows), wanted), rows);
}

async function checkKey(of: Asked, { columns, where }: Of<'key'>): Promise<Finding> {
  const names = columns.map((name) => quoteName(columnOf(of, name).name));
  const missing = names.map((name) => `${name} IS NULL`).join(' OR ');
  const empty = await wrongRows(of, where, missing, columns);
  if (empty.count !== null && empty.count > 0)
    return { ...empty, ok: false, sentence: say('{0} have no {1}.', rowsText(empty.count), columns.join(', ')) };
  const list = names.join(', ');
  const grouped = `FROM ${sourceOf(of)}${among(where, null)} GROUP BY ${list} HAVING COUNT(*) > 1`;
  // A column of the key may have that name itself.
  let count = 'n';
  while (columns.some((name) => sameName(name, count))) count += '_';
  const sql = `SELECT ${list}, COUNT(*) AS ${count} ${grouped} ORDER BY ${list}`;
  const answer = await readQuery(of, asked(sql), [], of.signal);
  if (answer.count === 0) return found(true, say('No two rows have the same {0}.', columns.join(', ')), 0);
  return { ...answer, ok: false, sentence: say('{0} stand there more than once.', valuesOf(columns, answer.count)) };
}

const valuesOf = (columns: readonly string[], count: number): string =>
  count > mostCounted
    ? say('More than {0} values of {1}', countText(mostCounted), columns.join(', '))
    : count === 1
      ? say('1 value of {0}', columns.join(', '))
      : say('{0} values of {1}', countText(count), columns.join(', '));

async function checkRange(of: Asked, { column, min, max, where }: Of<'range'>): Promise<Finding> {
  const info = columnOf(of, column);
  if (!numbers.has(info.family) && !times.has(info.family))
    throw unusable(say('"{0}" is {1}, which has no order that a range could mean', column, info.type));
  const name = quoteName(column);
  const wrong = [
    ...(min === undefined ? [] : [`${name} < ${literalOf(info, min)}`]),
    ...(max === undefined ? [] : [`${name} > ${literalOf(info, max)}`]),
  ].join(' OR ');
  const rows = await wrongRows(of, where, wrong, [column]);
  const wanted = fromTo(min, max);
  if (rows.count === 0) return { ...rows, ok: true, sentence: say('Every {0} is {1}.', column, wanted) };
  return { ...rows, ok: false, sentence: say('{0}: {1} is not {2}.', rowsText(rows.count ?? 0), column, wanted) };
}

async function checkValues(of: Asked, { column, values, where }: Of<'values'>): Promise<Finding> {
  const info = columnOf(of, column);
  const list = values.map((value) => literalOf(info, value)).join(', ');
  const rows = await wrongRows(of, where, `${quoteName(column)} NOT IN (${list})`, [column]);
  const wanted = values.map(String).join(', ');
  if (rows.count === 0) return { ...rows, ok: true, sentence: say('Every {0} is one of {1}.', column, wanted) };
  return {
    ...rows,
    ok: false,
    sentence: say('{0}: {1} is none of {2}.', rowsText(rows.count ?? 0), column, wanted),
  };
}

async function checkMissing(of: Asked, { column, maxShare = 0, where }: Of<'missing'>): Promise<Finding> {
  columnOf(of, column);
  const rows = await wrongRows(of, where, `${quoteName(column)} IS NULL`, [column]);
  const missing = rows.count ?? 0;
  if (missing === 0) return { ...rows, ok: true, sentence: say('No {0} is missing.', column) };
  const all = await counting(of, where, null);
  const ok = missing <= maxShare * all;
  const said = say('{0} of {1} is missing in {2}', percentText(missing / all), column, rowsText(missing));
  const sentence = ok || maxShare === 0 ? say('{0}.', said) : say('{0}: at most {1} may.', said, percentText(maxShare));
  return ok ? found(true, sentence, missing) : { ...rows, ok, sentence };
}

/** By the kind of a rule. */
export function checkRowsOf(of: Asked, rule: RowsRule): Promise<Finding> {
  switch (rule.kind) {
    case 'rows':
      return checkRows(of, rule);
    case 'key':
      return checkKey(of, rule);
    case 'range':
      return checkRange(of, rule);
    case 'values':
      return checkValues(of, rule);
    case 'missing':
      return checkMissing(of, rule);
  }
}

/** A query that must return nothing; `check.unusable` where it is not known to read. */
export async function checkQuery(of: CheckedTable, { sql }: QueryRule, signal: AbortSignal): Promise<Finding> {
  const query = sql.replaceAll('{table}', () => sourceOf(of));
  const fault = queryFault(query);
  if (fault !== null) throw unusable(fault);
  const answer = await readQuery(of, query, [], signal);
  if (answer.count === 0) return found(true, say('Its query returns nothing.'), 0);
  const rows = answer.count > mostCounted ? say('more than {0}', rowsText(mostCounted)) : rowsText(answer.count);
  return { ...answer, ok: false, sentence: say('Its query returns {0}, and must return nothing.', rows) };
}
