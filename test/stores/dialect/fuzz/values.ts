/** Two small tables with a column of every type, filled with values at which engines go apart, from a seed: the same seed, the same rows. */

/** What makes the two tables, fills them, and empties them again. */
export interface Tables {
  readonly create: readonly string[];
  readonly fill: readonly string[];
  readonly clear: readonly string[];
}

function random(seed: number): () => number {
  let a = (seed * 2654435761) >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A text of MySQL's. */
export const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export class Values {
  readonly #random: () => number;
  /** Digits of the DECIMAL d, in all and behind the point. */
  readonly #digits: number;
  readonly #scale: number;

  constructor(seed: number) {
    this.#random = random(seed);
    this.#digits = this.int(4, 15);
    this.#scale = this.int(0, Math.min(this.#digits, 6));
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  pick<T>(...list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  chance(p: number): boolean {
    return this.#random() < p;
  }

  orNull(make: () => string | number, p = 0.15): string | number {
    return this.chance(p) ? 'NULL' : make();
  }

  digits(n: number): string {
    return Array.from({ length: n }, (_, i) => (i === 0 && n > 1 ? this.int(1, 9) : this.int(0, 9))).join('');
  }
  decimal(p: number, s: number): string {
    const whole = this.chance(0.2) ? '0' : this.digits(this.int(1, Math.max(1, p - s)));
    const text = s > 0 ? `${p === s ? '0' : whole}.${Array.from({ length: s }, () => this.int(0, 9)).join('')}` : whole;
    return this.chance(0.25) && /[1-9]/.test(text) ? `-${text}` : text;
  }
  numberText(): string {
    return this.pick(
      '9',
      '10',
      '100',
      '010',
      ' 7',
      '7 ',
      '-3',
      '+4',
      '2.5',
      '2.50',
      '1e2',
      '.5',
      '0',
      '00',
      '12',
      '1.10',
      '-0',
      '99999',
    );
  }
  mixedText(): string {
    return this.pick(
      this.numberText(),
      'abc',
      'Abc',
      'a',
      'b ',
      '',
      '12abc',
      'ä',
      'x_y',
      '50%',
      "it's",
      'null',
      '2024-01-02',
      'a,b,c',
    );
  }
  date(): string {
    return this.pick(
      '2024-01-02',
      '2024-02-29',
      '2023-12-31',
      '1999-01-01',
      '2024-10-05',
      `20${this.int(10, 29)}-0${this.int(1, 9)}-${this.int(10, 28)}`,
    );
  }
  time(): string {
    return `${String(this.int(0, 23)).padStart(2, '0')}:${this.pick('00', '07', '59')}:${this.pick('00', '05', '59')}`;
  }
  double(): string {
    return this.pick('0', '1.5', '-2.25', '0.1', '3', '1e10', '-7', '0.3', '123456.789', '2', '1e-3', '10');
  }
  json(): string {
    return this.pick(
      '{"b":1,"a":2}',
      '[1,2,3]',
      '{"a":{"y":1.10,"x":"q"}}',
      '"t"',
      '5',
      '{"k":null,"a":true}',
      '{"a":"10","bb":2,"c":[1,{"z":0}]}',
      '[]',
    );
  }

  row1(id: number): (string | number)[] {
    return [
      id,
      this.orNull(() => this.int(-128, 127)),
      this.orNull(() => this.int(0, 65535)),
      this.orNull(() => this.pick(this.int(-20, 20), 9, 10, 2147483647)),
      this.orNull(() =>
        this.pick<string | number>(
          this.int(-9, 9),
          '9007199254740993',
          '-9223372036854775808',
          '9223372036854775807',
          '4294967296',
        ),
      ),
      this.orNull(() => this.pick<string | number>(this.int(0, 9), '9223372036854775807', '9007199254740993')),
      this.orNull(() => this.decimal(this.#digits, this.#scale)),
      this.orNull(() => this.decimal(6, 2)),
      this.orNull(() => this.double()),
      this.orNull(() => this.pick('0.5', '1.5', '-2', '0.1', '16777216', '3.25')),
      this.orNull(() => quote(this.numberText())),
      this.orNull(() => quote(this.mixedText())),
      this.orNull(() => quote(this.date())),
      this.orNull(() => quote(`${this.date()} ${this.time()}`)),
      this.orNull(() => quote(`${this.date()} ${this.time()}.${this.pick('5', '000001', '123456', '25')}`)),
      this.orNull(() => this.pick('true', 'false')),
      this.orNull(() => quote(this.json())),
    ];
  }
  row2(id: number): (string | number)[] {
    return [
      id,
      this.orNull(() => this.int(1, 8)),
      this.orNull(() => this.int(0, 12)),
      this.orNull(() => quote(this.numberText())),
      this.orNull(() => this.decimal(8, 3)),
      this.orNull(() => quote(this.date())),
    ];
  }
  tables(): Tables {
    const one = Array.from({ length: 8 }, (_, i) => `(${this.row1(i + 1).join(', ')})`);
    const two = Array.from({ length: 6 }, (_, i) => `(${this.row2(i + 1).join(', ')})`);
    return {
      create: [
        `CREATE TABLE t1 (id INT PRIMARY KEY, ti TINYINT, su SMALLINT UNSIGNED, n INT, b BIGINT, ub BIGINT UNSIGNED, d DECIMAL(${this.#digits},${this.#scale}), e DECIMAL(6,2), x DOUBLE, f FLOAT, s VARCHAR(20), u VARCHAR(20), dt DATE, tm DATETIME, tm6 DATETIME(6), o BOOL, j JSON)`,
        'CREATE TABLE t2 (id INT PRIMARY KEY, t1id INT, n INT, s VARCHAR(20), d DECIMAL(8,3), dt DATE)',
      ],
      fill: [`INSERT INTO t1 VALUES ${one.join(', ')}`, `INSERT INTO t2 VALUES ${two.join(', ')}`],
      clear: ['DELETE FROM t1 WHERE id IS NOT NULL', 'DELETE FROM t2 WHERE id IS NOT NULL'],
    };
  }
}
