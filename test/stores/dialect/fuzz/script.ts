/**
 * Random statements over the two tables in the words that docs/dialect.md promises, from a seed: the same seed, the same script.
 * Seeds from 9,000,000 on are held out: measure with them, do not look into their cases.
 */
import { quote, Values } from './values.ts';

/** A statement of a kind that is counted by itself; `change`: the tables are compared behind it, and filled again. */
export interface FuzzStatement {
  readonly kind: string;
  readonly sql: string;
  readonly change: boolean;
}

export class Script extends Values {
  intCol(): string {
    return this.pick('id', 'ti', 'su', 'n');
  }
  decCol(): string {
    return this.pick('d', 'e');
  }
  numCol(): string {
    return this.pick('ti', 'su', 'n', 'd', 'e', 'x', 'f');
  }
  textCol(): string {
    return this.pick('s', 's', 'u');
  }
  dateCol(): string {
    return this.pick('dt', 'tm', 'tm6');
  }
  op(): string {
    return this.pick('=', '<', '>', '<=', '>=', '<>', '<=>');
  }
  number(): string {
    return this.pick(
      String(this.int(-5, 100)),
      '9',
      '10',
      '2.5',
      '0.1',
      '1e2',
      '7',
      `${this.int(0, 20)}.${this.int(0, 99)}`,
    );
  }
  order(): string {
    return this.chance(0.5) ? ' ORDER BY id' : '';
  }
  /** A condition as a column of the answer, or as WHERE. */
  where(condition: string): string {
    return this.chance(0.5)
      ? `SELECT id, ${condition} AS c FROM t1 ORDER BY id`
      : `SELECT id FROM t1 WHERE ${condition} ORDER BY id`;
  }
  value(expression: string): string {
    return `SELECT id, ${expression} AS c FROM t1 ORDER BY id`;
  }

  /** A number of any kind. */
  num(depth = 1): string {
    if (depth > 0 && this.chance(0.4))
      return `(${this.num(depth - 1)} ${this.pick('+', '-', '*')} ${this.num(depth - 1)})`;
    return this.chance(0.6) ? this.numCol() : this.number();
  }
  condition(): string {
    return this.pick(
      () => `${this.textCol()} ${this.op()} ${this.number()}`,
      () => `s BETWEEN ${this.int(-5, 9)} AND ${this.int(5, 120)}`,
      () => `${this.numCol()} ${this.op()} ${this.number()}`,
      () => `${this.numCol()} ${this.op()} '${this.numberText().trim()}'`,
      () => `${this.dateCol()} ${this.op()} '${this.date()}'`,
      () => `s IN (${this.int(0, 10)}, ${this.int(9, 12)})`,
      () => 'o',
      () => `n IS NOT NULL`,
    )();
  }

