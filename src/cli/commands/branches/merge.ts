/** `branch merge`: what a branch changed, brought into a table; without `--yes` only what that comes to. */
import { say, together } from '../../../base/say.ts';
import { later } from '../../../base/say.ts';
import { requireMergeable } from '../../../app/checks/gates.ts';
import { systemClock } from '../../../app/training/clock.ts';
import { keyOf, type MergePlan, type MergeQuestion, mergeRows } from '../../../app/versions/partial/mergeRows.ts';
import { keyText, type Side } from '../../../app/versions/partial/rowChoices.ts';
import { Registry } from '../../../app/registry/registry.ts';
import { setBackRows } from '../../../app/versions/partial/setBack.ts';
import { partialRestore } from '../../../app/versions/rememberRestore.ts';
import { Failure } from '../../../base/failure.ts';
import type { SidesRow } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { jsonOf, type JsonValue, textOf, type Value } from '../../../data/value.ts';
import { live } from '../../../data/version.ts';
import type { ConflictRule } from '../../../git4data/branches/command.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import { configuredNames, type OpenedConnection } from '../../connection/connection.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import { tableText as textTable } from '../../terminal/textTable.ts';
import type { Command, Invocation } from '../command.ts';
import { confirmedName, confirmOption, requireConsent, requireSameName } from '../confirm.ts';
import { remember } from '../record.ts';
import { readTable } from '../tableOption.ts';
import { checkText } from '../versions/restoreText.ts';

/** Conflicts that a preview shows. */
const shownConflicts = 100;

const rules: readonly ConflictRule[] = ['fail', 'skip', 'accept'];

function ruleOf(text: string | undefined): ConflictRule {
  const rule = rules.find((one) => one === (text ?? 'fail'));
  if (rule) return rule;
  throw new Failure('usage.wrong', { message: say('--conflicts is fail, skip or accept.') });
}

function choicesOf(invocation: Invocation): Map<string, Side> {
  const choices = new Map<string, Side>();
  for (const side of ['ours', 'theirs'] as const)
    for (const key of invocation.all(side)) {
      if (choices.has(key))
        throw new Failure('usage.wrong', { message: say('The row with the key {0} is chosen twice.', key) });
      choices.set(key, side);
    }
  return choices;
}

/** The checks that the configuration asks of a branch before it is merged; `check.failed`. */
async function gate(invocation: Invocation, opened: OpenedConnection, from: TableName, into: TableName): Promise<void> {
  const found = findConfig(invocation.cwd);
  if (!found) return;
  const asked = { config: found.config, connections: configuredNames(opened, found), store: opened.store };
  await requireMergeable({ ...asked, clock: systemClock }, { from, into, at: live }, invocation.signal);
}

const rowJson = (row: readonly Value[] | null, columns: readonly string[]): Record<string, JsonValue> | null =>
  row && Object.fromEntries(columns.map((name, c) => [name, jsonOf(row[c] ?? null)]));

const conflictJson = ({ conflicts, columns }: MergePlan) =>
  conflicts.slice(0, shownConflicts).map(({ base, theirs, ours }) => ({
    base: rowJson(base, columns),
    theirs: rowJson(theirs, columns),
    ours: rowJson(ours, columns),
  }));

/** A line a side: who, and the row; what is not there is a dash. */
function conflictLines({ conflicts, conflictRows, columns, key }: MergePlan): string[] {
  if (conflicts.length === 0) return [];
  const cells = (row: readonly Value[] | null): string[] =>
    row === null ? columns.map(() => '–') : columns.map((_, c) => textOf(row[c] ?? null));
  const lines = conflicts.slice(0, shownConflicts).flatMap((row: SidesRow) => [
    [keyText(keyOf(row, key)), say('base'), ...cells(row.base)],
    ['', say('theirs'), ...cells(row.theirs)],
    ['', say('ours'), ...cells(row.ours)],
  ]);
  return [
    textTable([say('key'), '', ...columns], lines),
    ...(conflictRows > shownConflicts
      ? [say('({0} of {1} rows)', countText(shownConflicts), countText(conflictRows))]
      : []),
  ];
}

