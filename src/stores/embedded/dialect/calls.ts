/** MySQL's function calls as SQLite has them: by another name, by another form, or by a function of ours (`dt_…`). */
import { twoDigits } from '../../../base/calendar.ts';
import { type Token, tokenValue } from '../../../git4data/lexer.ts';
import type { CallHost, Piece } from './piece.ts';
import {
  closing,
  findWord,
  isSymbol,
  isWord,
  splitList,
  sqlName,
  sqlText,
  syntax,
  unitAt,
  unsupported,
} from './sql.ts';

/** A call being rewritten: its name, and the range of tokens between its parentheses. */
class Call {
  readonly rewriter: CallHost;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  #args: readonly string[] | undefined;

  constructor(rewriter: CallHost, name: string, from: number, to: number) {
    this.rewriter = rewriter;
    this.name = name;
    this.from = from;
    this.to = to;
  }

  get tokens(): readonly Token[] {
    return this.rewriter.tokens;
  }

  /** The arguments as SQLite text, written once: the rewriter numbers the parameters it meets. */
  get args(): readonly string[] {
    this.#args ??= splitList(this.tokens, this.from, this.to).map((range) => this.rewriter.range(...range));
    return this.#args;
  }
}

const names = (text: string): string[] => text.trim().split(/\s+/);

/** Functions that mean the same in both. */
const same = new Set(
  names(`ABS ACOS ASIN ATAN ATAN2 AVG COALESCE COS COUNT CUME_DIST DEGREES DENSE_RANK EXP FIRST_VALUE IFNULL INSTR
    JSON_ARRAY JSON_INSERT JSON_OBJECT JSON_REMOVE JSON_REPLACE JSON_SET JSON_VALID LAG LAST_VALUE LEAD LN LOG10 LOG2 LTRIM MAX MIN
    NTH_VALUE NTILE NULLIF PERCENT_RANK PI POW POWER RADIANS RANK REPLACE ROW_NUMBER RTRIM SIGN SIN SQRT SUBSTR SUM TAN TOTAL
    `),
);

/** Functions that go by another name. */
const renamed: Readonly<Record<string, string>> = {
  CHAR_LENGTH: 'length',
  CHARACTER_LENGTH: 'length',
  LENGTH: 'octet_length',
  OCTET_LENGTH: 'octet_length',
  IF: 'iif',
  ANY_VALUE: 'min',
  JSON_ARRAYAGG: 'json_group_array',
  JSON_OBJECTAGG: 'json_group_object',
  DATEDIFF: 'dt_datediff',
  CHAR: 'char',
};

/** Functions of ours under MySQL's name; `functions.ts` has the same list, and a test keeps the two equal. */
export const own = new Set(
  names(`UPPER LOWER RIGHT LOCATE LPAD RPAD REPEAT REVERSE SPACE SUBSTRING_INDEX STRCMP FIELD FIND_IN_SET ELT ASCII MD5 SHA1 SHA2
    CRC32 CONV BIN OCT HEX UNHEX TO_BASE64 FROM_BASE64 TRUNCATE MOD RAND UUID YEAR MONTH DAY HOUR MINUTE SECOND MICROSECOND QUARTER
    DAYOFWEEK WEEKDAY DAYOFYEAR LAST_DAY TO_DAYS FROM_UNIXTIME DATE_FORMAT JSON_UNQUOTE JSON_LENGTH DATE TIME MONTHNAME DAYNAME
    REGEXP_LIKE`),
);

const aliases: Readonly<Record<string, string>> = {
  UCASE: 'UPPER',
  LCASE: 'LOWER',
  DAYOFMONTH: 'DAY',
  SHA: 'SHA1',
  CEILING: 'CEIL',
  SYSDATE: 'NOW',
  CURRENT_TIMESTAMP: 'NOW',
  LOCALTIME: 'NOW',
  LOCALTIMESTAMP: 'NOW',
  CURDATE: 'CURRENT_DATE',
  CURTIME: 'CURRENT_TIME',
  ADDDATE: 'DATE_ADD',
  SUBDATE: 'DATE_SUB',
  SCHEMA: 'DATABASE',
};

const localDate = (d: Date): string => `${d.getFullYear()}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())}`;
const localTime = (d: Date): string =>
  `${twoDigits(d.getHours())}:${twoDigits(d.getMinutes())}:${twoDigits(d.getSeconds())}`;

