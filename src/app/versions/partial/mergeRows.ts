/**
 * A merge that is known before it is made: what each row comes to is reckoned from its three versions, shown, and then put there by its
 * key in one transaction that looks at every row before and after. MERGE itself, which on a server can answer OK and lose a row, is not used.
 */
import { say, together } from '../../../base/say.ts';
import { Failure } from '../../../base/failure.ts';
import { changedRows } from '../../../data/change.ts';
import type { SidesRow, Store } from '../../../data/store.ts';
import { type TableName, tableText } from '../../../data/table.ts';
import { sameValue, type Value } from '../../../data/value.ts';
import { live, type Version } from '../../../data/version.ts';
import type { ConflictRule } from '../../../git4data/branches/command.ts';
import { deltaText, rowsText } from '../../../words/numbers.ts';
import { carryOut, type RowsDone, type RowsPlace, type RowsQuestion } from './restoreRows.ts';
import { ChosenRows, keyText, type RowChoices, type Side } from './rowChoices.ts';
import { EditList, keyedTable, planOf, type RowsPlan } from './rowsToRestore.ts';

/** What is merged, and what becomes of rows that both sides changed, each to other values. */
export interface MergeWanted {
  readonly source: TableName;
  /** The version of the source; default the one of now. */
  readonly at?: Version;
  readonly rule: ConflictRule;
  /** Of single rows: what holds for them whatever the rule says. */
  readonly choices: RowChoices;
}

/** Rows that both sides changed of which the three versions are held, to be shown; the others are counted. */
const heldConflicts = 1000;

const tooMany = (source: TableName, into: TableName, most: string): Failure =>
  new Failure('run.refused', {
    what: say('Merging {0} into {1}', tableText(source), tableText(into)),
    why: say(
      'it changes more than {0} rows, and each is held in memory. Make a snapshot of {1}, then bring them over by the SQL statement DATA BRANCH MERGE, or a part at a time by DATA BRANCH PICK, and look at the DIFF afterwards.',
      most,
      tableText(into),
    ),
  });

/** A plan with the rows that both sides changed. */
export interface MergePlan extends RowsPlan {
  readonly key: readonly number[];
  /** The first of these rows, at most `heldConflicts`. */
  readonly conflicts: readonly SidesRow[];
  /** How many there are. */
  readonly conflictRows: number;
  /** Of these: rows for which nothing was decided, so that nothing can be merged. */
  readonly open: number;
}

/** What a person is asked before a merge, with the rows that both sides changed. */
export interface MergeQuestion extends RowsQuestion {
  readonly plan: MergePlan;
}

const sameRow = (a: readonly Value[] | null, b: readonly Value[] | null): boolean =>
  a === null || b === null ? a === b : a.every((value, c) => sameValue(value, b[c] ?? null));

/** The key of a row, by the places of its columns. */
export const keyOf = ({ base, theirs, ours }: SidesRow, key: readonly number[]): Value[] =>
  key.map((c) => (theirs ?? ours ?? base ?? [])[c] ?? null);

/** What the merge comes to; nothing is changed. `branch.unrelated`, `delta.schemaChanged`, `usage.wrong` for a choice of no or of several rows. */
async function planMerge(
  store: Store,
  into: TableName,
  { source, at = live, rule, choices }: MergeWanted,
  signal?: AbortSignal,
): Promise<MergePlan> {
  const info = await keyedTable(store, into);
  const names = info.columns.map(({ name }) => name);
  const key = info.key.map((name) => names.indexOf(name));
  const list = new EditList((most) => tooMany(source, into, most));
  const conflicts: SidesRow[] = [];
  const chosen = new ChosenRows(choices, key.length);
  let conflictRows = 0;
  let open = 0;
  for await (const page of store.readSides({ source, at, into }, signal))
    for (const row of page.rows) {
      const isConflict = !sameRow(row.base, row.ours);
      if (isConflict && ++conflictRows <= heldConflicts) conflicts.push(row);
      const choice = isConflict ? (chosen.of(keyOf(row, key)) ?? sideOf[rule]) : 'theirs';
      if (choice === null) open++;
      else if (choice === 'theirs') list.add(row.ours, row.theirs);
    }
  chosen.requireOneEach();
  return { ...planOf(info, list, 0), conflicts, conflictRows, open };
}

/** What a rule decides of a conflict; null: nothing. */
const sideOf: Readonly<Record<ConflictRule, Side | null>> = { fail: null, skip: 'ours', accept: 'theirs' };

function sentenceOf(source: TableName, into: TableName, { counts, edits, conflictRows, open }: MergePlan): string {
  const [from, to] = [tableText(source), tableText(into)];
  const both = rowsText(conflictRows);
  if (open > 0)
    return say(
      '{0} and {1} both changed {2}, each to other values. Nothing is merged before that is decided.',
      from,
      to,
      both,
    );
  const decided = conflictRows > 0 && say('Both sides changed {0}, which was decided.', both);
  if (edits.length === 0) return together(say('Nothing of {0} is to be merged into {1}.', from, to), decided);
  return together(
    say('Merging {0} into {1} changes {2} ({3}).', from, to, rowsText(changedRows(counts)), deltaText(counts)),
    decided,
    say('A safety snapshot is made first, so this can be undone.'),
  );
}

/**
 * Null when the person said no. `branch.conflict` where conflicts are left undecided and the answer is yes all the same; a row that is written
 * to between plan and merge makes another plan, which is asked again.
 */
export async function mergeRows(
  place: RowsPlace,
  wanted: MergeWanted,
  ask: (question: MergeQuestion) => Promise<boolean>,
  signal: AbortSignal,
): Promise<RowsDone | null> {
  const { store, table: into } = place;
  const plans = new Map<RowsPlan, MergePlan>();
  const known = (plan: RowsPlan): MergePlan => plans.get(plan) ?? { ...plan, conflicts: [], conflictRows: 0, open: 0 };
  return carryOut(
    place,
    tableText(wanted.source),
    async () => {
      const plan = await planMerge(store, into, wanted, signal);
      plans.set(plan, plan);
      return plan;
    },
    (plan) => sentenceOf(wanted.source, into, known(plan)),
    async (question) => {
      const plan = known(question.plan);
      const isAsItWas = question.isAsItWas && plan.open === 0;
      if (!(await ask({ ...question, isAsItWas, plan }))) return false;
      if (plan.open === 0) return true;
      const [first] = plan.conflicts;
      throw new Failure('branch.conflict', {
        source: tableText(wanted.source),
        target: tableText(into),
        key: first ? keyText(keyOf(first, plan.key)) : '',
        ...(plan.open > 1 && {
          rows: plan.open,
          keys: plan.conflicts.slice(0, 10).map((row) => keyText(keyOf(row, plan.key))),
        }),
      });
    },
    signal,
  );
}