/** `deltatrain branch merge`: shows what it comes to, and with `--yes` merges after a safety snapshot; undone by keys. */
export const branchMerge: Command = {
  name: 'branch merge',
  usage: 'db.branch --into db.t [--conflicts fail|skip|accept] [--ours KEY] [--theirs KEY] [--yes] [--confirm db.t]',
  summary: later('Bring what a branch changed into a table; without --yes only show what that comes to'),
  options: {
    into: { type: 'string', value: 'db.t', about: later('The table that it is merged into') },
    conflicts: {
      type: 'string',
      value: 'RULE',
      about: later('Of rows that both changed: fail (usual) merges nothing, skip keeps ours, accept takes theirs'),
    },
    ours: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      about: later("Keep the table's row of this key (of several columns a JSON array); may be repeated"),
    },
    theirs: {
      type: 'string',
      value: 'KEY',
      multiple: true,
      about: later("Take the branch's row of this key (of several columns a JSON array); may be repeated"),
    },
    yes: { type: 'boolean', about: later('Do it; without it, only say what it comes to') },
    confirm: confirmOption('db.t'),
  },
  takes: [1, 1],
  async run(invocation) {
    const { output, signal } = invocation;
    const source = readTable(invocation.positionals[0], say('The branch'));
    const table = readTable(invocation.option('into'), '--into');
    const [from, into] = [tableText(source), tableText(table)];
    const wanted = { source, rule: ruleOf(invocation.option('conflicts')), choices: choicesOf(invocation) };
    const confirmed = confirmedName(invocation);
    requireSameName(confirmed, say('Merging into {0}', into), into);
    const opened = await invocation.open();
    const { store, environment } = opened;
    const consents = invocation.has('yes') || confirmed !== undefined;
    if (consents) await gate(invocation, opened, source, table);
    const asked: MergeQuestion[] = [];
    const done = await mergeRows(
      { store, table, environment },
      wanted,
      async (question) => {
        asked.push(question);
        if (question.isAsItWas || !consents || question.plan.open > 0) return false;
        requireConsent(environment, confirmed, say('Merging into {0}', into), into);
        return true;
      },
      signal,
    );
    const question = asked.at(-1);
    if (!question) throw new Failure('cancelled');
    const { plan, sentence, isAsItWas } = question;
    const head = { branch: from, into, conflicts: plan.conflictRows, open: plan.open, preview: plan.counts };
    if (done) {
      const { rowsChanged, safetySnapshot, verified } = done;
      const { archived, returned, kept } = await remember(
        invocation,
        opened,
        partialRestore(table, done, { merged: from }),
      );
      const known = { ...head, rowsChanged, safetySnapshot, verified, archived, returned };
      output.document(kept ? { ...known, undo: 'restoreRows' } : known, () =>
        together(
          say('{0} is merged into {1}: {2} changed, {3}.', from, into, rowsText(rowsChanged), checkText(verified)),
          kept
            ? say('To undo: restore {0} --undo {1}', into, safetySnapshot)
            : say('The rows as they were are kept as {0}.', safetySnapshot),
        ),
      );
      return verified ? 0 : 3;
    }
    const document = { ...head, rowsChanged: plan.edits.length, safetySnapshot: null, verified: isAsItWas };
    const setBack = await setBackRows(new Registry(store), { source, into: table }, plan);
    output.document({ ...document, ...(setBack > 0 && { setBack }), rows: conflictJson(plan) }, () =>
      [
        together(
          sentence,
          setBack > 0 && say('Set back here since it was merged, and changed again by this: {0}.', rowsText(setBack)),
        ),
        ...conflictLines(plan),
      ].join('\n'),
    );
    if (plan.open > 0) {
      output.error(
        say(
          'Nothing was merged. Decide with {0}, or row by row with {1} and {2}.',
          '--conflicts skip|accept',
          '--ours KEY',
          '--theirs KEY',
        ),
      );
      return 3;
    }
    if (isAsItWas) return 0;
    output.error(
      say('Nothing was changed. To merge, add {0}.', environment === 'production' ? `--confirm ${into}` : '--yes'),
    );
    return 2;
  },
};