/** The time of the statement with `NOW(n)`'s digits. */
function clock(call: Call, shown: (d: Date) => string): string {
  const now = call.rewriter.context.now();
  const digits = Number(call.args[0] ?? 0);
  const fraction =
    digits > 0 ? `.${String(now.getMilliseconds()).padStart(3, '0').padEnd(6, '0').slice(0, digits)}` : '';
  return sqlText(`${shown(now)}${fraction}`);
}

const utc = (d: Date): string => d.toISOString().slice(0, 19).replace('T', ' ');

function needArgs(call: Call, least: number, most = least): void {
  if (call.args.length < least || call.args.length > most) {
    throw syntax(
      `${call.name}() takes ${least === most ? least : `${least} to ${most}`} arguments, not ${call.args.length}`,
    );
  }
}

/** `DATE_ADD(d, INTERVAL n DAY)`, or `ADDDATE(d, n)`. */
function dateAdd(call: Call, sign: '' | '-'): string {
  const [date, amount] = splitList(call.tokens, call.from, call.to);
  if (!date || !amount) throw syntax(`${call.name}() takes a date and an interval`);
  const rewritten = call.rewriter.range(...date);
  if (!isWord(call.tokens[amount[0]], 'INTERVAL')) {
    return `dt_date_add(${rewritten}, ${sign}(${call.rewriter.range(...amount)}), 'DAY')`;
  }
  const unit = unitAt(call.tokens[amount[1] - 1]);
  return `dt_date_add(${rewritten}, ${sign}(${call.rewriter.range(amount[0] + 1, amount[1] - 1)}), ${sqlText(unit)})`;
}

const castText = (sql: string, sizes: readonly string[]): string =>
  sizes[0] ? `substr(dt_text(${sql}), 1, ${sizes[0]})` : `dt_text(${sql})`;
const castInteger = (sql: string): string => `dt_integer(${sql})`;
const castReal = (sql: string): string => `CAST(${sql} AS REAL)`;
const castDecimal = (sql: string, sizes: readonly string[]): string =>
  `dt_round(CAST(${sql} AS REAL), ${sizes[1] ?? 0})`;
const castDatetime = (sql: string, sizes: readonly string[]): string => `dt_cast_datetime(${sql}, ${sizes[0] ?? 0})`;

const casts: Readonly<Record<string, (sql: string, sizes: readonly string[]) => string>> = {
  CHAR: castText,
  NCHAR: castText,
  VARCHAR: castText,
  TEXT: castText,
  SIGNED: castInteger,
  UNSIGNED: castInteger,
  INT: castInteger,
  INTEGER: castInteger,
  BIGINT: castInteger,
  DECIMAL: castDecimal,
  DEC: castDecimal,
  NUMERIC: castDecimal,
  DOUBLE: castReal,
  FLOAT: castReal,
  REAL: castReal,
  BINARY: (sql) => `CAST(${sql} AS BLOB)`,
  DATE: (sql) => `dt_cast_date(${sql})`,
  DATETIME: castDatetime,
  TIMESTAMP: castDatetime,
  JSON: (sql) => `json(${sql})`,
};

/** The type behind CAST(… AS type) or in CONVERT(…, type). */
function castTo(sql: string, tokens: readonly Token[], from: number, to: number): string {
  const type = tokens[from]?.upper ?? '';
  const make = Object.hasOwn(casts, type) ? casts[type] : undefined;
  if (!make) throw unsupported(`CAST to ${type}`);
  const sizes = isSymbol(tokens[from + 1], '(')
    ? splitList(tokens, from + 2, to - 1).map(([at]) => tokens[at]?.text ?? '0')
    : [];
  return make(sql, sizes);
}

function cast(call: Call): string {
  const as = findWord(call.tokens, call.from, call.to, 'AS');
  if (as < 0) throw syntax('CAST(value AS type) needs AS');
  return castTo(call.rewriter.range(call.from, as), call.tokens, as + 1, call.to);
}

function convert(call: Call): string {
  if (findWord(call.tokens, call.from, call.to, 'USING') >= 0)
    throw unsupported('CONVERT … USING', 'All text is UTF-8.');
  const [value, type] = splitList(call.tokens, call.from, call.to);
  if (!value || !type) throw syntax('CONVERT(value, type) takes two arguments');
  return castTo(call.rewriter.range(...value), call.tokens, type[0], type[1]);
}

const partFunctions = new Set(names('YEAR MONTH DAY HOUR MINUTE SECOND MICROSECOND QUARTER'));

