/** `sql`: the statements of a file or of standard input, one after the other. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runStatement, type StatementEnd } from '../../app/runStatement.ts';
import { countText } from '../../app/say.ts';
import { Failure } from '../../base/failure.ts';
import { rowAt } from '../../data/page.ts';
import { jsonOf, type Value } from '../../data/value.ts';
import { splitStatements } from '../../git4data/split.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireOnProduction } from '../confirm.ts';
import type { OpenedConnection } from '../connection.ts';
import { exitCodeOf, sentenceOf } from '../failures.ts';
import { tableText } from '../output.ts';

/** Standard input is `-`. */
export function readText(cwd: string, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : path.resolve(cwd, file), 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('file.unreadable', { file, reason }, { cause: error });
  }
}

interface Ran {
  readonly end: StatementEnd;
  readonly rows: readonly (readonly Value[])[];
}

async function run(
  invocation: Invocation,
  { store, environment }: OpenedConnection,
  sql: string,
  database: string | null,
): Promise<Ran> {
  const rows: Value[][] = [];
  const confirmed = confirmedName(invocation);
  const statement = runStatement(
    store,
    { sql, database },
    ({ name }) => {
      requireOnProduction(environment, confirmed, 'A statement that changes data', name);
      return Promise.resolve(true);
    },
    invocation.signal,
  );
  for (;;) {
    const step = await statement.next();
    if (step.done) return { end: step.value, rows };
    for (let i = 0; i < step.value.rows; i++) rows.push(rowAt(step.value, i));
  }
}

function say({ end, rows }: Ran): string {
  if (end.columns.length > 0) {
    const count = `${countText(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`;
    return `${tableText(
      end.columns.map(({ name }) => name),
      rows,
    )}\n(${count})`;
  }
  const safety = end.safetySnapshot === null ? '' : ` The rows as they were are kept as ${end.safetySnapshot}.`;
  return `Done${end.affected > 0 ? `, ${countText(end.affected)} rows changed` : ''}.${safety}`;
}

const firstLine = (sql: string): string => {
  const [line = ''] = sql.split('\n');
  return line === sql ? line : `${line} …`;
};

export const sqlCommand: Command = {
  name: 'sql',
  usage: 'FILE|- [--database db] [--keep-going] [--confirm db.t]',
  summary: 'Run SQL and git-for-data statements',
  options: { database: { type: 'string' }, 'keep-going': { type: 'boolean' }, ...confirmOption },
  takes: [1, 1],
  async run(invocation) {
    const { output, positionals, cwd, signal } = invocation;
    const text = readText(cwd, positionals[0] ?? '-');
    const connection = await invocation.open({ create: true });
    let database = invocation.option('database') ?? null;
    let code = 0;
    for (const { start, end } of splitStatements(text)) {
      const sql = text.slice(start, end);
      const started = performance.now();
      output.note(`> ${firstLine(sql)}`);
      try {
        const ran = await run(invocation, connection, sql, database);
        database = ran.end.database;
        const columns = ran.end.columns.map(({ name, type }) => ({ name, type }));
        const rows = ran.rows.map((row) => row.map(jsonOf));
        const ms = Math.round(performance.now() - started);
        output.line({ sql, ok: true, columns, rows, affected: ran.end.affected, ms }, () => say(ran));
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) throw error;
        const { code: failure, message } = error as Failure;
        output.line({ sql, ok: false, error: { code: failure, message } }, () => '');
        output.error(sentenceOf(error));
        code = Math.max(code, exitCodeOf(error));
        if (!invocation.has('keep-going')) break;
      }
    }
    return code;
  },
};
