/** `sql`: the statements of a file or of standard input, one after the other. */
import { isFile } from '../../../data/place.ts';
import { later, say, together } from '../../../base/say.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { remember } from '../record.ts';
import { runStatement } from '../../../app/statements/runStatement.ts';
import type { StatementEnd } from '../../../app/statements/statementEnd.ts';
import type { StatementRequest } from '../../../app/statements/statementRequest.ts';
import { Failure } from '../../../base/failure.ts';
import { type PageColumn, rowAt } from '../../../data/page.ts';
import { jsonOf, type Value } from '../../../data/value.ts';
import { readFailure } from '../../../files/bytes/byteSource.ts';
import { takesBack } from '../../../git4data/script/scriptStatement.ts';
import { withoutTableParts } from '../../../git4data/script/tableParts.ts';
import { statementsOf } from '../../../git4data/split.ts';
import type { Command, Invocation } from '../command.ts';
import { gateMerge } from '../checks/mergeGate.ts';
import { confirmedName, confirmOption, requireConsent } from '../confirm.ts';
import { tell } from '../record.ts';
import type { OpenedConnection } from '../../connection/connection.ts';
import { exitCodeOf, hintOf, sentenceOf } from '../../terminal/failures.ts';
import { grantLines, tableText } from '../../terminal/textTable.ts';
import { registriesBeside } from '../versions/knownModels.ts';
import { requireUnneeded } from '../versions/snapshot.ts';
import { rowsText } from '../../../words/numbers.ts';

/** Standard input is `-`. */
export function readText(cwd: string, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : path.resolve(cwd, file), 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw readFailure(error, file);
  }
}

/** Runs a statement and prints its rows as they come. */
async function run(
  invocation: Invocation,
  opened: OpenedConnection,
  { sql, database, script }: StatementRequest,
): Promise<StatementEnd> {
  const { store, environment, name: connection } = opened;
  const confirmed = confirmedName(invocation);
  const statement = runStatement(
    store,
    { sql, database, ...(script && { script }) },
    async ({ name, statement: asked, preview, replaces }) => {
      const { kind } = asked;
      await gateMerge(invocation, opened, asked, database);
      // Without a name in the text it is the connection's.
      requireConsent(environment, confirmed, say('A statement that changes data'), name === '' ? connection : name);
      if (replaces !== null && confirmed !== name)
        throw new Failure('confirm.needed', { what: firstLine(sql), how: `add --confirm ${name}. ${replaces}` });
      for (const warning of preview?.warnings ?? []) invocation.output.note(warning);
      const snapshot = kind === 'dropSnapshot' && (await store.snapshots()).find((one) => one.name === name);
      if (snapshot)
        for (const registry of await registriesBeside(invocation, opened)) await requireUnneeded(registry, snapshot);
      return true;
    },
    invocation.signal,
  );
  for (;;) {
    const step = await statement.next();
    if (step.done) return step.value;
    const page = step.value;
    const cells = (): Value[][] => Array.from({ length: page.rows }, (_, i) => rowAt(page, i));
    await invocation.output.rows(headOf(sql, page.columns), {
      documents: () => cells().map((row) => row.map(jsonOf)),
      titles: page.columns.map(({ name }) => name),
      cells,
      isUpright: true,
    });
  }
}

const headOf = (sql: string, columns: readonly PageColumn[]) => ({
  head: { sql, columns: columns.map(({ name, type }) => ({ name, type })) },
  failing: { ok: false },
});

function endText({ columns, rows, affected, safetySnapshot, note, lostGrants }: StatementEnd): string {
  if (note !== null) return note;
  if (columns.length > 0) {
    const count = `(${rowsText(rows)})`;
    const titles = columns.map(({ name }) => name);
    return rows > 0 ? count : `${tableText(titles, [])}\n${count}`;
  }
  const done = together(
    affected > 0 ? say('Done, {0} changed.', rowsText(affected)) : say('Done.'),
    safetySnapshot !== null && say('The rows as they were are kept as {0}.', safetySnapshot),
  );
  return [done, ...grantLines(say('Rights went with the old tables. To give them back:'), lostGrants)].join('\n');
}

const endDocument = ({ affected, leftOut }: StatementEnd, ms: number) => ({
  ok: true,
  affected,
  ms,
  ...(leftOut.length > 0 && { leftOut }),
});

/** What holds of many tables of a dump is said once. */
function newOf(notes: readonly string[], told: Set<string>): string[] {
  const some = notes.filter((note) => !told.has(note));
  for (const note of some) told.add(note);
  return some;
}

function tellFailure({ output, has }: Invocation, sql: string, error: Failure): void {
  const leavesNothing = !has('leave-out');
  const { code, message } = error;
  output.fail({ error: { code, message } }, { sql, ok: false });
  output.error(sentenceOf(error));
  // The other hints are on options of other commands.
  const hint = Failure.is(error, 'version.needed') ? hintOf(error) : null;
  if (hint !== null) output.note(hint);
  if (leavesNothing && Failure.is(error, 'sql.unsupported') && withoutTableParts(sql, true).sql !== sql)
    output.note(say('--leave-out makes such tables without what is not kept here, and says so of each.'));
}

const firstLine = (sql: string): string => {
  const [line = ''] = sql.split('\n');
  return line === sql ? line : `${line} …`;
};

/** `deltatrain sql`: stops at the first statement that fails, unless told to keep going. */
export const sqlCommand: Command = {
  name: 'sql',
  usage: 'FILE|- [--database db] [--keep-going] [--leave-out] [--confirm db.t]',
  summary: later('Run SQL and git-for-data statements'),
  options: {
    database: { type: 'string', value: 'db', about: later('The database of names without one') },
    'keep-going': { type: 'boolean', about: later('Go on after a statement that fails') },
    'leave-out': {
      type: 'boolean',
      about: later('Make tables without foreign keys, ON UPDATE and partitions, where these are not kept'),
    },
    confirm: confirmOption('db.t'),
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, positionals, cwd, signal } = invocation;
    const text = readText(cwd, positionals[0] ?? '-');
    const connection = await invocation.open({ create: true });
    const { place } = connection;
    const standard = isFile(place) ? null : place.open.database;
    let database = invocation.option('database') ?? standard;
    let code = 0;
    const script = { takesBack: takesBack(text), leavesOut: invocation.has('leave-out') };
    let skipped = 0;
    const told = new Set<string>();
    for (const { start, end } of statementsOf(text)) {
      const sql = text.slice(start, end);
      const started = performance.now();
      output.note(`> ${firstLine(sql)}`);
      try {
        const ran = await run(invocation, connection, { sql, database, script });
        if (ran.restored) await remember(invocation, connection, ran.restored);
        database = ran.database;
        if (ran.happening !== null) await tell(invocation, connection, ran.happening);
        if (ran.skipped) skipped++;
        const ms = Math.round(performance.now() - started);
        output.endRows(headOf(sql, ran.columns), endDocument(ran, ms), () => endText(ran));
        for (const note of newOf(ran.leftOut, told)) output.note(note);
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) throw error;
        tellFailure(invocation, sql, error as Failure);
        code = Math.max(code, exitCodeOf(error));
        if (!invocation.has('keep-going')) break;
      }
    }
    if (skipped > 0)
      output.note(
        say('{0} statements were left out: there is no session to set up here (SET, LOCK TABLES …).', skipped),
      );
    return code;
  },
};
