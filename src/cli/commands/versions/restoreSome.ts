/** `restore` of some rows: those that a condition means, or those that such a restore put back, undone. */
import { say, together } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { Registry } from '../../../app/registry/registry.ts';
import { type RowsDone, type RowsQuestion, restoreRows } from '../../../app/versions/partial/restoreRows.ts';
import type { RowsPlan } from '../../../app/versions/partial/rowsToRestore.ts';
import { undoable, undoRows } from '../../../app/versions/partial/undoRows.ts';
import { partialRestore, type Remembered, type RestoreToRemember } from '../../../app/versions/rememberRestore.ts';
import type { RowEdit } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { jsonOf, type JsonValue, textOf, type Value } from '../../../data/value.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import type { OpenedConnection } from '../../connection/connection.ts';
import type { Output } from '../../terminal/output.ts';
import { tableText as textTable } from '../../terminal/textTable.ts';
import type { Invocation } from '../command.ts';
import { confirmedName, requireConsent } from '../confirm.ts';
import { recordWriter, remember } from '../record.ts';
import { checkText } from './restoreText.ts';

/** Rows that a preview shows. */
const shownRows = 100;

/** Which rows are asked for. */
export type SomeRows =
  | { readonly where: string; readonly to: string; readonly columns: readonly string[] | null }
  | { readonly undo: string };

/** A row of the preview, in the order of the table's columns. */
function shownRow({ now, wanted }: RowEdit, columns: readonly string[]): string[] {
  const sign = now === null ? '+' : wanted === null ? '-' : '~';
  return [
    sign,
    ...columns.map((_, c) => {
      const [old, next] = [now?.[c], wanted?.[c]].map((value) => (value === undefined ? undefined : textOf(value)));
      return old !== undefined && next !== undefined && old !== next ? `${old} → ${next}` : (next ?? old ?? '');
    }),
  ];
}

const rowJson = (row: readonly Value[] | null, columns: readonly string[]): Record<string, JsonValue> | null =>
  row && Object.fromEntries(columns.map((name, c) => [name, jsonOf(row[c] ?? null)]));

const previewRows = ({ edits, columns }: RowsPlan) =>
  edits
    .slice(0, shownRows)
    .map(({ now, wanted }) => ({ now: rowJson(now, columns), wanted: rowJson(wanted, columns) }));

function previewLines({ plan, sentence }: RowsQuestion): string[] {
  const { edits, columns } = plan;
  if (edits.length === 0) return [sentence];
  const shown = edits.slice(0, shownRows).map((edit) => shownRow(edit, columns));
  const more = edits.length - shown.length;
  return [
    sentence,
    textTable(['', ...columns], shown),
    ...(more > 0 ? [say('({0} of {1} rows)', countText(shown.length), countText(edits.length))] : []),
  ];
}

interface Asked {
  /** Of the document. */
  readonly head: { readonly to: string; readonly where: string | null; readonly columns: readonly string[] | null };
  readonly run: (ask: (question: RowsQuestion) => Promise<boolean>) => Promise<RowsDone | null>;
  readonly remembered: (done: RowsDone) => RestoreToRemember;
}

async function askedOf(
  { signal }: Invocation,
  { store, environment }: OpenedConnection,
  registry: Registry,
  table: TableName,
  rows: SomeRows,
): Promise<Asked> {
  const place = { store, table, environment };
  if ('undo' in rows) {
    const kept = undoable(table, await registry.judged.restores(table), rows.undo);
    return {
      head: { to: rows.undo, where: null, columns: null },
      run: (ask) => undoRows(place, kept, ask, signal),
      remembered: (done) => partialRestore(table, done, {}, kept),
    };
  }
  return {
    head: rows,
    run: (ask) => restoreRows(place, rows, ask, signal),
    remembered: (done) =>
      partialRestore(table, done, {
        where: rows.where,
        columns: rows.columns === null ? null : rows.columns.join(', '),
      }),
  };
}

/** Previews, and with a yes carries out; the exit code. */
export async function restoreSome(invocation: Invocation, table: TableName, rows: SomeRows): Promise<number> {
  const { output } = invocation;
  const name = tableText(table);
  const connection = await invocation.open();
  const { store, environment } = connection;
  const registry = new Registry(store, undefined, recordWriter);
  const { head, run, remembered } = await askedOf(invocation, connection, registry, table, rows);
  const confirmed = confirmedName(invocation);
  const asked: RowsQuestion[] = [];
  const done = await run((question) => {
    asked.push(question);
    if (question.isAsItWas) return Promise.resolve(false);
    const consents = invocation.has('yes') || confirmed !== undefined;
    if (consents) requireConsent(environment, confirmed, say('Restoring {0}', name), name);
    return Promise.resolve(consents);
  });
  const document = { table: name, ...head, lostGrants: [] };
  if (done) {
    tellDone(output, document, done, await remember(invocation, connection, remembered(done)));
    return done.verified ? 0 : 3;
  }
  const question = asked.at(-1);
  if (!question) throw new Failure('cancelled');
  tellPreview(output, document, question);
  if (question.isAsItWas) return 0;
  output.error(
    say('Nothing was changed. To restore, add {0}.', environment === 'production' ? `--confirm ${name}` : '--yes'),
  );
  return 2;
}

type Head = Asked['head'] & { readonly table: string; readonly lostGrants: readonly string[] };

function tellPreview(output: Output, head: Head, question: RowsQuestion): void {
  const { plan, isAsItWas } = question;
  const { edits, left, counts } = plan;
  const known = { rowsChanged: edits.length, safetySnapshot: null, verified: isAsItWas, left };
  output.document({ ...head, ...known, preview: counts, rows: previewRows(plan) }, () =>
    previewLines(question).join('\n'),
  );
}

function tellDone(output: Output, head: Head, done: RowsDone, { archived, returned, kept }: Remembered): void {
  const { rowsChanged, safetySnapshot, verified, left } = done;
  const undo = kept
    ? say('To undo: restore {0} --undo {1}', head.table, safetySnapshot)
    : say('The rows as they were are kept as {0}.', safetySnapshot);
  const document = { ...head, rowsChanged, safetySnapshot, verified, left, archived, returned };
  output.document(kept ? { ...document, undo: 'restoreRows' } : document, () =>
    together(
      head.where === null
        ? say('{0}: undone, {1} changed, {2}.', head.table, rowsText(rowsChanged), checkText(verified))
        : say(
            '{0}: the rows where {1} are as they were at {2}: {3} changed, {4}.',
            head.table,
            head.where,
            head.to,
            rowsText(rowsChanged),
            checkText(verified),
          ),
      left > 0 && say('Left as they are, because others wrote to them since: {0}.', rowsText(left)),
      undo,
    ),
  );
}
