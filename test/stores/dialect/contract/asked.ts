/** What servers answer to the forms of the dialect, and what the embedded engine does: each form in tables that are filled anew. */
import { type Connection, createConnection } from 'mysql2/promise';
import { Failure } from '../../../../src/base/failure.ts';
import { compareRows, isNear, isOrdered, type Rows } from '../fuzz/answers.ts';
import { Embedded } from '../fuzz/run.ts';
import { contractTables, type Form, type Standing } from './form.ts';

/** The last statement's rows, `done` where it has none, or that it was refused; of a server in the words of its own. */
export type Answer = { readonly rows: Rows } | { readonly done: true } | { readonly refused: string };

/** What both servers answered to a form. */
export interface Recorded {
  readonly ask: readonly string[];
  readonly matrixone: Answer;
  /** Left out where only MatrixOne knows the words. */
  readonly mariadb?: Answer;
}

const isRead = (sql: string): boolean => /^(?:SELECT|WITH)\b/.test(sql);
/** A form that changes nothing leaves the tables to the next one. */
const changesNothing = ({ ask }: Form): boolean => ask.length === 1 && isRead(ask[0] ?? '');
const longestWords = 120;

/** Runs one statement on a connection that gives rows as arrays; every cell as its text. */
export const runOn =
  (connection: Connection) =>
  async (sql: string): Promise<Answer> => {
    const [rows, fields] = await connection.query({ sql, typeCast: (field) => field.string('utf8') });
    if (!Array.isArray(rows)) return { done: true };
    const types = fields.map((field) => field.columnType ?? field.type ?? 0);
    return { rows: { types, rows: rows as unknown as (string | null)[][] } };
  };

/** `mysql://user:password@host:port`. Its database of that name is dropped before and behind. */
export async function askServer(uri: string, database: string, asked: readonly Form[]): Promise<Answer[]> {
  const connection = await createConnection({ uri, rowsAsArray: true });
  const run = runOn(connection);
  const fresh = async (): Promise<void> => {
    for (const sql of [`DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database}`, `USE ${database}`])
      await run(sql);
    for (const sql of contractTables) await run(sql);
  };
  const answers: Answer[] = [];
  let isFresh = false;
  for (const form of asked) {
    if (!isFresh) await fresh();
    isFresh = changesNothing(form);
    answers.push(await lastAnswer(form.ask, run));
  }
  await run(`DROP DATABASE IF EXISTS ${database}`);
  connection.destroy();
  return answers;
}

/** The answer to the last of some statements, or why one before it was refused. */
export async function lastAnswer(ask: readonly string[], run: (sql: string) => Promise<Answer>): Promise<Answer> {
  let last: Answer = { done: true };
  for (const sql of ask) {
    try {
      last = await run(sql);
    } catch (error) {
      if (!(error instanceof Failure) && !(error instanceof Error && 'errno' in error)) throw error;
      const words = (error as Error).message.replaceAll(/\s+/g, ' ');
      return { refused: error instanceof Failure ? words : words.slice(0, longestWords) };
    }
  }
  return last;
}

/** The same of the embedded engine. */
export async function askEmbedded(asked: readonly Form[], tables: readonly string[]): Promise<Answer[]> {
  const store = new Embedded();
  const run = async (sql: string): Promise<Answer> => {
    const rows = await store.run(sql);
    return isRead(sql) ? { rows: { types: [], rows } } : { done: true };
  };
  const answers: Answer[] = [];
  let isFresh = false;
  for (const form of asked) {
    if (!isFresh) {
      for (const sql of ['DROP DATABASE IF EXISTS d', 'CREATE DATABASE d']) await store.run(sql, null);
      for (const sql of tables) await store.run(sql);
    }
    isFresh = changesNothing(form);
    answers.push(await lastAnswer(form.ask, run));
  }
  await store.close();
  return answers;
}

/** True where the two are one answer. */
export function isSameAnswer(server: Answer, own: Answer, sql: string): boolean {
  if ('rows' in server && 'rows' in own)
    return compareRows(server.rows, own.rows.rows, { isOrdered: isOrdered(sql), near: isNear(sql) }) !== 'different';
  return 'done' in server && 'done' in own;
}

/** How our answer stands to the recorded ones; `different` where it is neither's. */
export function standingOf(form: Form, recorded: Recorded, own: Answer): Standing | 'different' {
  if ('refused' in own) return 'refused';
  const sql = form.ask.at(-1) ?? '';
  if (isSameAnswer(recorded.matrixone, own, sql)) return 'same';
  if (recorded.mariadb && isSameAnswer(recorded.mariadb, own, sql)) return 'mysql';
  return form.is === 'own' ? 'own' : 'different';
}

const mostShown = 5;

/** An answer in one line of a table. */
export function shownAnswer(answer: Answer | undefined): string {
  if (!answer) return '';
  if ('refused' in answer) return 'refused';
  if ('done' in answer) return 'done';
  const { rows } = answer.rows;
  if (rows.length === 0) return 'no row';
  const cell = (value: string | null): string => (value === null ? 'NULL' : value === '' ? "''" : value);
  const shown = rows.slice(0, mostShown).map((row) => {
    const cells = row.map(cell).join(', ');
    return row.length > 1 && rows.length > 1 ? `(${cells})` : cells;
  });
  return `\`${shown.join(rows[0]?.length === 1 ? ', ' : ' ')}${rows.length > mostShown ? ' …' : ''}\``;
}
