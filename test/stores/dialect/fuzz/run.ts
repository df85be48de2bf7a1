/** Runs the statements of a seed on an embedded store and judges each by what servers answered. */
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../../../src/base/failure.ts';
import { cellAt, type RowPage } from '../../../../src/data/page.ts';
import { EmbeddedStore } from '../../../../src/stores/embedded/store.ts';
import { type Answered, compareRows, isNear, isOrdered, type Rows, type Verdict } from './answers.ts';
import { type FuzzStatement, Script } from './script.ts';
import type { Tables } from './values.ts';

/**
 * What became of a statement. `refused`: by name, before it ran; `stopped`: by a value, as it ran (out of range); `agreed`: neither
 * side gives a value; `intended`: a difference of the list.
 */
export type Outcome = Verdict | 'refused' | 'stopped' | 'agreed' | 'intended';

export interface Judged extends FuzzStatement {
  readonly seed: number;
  readonly outcome: Outcome;
  /** True where every server gave a value, and the same. */
  readonly isAgreed: boolean;
  /** How many servers gave a value. */
  readonly values: number;
  readonly own: string;
}

/** Both tables in a form in which they are read back. JSON is compared where a statement is about it. */
export const readBack: readonly [string, string] = [
  'SELECT id, ti, su, n, b, ub, d, e, x, f, s, u, dt, tm, tm6, o FROM t1 ORDER BY id',
  'SELECT * FROM t2 ORDER BY id',
];

/** Differences that are meant, each with its reason; see docs/dialect.md. */
const intended: readonly { readonly kind: string; readonly sql: RegExp; readonly reason: string }[] = [
  {
    kind: 'text.concat',
    sql: /\(.*\bj, s\)/,
    reason: 'a document has its normal form, as in MySQL and MatrixOne; MariaDB keeps it as it was written',
  },
  {
    kind: 'json',
    sql: /\$\.a\.y/,
    reason: 'a number of a document has its shortest digits, as in MySQL; MariaDB keeps 1.10',
  },
  { kind: 'json', sql: /->/, reason: 'MariaDB has no ->; MySQL and MatrixOne do' },
  { kind: 'arith.overflow', sql: /ub \* 3|ub \+ 1/, reason: 'an unsigned product is exact, as on MatrixOne' },
  {
    kind: 'cast',
    sql: /tm6 AS DATETIME/,
    reason: 'a fraction of a second is rounded, as in MySQL and MatrixOne; MariaDB cuts it',
  },
  {
    kind: 'change.update.set',
    sql: /tm = tm6/,
    reason: 'a fraction of a second is rounded, as in MySQL and MatrixOne; MariaDB cuts it',
  },
  {
    kind: 'union',
    sql: /UNION SELECT/,
    reason: 'text is compared letter by letter; MariaDB leaves blanks at the end out',
  },
];

const isIntended = ({ kind, sql }: FuzzStatement): boolean =>
  intended.some((one) => one.kind === kind && one.sql.test(sql));

type OwnRows = readonly (readonly (string | null)[])[];

/** An embedded store in a folder of its own, whose answers are texts, as a client sees them. */
export class Embedded {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sqlfuzz-'));
  readonly #store = EmbeddedStore.open({ path: join(this.#folder, 'store.db'), readOnly: false, create: true });