  readonly kinds: Readonly<Record<string, () => string | { readonly sql: string }>> = {
    'compare.text-number': () =>
      this.where(
        this.pick(
          `s ${this.op()} ${this.number()}`,
          `${this.number()} ${this.op()} s`,
          `s ${this.op()} ${this.num(1)}`,
          `${this.textCol()} ${this.op()} ${this.int(0, 20)}`,
        ),
      ),
    'compare.text-numbercol': () => this.where(`s ${this.op()} ${this.pick(this.numCol(), 'b', 'ub')}`),
    'compare.text-text': () => this.where(`${this.textCol()} ${this.op()} ${this.pick(quote(this.mixedText()), 'u')}`),
    'compare.int-dec': () =>
      this.where(`${this.intCol()} ${this.op()} ${this.pick(this.decCol(), '2.5', '0.0', '10.00')}`),
    'compare.dec-double': () =>
      this.where(`${this.decCol()} ${this.op()} ${this.pick('x', 'f', '0.1', 'd * 1', 'e + 0.1')}`),
    'compare.number-textliteral': () => this.where(`${this.numCol()} ${this.op()} ${quote(this.numberText())}`),
    'compare.bigint': () =>
      this.where(
        `${this.pick('b', 'ub')} ${this.op()} ${this.pick('b', 'ub', '9007199254740992', '9223372036854775807', 'x', 'd', "'9007199254740993'")}`,
      ),
    'compare.date-text': () =>
      this.where(
        `${this.dateCol()} ${this.op()} ${quote(this.pick(this.date(), `${this.date()} ${this.time()}`, '2024-1-2', `${this.date()} 00:00:00.5`))}`,
      ),
    'compare.date-number': () =>
      this.where(`${this.dateCol()} ${this.op()} ${this.pick('20240102', '20240102000000')}`),
    'compare.date-date': () => this.where(`${this.dateCol()} ${this.op()} ${this.dateCol()}`),
    'compare.bool': () => this.where(`o ${this.op()} ${this.pick('true', 'false', '1', '0', 'n', '2')}`),
    between: () =>
      this.where(
        this.pick(
          `${this.textCol()} ${this.pick('', 'NOT ')}BETWEEN ${this.int(-5, 9)} AND ${this.int(5, 120)}`,
          `${this.numCol()} BETWEEN ${this.number()} AND ${this.number()}`,
          `${this.dateCol()} BETWEEN '${this.date()}' AND '${this.date()}'`,
        ),
      ),
    in: () =>
      this.where(
        this.pick(
          `s ${this.pick('', 'NOT ')}IN (${this.int(0, 12)}, ${this.int(9, 101)}, 10)`,
          `${this.numCol()} IN (${this.number()}, ${this.number()})`,
          `n IN ('9', '10', '1')`,
          `d IN (0.1, ${this.number()}, NULL)`,
          `dt IN ('${this.date()}', '${this.date()}')`,
        ),
      ),
    like: () =>
      this.where(
        `${this.pick('s', 'u', 'n', 'e', 'dt')} ${this.pick('', 'NOT ')}LIKE ${quote(this.pick('%', '1%', '%0', '_b%', 'a%', '%.5%', '2024%', 'x\\_y', '%\\%', 'A%'))}`,
      ),
    regexp: () => this.where(`u REGEXP ${quote(this.pick('^[0-9]+$', 'a', '^$', '[A-Z]', 'b.?$'))}`),
    logic: () =>
      this.where(`${this.pick('', 'NOT ')}(${this.condition()}) ${this.pick('AND', 'OR')} ${this.condition()}`),
    truth: () => this.where(this.pick('s', 'u', 'x', 'd', 'NOT n', 'NOT s', 'o IS TRUE', 'n IS NOT TRUE', 'e AND 1')),
    case: () =>
      this.value(
        this.pick(
          `CASE WHEN ${this.condition()} THEN ${this.pick(this.numCol(), "'x'")} ELSE ${this.pick(this.numCol(), 'NULL', '0')} END`,
          `CASE n WHEN 9 THEN 'nine' WHEN '10' THEN 'ten' ELSE s END`,
          `CASE s WHEN 10 THEN 1 WHEN 9 THEN 2 END`,
        ),
      ),
    if: () =>
      this.value(
        this.pick(
          `IF(${this.condition()}, ${this.numCol()}, ${this.numCol()})`,
          `IFNULL(${this.numCol()}, ${this.pick(this.numCol(), "'none'", '0')})`,
          `COALESCE(${this.numCol()}, ${this.numCol()}, 1)`,
          `NULLIF(${this.pick(this.numCol(), 's')}, ${this.number()})`,
          `COALESCE(s, n, 'z')`,
        ),
      ),
    greatest: () =>
      this.value(
        `${this.pick('GREATEST', 'LEAST')}(${this.pick(`${this.numCol()}, ${this.numCol()}`, `${this.numCol()}, 2.5`, 's, u', `dt, '${this.date()}'`, `s, n`)})`,
      ),
    'arith.int': () =>
      this.value(
        `${this.intCol()} ${this.pick<string | number>('+', '-', '*')} ${this.pick<string | number>(this.intCol(), this.int(-9, 9))}`,
      ),
    'arith.dec': () =>
      this.value(
        this.pick(
          `${this.decCol()} ${this.pick('+', '-', '*')} ${this.pick(this.decCol(), '0.1', '1.10', this.intCol())}`,
          '0.1 + 0.2',
          `(d + e) * ${this.decimal(4, 2).replace('-', '')}`,
        ),
      ),
    'arith.mixed': () => this.value(this.num(2)),
    'arith.text': () =>
      this.value(`${this.textCol()} ${this.pick('+', '-', '*', '/')} ${this.pick('0', '1', 'n', '2.5')}`),
    'arith.overflow': () =>
      this.value(
        this.pick(
          'b + 1',
          'b - 1',
          'b * 2',
          'ub + 1',
          'ub - 10',
          '-b',
          '9223372036854775807 + 1',
          '18446744073709551615',
          'su - 65535',
          'ub * 3',
        ),
      ),
    'arith.divide': () => this.value(`${this.num(0)} / ${this.pick('3', '2', '0', 'n', 'e', '0.5', 'x')}`),
    'arith.div': () => this.value(`${this.num(0)} DIV ${this.pick('3', '2', '0', 'n', '0.5')}`),
    'arith.mod': () => this.value(`${this.num(0)} % ${this.pick('3', '7', '0', 'n', 'e', '0.3')}`),
    'arith.sign': () => this.value(this.pick('-d', '-x', '-s', '- -n', '+s', '~ti')),
    'agg.sum': () =>
      `SELECT SUM(${this.pick(this.decCol(), this.numCol(), this.intCol(), 'd * e', 's', 'o')}) AS c FROM t1`,
    'agg.avg': () => `SELECT AVG(${this.pick(this.decCol(), this.numCol(), this.intCol(), 'd + 1')}) AS c FROM t1`,
    'agg.minmax': () =>
      `SELECT ${this.pick('MIN', 'MAX')}(${this.pick(this.numCol(), this.textCol(), this.dateCol(), 'b', 'ub', 'o', 'n * 2', 'd')}) AS c FROM t1`,
    'agg.count': () =>
      `SELECT COUNT(*), COUNT(${this.numCol()}), COUNT(DISTINCT ${this.pick(this.numCol(), 's', 'dt', 's + 0', 'd')}) FROM t1`,
    'agg.concat': () =>
      `SELECT GROUP_CONCAT(${this.pick('s', 'n', 'e', 'x', 'dt')} ORDER BY id${this.pick('', " SEPARATOR '|'")}) AS c FROM t1`,
    'agg.stddev': () => `SELECT ${this.pick('STDDEV', 'VARIANCE', 'STDDEV_POP', 'BIT_OR', 'BIT_AND')}(n) AS c FROM t1`,
    group: () =>
      `SELECT ${this.pick('o', 'n', 'dt', 's', 'YEAR(dt)', 'd', 'n % 3')} AS g, COUNT(*) AS c, SUM(${this.decCol()}) AS v FROM t1 GROUP BY g ORDER BY g`,
    having: () =>
      `SELECT n, SUM(${this.pick('e', 'd', 'x', 'ti')}) AS v FROM t1 GROUP BY n HAVING v ${this.op()} ${this.number()} ORDER BY n`,
    order: () =>
      `SELECT id, ${this.pick('s', 'u', 'd', 'x', 'dt', 'b')} AS k FROM t1 ORDER BY ${this.pick('k', 'k DESC', 's + 0', '-n', 'd * 1')}, id${this.pick('', ' LIMIT 3', ' LIMIT 2 OFFSET 2')}`,
    distinct: () => `SELECT DISTINCT ${this.pick('n', 's', 'e', 'd', 'o', 's + 0', 'e * 2')} AS k FROM t1 ORDER BY k`,
    union: () =>
      `SELECT ${this.pick('n', 's', 'd', 'x')} AS k FROM t1 ${this.pick('UNION', 'UNION ALL')} SELECT ${this.pick('n', 's', 'd')} FROM t2`,
    'text.case': () =>
      this.value(
        `${this.pick('UPPER', 'LOWER', 'REVERSE', 'LENGTH', 'CHAR_LENGTH', 'HEX', 'ASCII', 'TRIM', 'LTRIM', 'RTRIM', 'MD5', 'CRC32', 'TO_BASE64')}(${this.pick('s', 'u', 'n', 'e', 'dt')})`,
      ),
    'text.concat': () =>
      this.value(
        `${this.pick('CONCAT(', "CONCAT_WS('-', ", 'CONCAT(')}${this.pick('s, u', 's, n', 'd, x', 'e, f', "dt, ' ', tm", 'o, n', "tm6, ''", 'n, e', 'j, s')})`,
      ),
    'text.part': () =>
      this.value(
        this.pick(
          `SUBSTRING(u, ${this.int(-4, 4)}, ${this.int(0, 3)})`,
          `LEFT(u, ${this.int(0, 3)})`,
          `RIGHT(u, ${this.int(0, 3)})`,
          `SUBSTRING_INDEX(u, ',', ${this.int(-2, 2)})`,
          `LPAD(s, ${this.int(0, 6)}, '0')`,
          `RPAD(s, 5, 'xy')`,
          `REPEAT(s, ${this.int(-1, 2)})`,
          `SUBSTR(dt, 1, 7)`,
          `LEFT(n, 1)`,
          `SUBSTRING(e, 1, 3)`,
        ),
      ),
    'text.find': () =>
      this.value(
        this.pick(
          `INSTR(u, ${quote(this.pick('a', 'b', '1', ''))})`,
          `LOCATE('a', u)`,
          `LOCATE('0', s, 2)`,
          `FIND_IN_SET(s, '9,10,100')`,
          `FIELD(s, '9', '10')`,
          `FIELD(n, 9, 10)`,
          `STRCMP(s, u)`,
          `ELT(n, 'a', 'b')`,
          `REPLACE(u, 'a', 'z')`,
          `REPLACE(s, 0, 1)`,
        ),
      ),
    math: () =>
      this.value(
        this.pick(
          `ROUND(${this.pick('d', 'e', 'x', 'n', 's')}${this.pick('', ', 1', ', -1', ', 2')})`,
          `TRUNCATE(${this.pick('d', 'e', 'x', 'n')}, ${this.int(-1, 2)})`,
          `${this.pick('ABS', 'SIGN', 'FLOOR', 'CEIL')}(${this.pick('d', 'e', 'x', 'n', 's')})`,
          `POWER(n, 2)`,
          `SQRT(ABS(${this.pick('n', 'e')}))`,
          `EXP(ti / 100)`,
          `LN(su)`,
          `LOG10(su)`,
          `LOG2(su)`,
          `MOD(${this.pick('n', 'e', 'x')}, 3)`,
          `CONV(su, 10, 16)`,
          `BIN(su)`,
          `PI()`,
        ),
      ),
    'date.part': () =>
      this.value(
        `${this.pick('YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'QUARTER', 'DAYOFWEEK', 'WEEKDAY', 'DAYOFYEAR', 'LAST_DAY', 'TO_DAYS', 'DATE', 'TIME', 'MONTHNAME', 'DAYNAME', 'MICROSECOND')}(${this.pick('dt', 'tm', 'tm6')})`,
      ),
    'date.add': () =>
      this.value(
        this.pick(
          `DATE_ADD(${this.dateCol()}, INTERVAL ${this.pick('1', '-1', '13', 'ti')} ${this.pick('DAY', 'MONTH', 'YEAR', 'HOUR', 'WEEK', 'QUARTER', 'SECOND')})`,
          `DATE_SUB(${this.dateCol()}, INTERVAL 1 ${this.pick('MONTH', 'DAY', 'MINUTE')})`,
          `${this.dateCol()} + INTERVAL 1 DAY`,
          `'2024-01-31' + INTERVAL 1 MONTH`,
        ),
      ),
    'date.diff': () =>
      this.value(
        this.pick(
          `DATEDIFF(${this.dateCol()}, '2024-01-01')`,
          `TIMESTAMPDIFF(${this.pick('DAY', 'HOUR', 'MONTH', 'YEAR', 'SECOND')}, ${this.dateCol()}, '2024-02-29 12:00:00')`,
          `DATEDIFF(tm, dt)`,
        ),
      ),
    'date.format': () =>
      this.value(
        this.pick(
          `DATE_FORMAT(${this.dateCol()}, ${quote(this.pick('%Y-%m', '%d.%m.%y', '%H:%i:%s', '%W %M %e', '%Y%m%d', '%f', '%j', '%a %b'))})`,
          `UNIX_TIMESTAMP(tm) - UNIX_TIMESTAMP('2024-01-01 00:00:00')`,
          `EXTRACT(${this.pick('YEAR', 'MONTH', 'DAY')} FROM dt)`,
        ),
      ),
    'date.arith': () => this.value(this.pick('dt + 0', 'tm + 0', 'dt - 1', 'dt * 1')),
    cast: () =>
      this.value(
        `CAST(${this.pick('s', 'n', 'd', 'e', 'x', 'dt', 'tm', 'tm6', 'b', 'u', 'o')} AS ${this.pick('CHAR', 'SIGNED', 'UNSIGNED', 'DECIMAL(10,2)', 'DECIMAL(12,0)', 'DOUBLE', 'DATE', 'DATETIME', 'CHAR(3)', 'BINARY')})`,
      ),
    json: () =>
      this.value(
        this.pick(
          'j',
          `JSON_EXTRACT(j, ${quote(this.pick('$.a', '$[0]', '$.c[1].z', '$.k', '$.a.y', '$'))})`,
          `JSON_UNQUOTE(JSON_EXTRACT(j, '$.a'))`,
          `j->>'$.a'`,
          `j->'$.a'`,
          `JSON_LENGTH(j)`,
          `JSON_VALID(u)`,
          `JSON_OBJECT('b', n, 'a', s)`,
          `JSON_ARRAY(n, s, e)`,
          `JSON_EXTRACT(j, '$.a') = 2`,
          `JSON_EXTRACT(j, '$.a') > '1'`,
        ),
      ),
    join: () =>
      `SELECT t1.id, t2.id AS i2, ${this.pick('t1.s', 't2.d + t1.e', 't1.n - t2.n')} AS v FROM t1 ${this.pick('JOIN', 'LEFT JOIN')} t2 ON ${this.pick('t1.id = t2.t1id', 't1.n = t2.s', 't1.s = t2.s', 't1.s = t2.n', 't1.e > t2.d', 't1.dt = t2.dt', 't1.tm >= t2.dt')} ORDER BY t1.id, i2`,
    subquery: () =>
      this.pick(
        `SELECT id FROM t1 WHERE ${this.pick('id IN (SELECT t1id FROM t2)', 's IN (SELECT n FROM t2)', 'n IN (SELECT s FROM t2)', 'EXISTS (SELECT 1 FROM t2 WHERE t2.t1id = t1.id)', 'id NOT IN (SELECT t1id FROM t2 WHERE t1id IS NOT NULL)', `n > (SELECT AVG(n) FROM t2)`, `e > (SELECT MIN(d) FROM t2)`, 's = (SELECT MAX(n) FROM t2)')} ORDER BY id`,
        `SELECT id, (SELECT SUM(d) FROM t2 WHERE t2.t1id = t1.id) AS v FROM t1 ORDER BY id`,
      ),
    derived: () =>
      `WITH q AS (SELECT id, ${this.pick('e * 2', 's + 1', 'd', "CONCAT(n, '')", 'n / 2')} AS v FROM t1) SELECT id, v FROM q WHERE v ${this.op()} ${this.number()} ORDER BY id`,
    window: () =>
      `SELECT id, ${this.pick('ROW_NUMBER()', 'RANK()', 'DENSE_RANK()', 'LAG(e)', 'LEAD(s)', 'SUM(e)', 'SUM(d)', 'AVG(n)', 'COUNT(*)', 'FIRST_VALUE(s)', 'MAX(d)')} OVER (${this.pick('ORDER BY id', 'PARTITION BY o ORDER BY id', 'PARTITION BY n ORDER BY id')}) AS v FROM t1 ORDER BY id`,
    'change.delete': () => ({
      sql: `DELETE FROM t1 WHERE ${this.condition()}${this.pick('', ` AND ${this.condition()}`)}`,
    }),
    'change.update.where': () => ({ sql: `UPDATE t1 SET n = 5 WHERE ${this.condition()}` }),
    'change.update.set': () => ({
      sql: `UPDATE t1 SET ${this.pick('d = d + 0.1', 'n = e', 'e = x', 'e = e / 3', 's = n', 's = e', 's = x', 'n = n * 2', 'ti = ti + 1', 'su = su - 1', 'e = d', 'x = e', 'n = s', 'o = n', 'dt = tm', 'tm = dt', "u = CONCAT(s, '!')", 'ub = ub + 1', 'j = \'{"z":1,"b":2}\'', 'tm = tm6', 's = dt', 'n = x')} WHERE id ${this.pick('< 5', '= 3', '> 0')}`,
    }),
    'change.insert': () => ({
      sql: `INSERT INTO t2 ${this.pick('SELECT id + 100, n, ti, s, e, dt FROM t1', 'SELECT id + 100, id, su, u, e / 3, tm FROM t1 WHERE id < 4', "VALUES (200, '7', 2.5, 12, 1.2345, '2024-01-02 10:00:00')", 'SELECT id + 100, id, d, n, x, dt FROM t1 WHERE n BETWEEN -20 AND 20')}`,
    }),
    'change.upsert': () => ({
      sql: `INSERT INTO t2 (id, n, d) VALUES (${this.int(1, 8)}, 3, 0.125), (${this.int(9, 12)}, 4, 2) ON DUPLICATE KEY UPDATE ${this.pick('n = VALUES(n) + n', 'd = d + VALUES(d)', 's = VALUES(d)', 'n = n + 1, d = n')}`,
    }),
  };

  /** `count` statements, every kind in turn. */
  statements(count: number): FuzzStatement[] {
    const names = Object.keys(this.kinds);
    return Array.from({ length: count }, (_, i) => {
      const kind = names[(i + this.int(0, 2)) % names.length] ?? '';
      const made = (this.kinds[kind] as () => string | { readonly sql: string })();
      return typeof made === 'string' ? { kind, sql: made, change: false } : { kind, sql: made.sql, change: true };
    });
  }
}
