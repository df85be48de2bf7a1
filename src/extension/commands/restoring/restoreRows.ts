/** *Revert Only These…*: some rows of a table back to a snapshot, by a condition; and what takes that back. */
import { type RowsDone, type RowsQuestion, restoreRows } from '../../../app/versions/partial/restoreRows.ts';
import type { RowsPlan } from '../../../app/versions/partial/rowsToRestore.ts';
import { undoable, undoRows as undo } from '../../../app/versions/partial/undoRows.ts';
import { partialRestore, rememberedText, type RestoreToRemember } from '../../../app/versions/rememberRestore.ts';
import { Failure } from '../../../base/failure.ts';
import { say, together } from '../../../base/say.ts';
import type { RowEdit } from '../../../data/store.ts';
import { type ColumnInfo, type TableName, tableText } from '../../../data/table.ts';
import { textOf, type Value } from '../../../data/value.ts';
import { readCondition } from '../../../git4data/condition/condition.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import type { Session } from '../../connections/session.ts';
import { requireConsent } from '../../talk/consent.ts';
import { type Target } from '../../tree/target.ts';
import type { Shell } from '../shell.ts';
import { remember } from '../tellRecord.ts';

/** Rows that the question shows. */
const shownRows = 8;

const cellText = (name: string, old: Value | undefined, next: Value | undefined): string =>
  old === undefined || next === undefined
    ? `${name} ${textOf(next ?? old ?? null)}`
    : `${name} ${textOf(old)} → ${textOf(next)}`;

/** A row with its key, and of a changed one what changes. */
function rowLine({ now, wanted }: RowEdit, { columns, key }: RowsPlan): string {
  const sign = now === null ? '+' : wanted === null ? '−' : '~';
  const cells = columns.flatMap((name, c) => {
    const [old, next] = [now?.[c], wanted?.[c]];
    const isShown = key.includes(c) || now === null || wanted === null || textOf(old ?? null) !== textOf(next ?? null);
    return isShown ? [key.includes(c) ? `${name} ${textOf(old ?? next ?? null)}` : cellText(name, old, next)] : [];
  });
  return `${sign} ${cells.join(', ')}`;
}

function previewLines(plan: RowsPlan): string[] {
  const shown = plan.edits.slice(0, shownRows).map((edit) => rowLine(edit, plan));
  const more = plan.edits.length - shown.length;
  return more > 0 ? [...shown, say('… and {0} more.', countText(more))] : shown;
}

/** What is wrong with a condition while it is typed. */
function problemOf(text: string, table: TableName, columns: readonly ColumnInfo[]): string | undefined {
  try {
    readCondition(text, table, columns);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

interface Act {
  readonly session: Session;
  readonly table: TableName;
  readonly title: string;
  readonly run: (ask: (question: RowsQuestion) => Promise<boolean>, signal: AbortSignal) => Promise<RowsDone | null>;
  readonly remembered: (done: RowsDone) => RestoreToRemember;
}

/** Asks with the preview, carries out, remembers, and tells with a way back. */
async function carryOut(shell: Shell, { session, table, title, run, remembered }: Act): Promise<RowsDone> {
  const { ask, connections, tell } = shell;
  const { id, config } = session.connection;
  const name = tableText(table);
  const done = await run(async ({ sentence, isAsItWas, moved, plan }) => {
    if (isAsItWas) {
      tell.say('info', sentence);
      return false;
    }
    await requireConsent(ask, {
      environment: config.environment,
      name,
      question: moved ? say('{0} was written to meanwhile. Restore it all the same?', name) : title,
      detail: sentence,
      lines: previewLines(plan),
      yes: say('Restore'),
    });
    return true;
  }, new AbortController().signal).finally(() => connections.noticeChange(id));
  if (!done) throw new Failure('cancelled');
  const found = await remember(shell, session, remembered(done));
  const { kept } = found;
  const models = rememberedText(found);
  const { rowsChanged, safetySnapshot, left } = done;
  const sentence = together(
    say('{0}: {1} changed, verified.', name, rowsText(rowsChanged)),
    left > 0 && say('Left as they are, because others wrote to them since: {0}.', countText(left)),
    !kept && say('The rows as they were are kept as {0}.', safetySnapshot),
    models !== '' && models,
  );
  const undoing = { connection: id, table, snapshot: safetySnapshot };
  tell.say(
    'info',
    sentence,
    ...(kept ? [{ title: say('Undo…'), command: 'deltatrain.snapshot.undoRows', arguments: [undoing] }] : []),
  );
  return done;
}

/** What is known of the rows before anybody is asked. */
interface Given {
  readonly where?: unknown;
  readonly columns?: readonly string[] | null;
}

const isGiven = (argument: unknown): argument is Given =>
  typeof argument === 'object' && argument !== null && 'where' in argument;

/** Asks for the condition, and then with what it would change. `argument`: a condition, and columns, that are known already. */
export async function revertOnlyThese(shell: Shell, target: Target, argument: unknown): Promise<RowsDone> {
  const { ask, pick } = shell;
  const { session, table, snapshot } = await pick.snapshot(target, say('Take rows back to which snapshot?'));
  const { columns } = await session.store.table(table);
  const { where: given, columns: back = null }: Given = isGiven(argument) ? argument : {};
  const where = await ask.text({
    title: say('Take back to {0} only the changed rows of {1} where …', snapshot.name, tableText(table)),
    value: typeof given === 'string' ? given : '',
    placeholder: say("region = 'West' AND price > 100"),
    check: (text) => problemOf(text, table, columns),
  });
  const { environment } = session.connection.config;
  return carryOut(shell, {
    session,
    table,
    title: say('Restore these rows of {0}?', tableText(table)),
    run: (question, signal) =>
      restoreRows(
        { store: session.store, table, environment },
        { to: snapshot.name, where, columns: back },
        question,
        signal,
      ),
    remembered: (done) => partialRestore(table, done, { where, columns: back?.join(',') ?? null }),
  });
}

/** `target.snapshot` is the safety snapshot of the restore that is taken back. */
export async function undoRows(shell: Shell, target: Target): Promise<RowsDone> {
  const { session, table } = await shell.pick.table(target, say('Undo a restore of which table?'));
  const kept = undoable(table, await session.registry.judged.restores(table), target.snapshot ?? '');
  const { environment } = session.connection.config;
  return carryOut(shell, {
    session,
    table,
    title: say('Undo the restore of these rows of {0}?', tableText(table)),
    run: (question, signal) => undo({ store: session.store, table, environment }, kept, question, signal),
    remembered: (done) => partialRestore(table, done, {}, kept),
  });
}