  async run(sql: string, database: string | null = 'd'): Promise<OwnRows> {
    const rows: (string | null)[][] = [];
    const pages = this.#store.query({ sql, database });
    for (;;) {
      const next = await pages.next();
      if (next.done) return rows;
      rows.push(...textRows(next.value));
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The rows of a page as a client sees them. */
export const textRows = ({ rows, cells }: RowPage): (string | null)[][] =>
  Array.from({ length: rows }, (_, i) => cells.map((column) => shown(cellAt(column, i))));

function shown(value: ReturnType<typeof cellAt>): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return String(typeof value === 'boolean' ? Number(value) : value);
}

async function attempt(
  work: () => Promise<OwnRows>,
): Promise<{ readonly rows: OwnRows } | { readonly failure: Failure }> {
  try {
    return { rows: await work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failure: error as Failure };
  }
}

const isByName = ({ code }: Failure): boolean => code === 'sql.unsupported' || code === 'sql.syntax';

async function judge(
  store: Embedded,
  statement: FuzzStatement,
  answers: readonly Answered[],
): Promise<{ outcome: Outcome; own: string }> {
  const { sql } = statement;
  const own = await attempt(() => store.run(sql));
  const values = answers.filter((answer) => answer !== null);
  if ('failure' in own) {
    const outcome = isByName(own.failure) ? 'refused' : values.length === answers.length ? 'stopped' : 'agreed';
    return { outcome, own: own.failure.message };
  }
  const told = JSON.stringify(own.rows).slice(0, 400);
  const verdicts = await Promise.all(values.map((answer) => verdictOf(store, sql, own.rows, answer)));
  const best = (['equal', 'digits'] as const).find((one) => verdicts.includes(one));
  if (best) return { outcome: best, own: told };
  return { outcome: isIntended(statement) ? 'intended' : 'different', own: told };
}

async function verdictOf(
  store: Embedded,
  sql: string,
  rows: OwnRows,
  answer: Exclude<Answered, null>,
): Promise<Verdict> {
  if ('rows' in answer) return compareRows(answer.rows, rows, { isOrdered: isOrdered(sql), near: isNear(sql) });
  let worst: Verdict = 'equal';
  for (const [i, read] of readBack.entries()) {
    const found = compareRows(answer.tables[i] as Rows, await store.run(read), { isOrdered: true, near: isNear(sql) });
    if (found === 'different') return found;
    if (found === 'digits') worst = found;
  }
  return worst;
}

/** True where two servers gave the same value: types of columns and digits that are only shown are each one's own. */
function isSame(sql: string, one: Answered, other: Answered): boolean {
  if (one === null || other === null) return false;
  const isNo = (a: Rows, b: Rows, ordered: boolean): boolean =>
    compareRows(a, b.rows, { isOrdered: ordered, near: isNear(sql) }) === 'different';
  if ('rows' in one) return 'rows' in other && !isNo(one.rows, other.rows, isOrdered(sql));
  return 'tables' in other && one.tables.every((table, i) => !isNo(table, other.tables[i] as Rows, true));
}

const sameAnswers = (sql: string, [first, ...rest]: readonly Answered[]): boolean =>
  first !== null && first !== undefined && rest.every((other) => isSame(sql, first, other));

/** Fills the tables again behind a change. */
async function refill(store: Embedded, { clear, fill }: Tables): Promise<void> {
  for (const sql of [...clear, ...fill]) await store.run(sql);
}

/** What becomes of the first `count` statements of a seed. `answersTo`: what each server answered, in the order of the statements. */
export async function runSeed(
  seed: number,
  count: number,
  answersTo: (statement: FuzzStatement, index: number) => Promise<readonly Answered[]>,
): Promise<Judged[]> {
  const script = new Script(seed);
  const tables = script.tables();
  const store = new Embedded();
  const judged: Judged[] = [];
  try {
    await store.run('CREATE DATABASE d', null);
    for (const sql of [...tables.create, ...tables.fill]) await store.run(sql);
    for (const [index, statement] of script.statements(count).entries()) {
      const answers = await answersTo(statement, index);
      const { outcome, own } = await judge(store, statement, answers);
      judged.push({
        ...statement,
        seed,
        outcome,
        own,
        isAgreed: sameAnswers(statement.sql, answers),
        values: answers.filter((one) => one !== null).length,
      });
      if (statement.change) await refill(store, tables);
    }
  } finally {
    await store.close();
  }
  return judged;
}

/** How many of each outcome. */
export function countOutcomes(judged: readonly Judged[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of judged) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