function extract(call: Call): string {
  const unit = call.tokens[call.from];
  if (!unit || !isWord(call.tokens[call.from + 1], 'FROM')) throw syntax('EXTRACT(unit FROM date) needs FROM');
  if (!partFunctions.has(unit.upper)) throw unsupported(`EXTRACT of ${unit.upper}`);
  return `dt_${unit.upper.toLowerCase()}(${call.rewriter.range(call.from + 2, call.to)})`;
}

function trim(call: Call): string {
  const from = findWord(call.tokens, call.from, call.to, 'FROM');
  const side = call.tokens[call.from];
  const isSided = isWord(side, 'BOTH', 'LEADING', 'TRAILING');
  if (from < 0) {
    needArgs(call, 1);
    return `trim(${call.args[0] ?? ''})`;
  }
  const start = isSided ? call.from + 1 : call.from;
  const what = start < from ? call.rewriter.range(start, from) : "' '";
  const where = isSided ? (side?.upper ?? 'BOTH') : 'BOTH';
  return `dt_trim(${call.rewriter.range(from + 1, call.to)}, ${what}, ${sqlText(where)})`;
}

/** SUBSTRING(text FROM n FOR m). */
function substring(call: Call): string {
  const from = findWord(call.tokens, call.from, call.to, 'FROM');
  if (from < 0) {
    needArgs(call, 2, 3);
    return `dt_substr(${call.args.join(', ')})`;
  }
  const length = findWord(call.tokens, from, call.to, 'FOR');
  const { rewriter } = call;
  const head = `${rewriter.range(call.from, from)}, ${rewriter.range(from + 1, length < 0 ? call.to : length)}`;
  return length < 0 ? `dt_substr(${head})` : `dt_substr(${head}, ${rewriter.range(length + 1, call.to)})`;
}

function locate(call: Call): string {
  const within = call.name === 'POSITION' ? findWord(call.tokens, call.from, call.to, 'IN') : -1;
  if (within >= 0)
    return `dt_locate(${call.rewriter.range(call.from, within)}, ${call.rewriter.range(within + 1, call.to)})`;
  needArgs(call, 2, 3);
  return `dt_locate(${call.args.join(', ')})`;
}

function groupConcat(call: Call): string {
  const { tokens, rewriter, from, to } = call;
  const isDistinct = isWord(tokens[from], 'DISTINCT');
  const separatorAt = findWord(tokens, from, to, 'SEPARATOR');
  const orderAt = findWord(tokens, from, to, 'ORDER');
  const valueEnd = orderAt >= 0 ? orderAt : separatorAt >= 0 ? separatorAt : to;
  const values = splitList(tokens, isDistinct ? from + 1 : from, valueEnd).map(
    (range) => `dt_text(${rewriter.range(...range)})`,
  );
  const separator = separatorAt >= 0 ? rewriter.range(separatorAt + 1, to) : "','";
  const order = orderAt >= 0 ? ` ${rewriter.range(orderAt, separatorAt >= 0 ? separatorAt : to)}` : '';
  const value = values.join(' || ');
  if (!isDistinct) return `group_concat(${value}, ${separator}${order})`;
  if (separator !== "','")
    throw unsupported('GROUP_CONCAT(DISTINCT …) with a separator', 'Make the values distinct in a sub-query.');
  return `group_concat(DISTINCT ${value}${order})`;
}

function count(call: Call): string {
  const isDistinct = isWord(call.tokens[call.from], 'DISTINCT');
  if (isDistinct && splitList(call.tokens, call.from, call.to).length > 1)
    throw unsupported('COUNT(DISTINCT) of several columns', 'Count the rows of a SELECT DISTINCT.');
  return `count(${call.rewriter.range(call.from, call.to)})`;
}

function generateSeries(call: Call): string {
  needArgs(call, 2, 3);
  const [low, high, step = '1'] = call.args;
  return `(WITH RECURSIVE dt_series(result) AS (SELECT ${low} WHERE ${low} <= ${high} UNION ALL SELECT result + ${step} FROM dt_series WHERE result + ${step} <= ${high}) SELECT result FROM dt_series)`;
}

/** TIMESTAMPDIFF(unit, a, b), TIMESTAMPADD(unit, n, d): the first argument is a bare word. */
function unitFirst(call: Call): string {
  const unit = call.tokens[call.from];
  needArgs(call, 3);
  const [, second = '', third = ''] = call.args;
  const unitText = sqlText((unit?.upper ?? '').replace(/^SQL_TSI_/, ''));
  return call.name === 'TIMESTAMPADD'
    ? `dt_date_add(${third}, (${second}), ${unitText})`
    : `dt_timestampdiff(${unitText}, ${second}, ${third})`;
}

