/** How a run ends that has nothing to train on: what changed is judged all the same, as rows that went can be a bad load too. */
import { say, together } from '../../../base/say.ts';
import { changedRows, noChanges } from '../../../data/change.ts';
import type { RunOutcome } from '../../../data/run.ts';
import { tableText } from '../../../data/table.ts';
import type { Training } from '../../../data/training.ts';
import { atSnapshot } from '../../../data/version.ts';
import { dataSentence } from '../../../words/judgement.ts';
import { countText, rowsText } from '../../../words/numbers.ts';
import { judgementNames } from '../../../words/outcomeText.ts';
import { columnChanges, columnSentences } from '../../versions/columnChanges.ts';
import type { Start } from '../runStart.ts';
import type { Workbench } from '../workbench.ts';
import { judgeChanges } from './judgeChanges.ts';

type Judged = NonNullable<Extract<RunOutcome, { model: null }>['judged']>;

/** What the parent says of the changes; null where there is none that could be asked. */
async function judged(
  training: Training,
  workbench: Pick<Workbench, 'store' | 'registry' | 'trainer'>,
  start: Start,
  signal: AbortSignal,
): Promise<Judged | null> {
  const { parent } = start;
  const result = await judgeChanges(training, workbench, start, signal);
  if (!parent || !result) return null;
  const groups = result.suspects.groups.map(({ hashes: _hashes, ...group }) => group);
  return { parent: parent.number, plan: parent.plan, judgement: { data: result.data, groups } };
}

/** Nothing is registered, so nothing is held: a later run with rows to train on has these changes in its delta, and is. */
export async function nothingToTrain(
  training: Training,
  workbench: Pick<Workbench, 'store' | 'registry' | 'trainer'>,
  start: Start,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { facts, base, snapshot, advice, notes } = start;
  const counts = facts?.counts ?? noChanges;
  const table = tableText(training.table);
  if (facts === null || changedRows(counts) === 0) {
    const sentence = say(
      'Nothing changed in {0} since {1}, so there is nothing to train on.',
      table,
      base?.name ?? snapshot.name,
    );
    const sides = base && { table: training.table, from: atSnapshot(base.name), to: atSnapshot(snapshot.name) };
    const columns = columnSentences(sides && (await columnChanges(workbench.store, sides, signal)));
    return { model: null, reason: 'delta.empty', advice, sentence, notes: [...notes, ...columns], judged: null };
  }
  const sentence = say(
    '{0} of {1} changed since {2}, but no train row with a label: {3} test rows, {4} validation rows, {5} without a label, {6} deleted.',
    rowsText(changedRows(counts)),
    table,
    base?.name ?? snapshot.name,
    countText(facts.test),
    countText(facts.validation),
    countText(facts.unlabelled),
    countText(counts.deleted),
  );
  const asked = await judged(training, workbench, start, signal);
  const isSuspect = asked?.judgement.data.verdict === 'suspect';
  const suspect =
    isSuspect && say('These changes are suspect. {0}', dataSentence(asked.judgement.data, judgementNames(asked)));
  return {
    model: null,
    reason: 'delta.untrainable',
    advice,
    sentence: together(sentence, suspect),
    notes,
    judged: asked,
  };
}