/** A value as MySQL writes it; SQLite would write 1.0 for a double that MySQL calls 1. */
const asText = (sql: string): string => (/^'(?:[^']|'')*'$/.test(sql) ? sql : `dt_text(${sql})`);

const list = (call: Call): string => call.args.join(', ');

/** Calls that need more than another name. */
const special: Readonly<Record<string, (call: Call) => string>> = {
  CAST: cast,
  CONVERT: convert,
  EXTRACT: extract,
  TRIM: trim,
  SUBSTRING: substring,
  SUBSTR: substring,
  MID: substring,
  LOCATE: locate,
  POSITION: locate,
  DATE_ADD: (call) => dateAdd(call, ''),
  DATE_SUB: (call) => dateAdd(call, '-'),
  TIMESTAMPDIFF: unitFirst,
  TIMESTAMPADD: unitFirst,
  GROUP_CONCAT: groupConcat,
  COUNT: count,
  GENERATE_SERIES: generateSeries,
  NOW: (call) => clock(call, (d) => `${localDate(d)} ${localTime(d)}`),
  CURRENT_DATE: (call) => sqlText(localDate(call.rewriter.context.now())),
  CURRENT_TIME: (call) => clock(call, localTime),
  UTC_TIMESTAMP: (call) => clock(call, utc),
  UTC_DATE: (call) => sqlText(utc(call.rewriter.context.now()).slice(0, 10)),
  UTC_TIME: (call) => clock(call, (d) => utc(d).slice(11)),
  UNIX_TIMESTAMP: (call) =>
    call.args.length === 0
      ? String(Math.floor(call.rewriter.context.now().getTime() / 1000))
      : `dt_unix_timestamp(${list(call)})`,
  DATABASE: (call) => (call.rewriter.context.database === null ? 'NULL' : sqlText(call.rewriter.context.database)),
  // NULL with anything is NULL, in both.
  CONCAT: (call) => `(${call.args.map(asText).join(' || ')})`,
  CONCAT_WS: (call) => `concat_ws(${call.args.map(asText).join(', ')})`,
  ISNULL: (call) => `(${list(call)} IS NULL)`,
  GREATEST: (call) => several(call, 'max'),
  LEAST: (call) => several(call, 'min'),
  LEFT: (call) => `substr(${call.args[0] ?? ''}, 1, max(${call.args[1] ?? 0}, 0))`,
  FLOOR: (call) => `CAST(floor(${list(call)}) AS INTEGER)`,
  CEIL: (call) => `CAST(ceil(${list(call)}) AS INTEGER)`,
  ROUND: (call) => `dt_round(${list(call)})`,
  LOG: (call) => (call.args.length === 1 ? `ln(${list(call)})` : `log(${list(call)})`),
  VERSION: () => sqlText('8.0.30-DeltaTrain'),
  JSON_EXTRACT: (call) => {
    needArgs(call, 2);
    return `((${call.args[0] ?? ''}) -> ${call.args[1] ?? ''})`;
  },
  RAND: (call) => {
    if (call.args.length > 0) throw unsupported('RAND(seed)', 'No other server gives the same numbers for a seed.');
    return 'dt_rand()';
  },
  VALUES: (call) => `excluded.${sqlName(tokenValue(call.tokens[call.from] as Token))}`,
};

/** One argument would make SQLite's max and min an aggregate. */
function several(call: Call, name: string): string {
  if (call.args.length < 2) throw syntax(`${call.name}() takes two arguments or more`);
  return `${name}(${list(call)})`;
}

function callText(call: Call): string {
  if (Object.hasOwn(special, call.name)) return (special[call.name] as (call: Call) => string)(call);
  if (Object.hasOwn(renamed, call.name)) return `${renamed[call.name] as string}(${list(call)})`;
  if (own.has(call.name)) return `dt_${call.name.toLowerCase()}(${list(call)})`;
  if (same.has(call.name)) return `${call.name.toLowerCase()}(${call.rewriter.range(call.from, call.to)})`;
  throw unsupported(`The function ${call.name}()`);
}

/** The call that starts at `i`; a clock word may have no parentheses. */
export function callOf(rewriter: CallHost, i: number, to: number): Piece {
  const { tokens } = rewriter;
  const written = (tokens[i] as Token).upper;
  const name = aliases[written] ?? written;
  if (!isSymbol(tokens[i + 1], '(')) return { sql: callText(new Call(rewriter, name, i, i)), next: i + 1 };
  const close = closing(tokens, i + 1, to);
  return { sql: callText(new Call(rewriter, name, i + 2, close)), next: close + 1 };
}
