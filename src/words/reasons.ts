/** Each reason to ask a person about data, as a sentence: what became of which rows, and what it does to the model that knew them before. */
import type { Reason, ReasonKind } from '../data/judgement.ts';
import { say, together } from '../base/say.ts';
import { countText, percentText, rowsText, shareText } from './numbers.ts';
import { type DateColumns, rowsWithin, sliceText } from './slices.ts';

/** The names that the sentences need. */
export interface JudgementNames {
  /** `m4`: the model that was asked. */
  readonly parent: string;
  readonly dates: DateColumns;
}

type Sentence = (reason: Reason, names: JudgementNames) => string;

const changedRows = ({ rows, where }: Reason, { dates }: JudgementNames): string =>
  rowsWithin(rowsText(rows), where, dates);

const column = (reason: Reason): string => reason.column ?? '';
const from = (reason: Reason): string => reason.label?.from ?? '';
const to = (reason: Reason): string => reason.label?.to ?? '';
const before = (reason: Reason): number => reason.before ?? 0;
const after = (reason: Reason): number => reason.after ?? 0;

/** So small a fall of accuracy is none; it is the losses that rose. */
const noFall = 0.005;

const agreed = (reason: Reason, { parent }: JudgementNames): string =>
  say(
    'of {0} that {1} was asked about it agreed with {2} as they were and agrees with {3} as they are.',
    rowsText(reason.asked),
    parent,
    countText(Math.round(before(reason) * reason.asked)),
    countText(Math.round(after(reason) * reason.asked)),
  );

const labels: Sentence = (reason, names) =>
  say('The label changed in {0}: {1}', changedRows(reason, names), agreed(reason, names));

const labelPair: Sentence = (reason, names) =>
  say('{0} became {1} in {2}: {3}', from(reason), to(reason), changedRows(reason, names), agreed(reason, names));

const labelValues: Sentence = (reason, names) =>
  say(
    'The label changed in {0}: of {1} that {2} was asked about its answer is nearer to {3} as they were and to {4} as they are.',
    changedRows(reason, names),
    rowsText(reason.asked),
    names.parent,
    countText(Math.round(before(reason) * reason.asked)),
    countText(Math.round(after(reason) * reason.asked)),
  );

const features: Sentence = (reason, names) =>
  before(reason) - after(reason) < noFall
    ? say(
        '{0} changed in {1}; {2} is much less sure of the same labels there.',
        column(reason),
        changedRows(reason, names),
        names.parent,
      )
    : say(
        '{0} changed in {1}; {2} falls there from {3} to {4}.',
        column(reason),
        changedRows(reason, names),
        names.parent,
        shareText(before(reason)),
        shareText(after(reason)),
      );

const lostRows = (of: string, reason: Reason): string =>
  say(
    '{0} lost {1} of its {2} rows; of the others {3} are gone.',
    of,
    countText(reason.rows),
    countText(reason.of),
    percentText(before(reason)),
  );

const stretch: Sentence = (reason, { parent, dates }) =>
  reason.where
    ? say(
        '{0} of {1} with {2} are gone; of the others {3}.',
        countText(reason.rows),
        rowsText(reason.of),
        sliceText(reason.where, dates),
        percentText(before(reason)),
      )
    : say(
        'Of the rows that are about as hard for {0} as each other, {1} of {2} are gone; of the others {3}.',
        parent,
        countText(reason.rows),
        countText(reason.of),
        percentText(before(reason)),
      );

const sentences: Readonly<Record<ReasonKind, Sentence>> = {
  labels,
  labelPair,
  labelValues,
  classLost: (reason) =>
    say('{0} lost {1} of its {2} rows to other labels.', from(reason), countText(reason.rows), countText(reason.of)),
  features,
  columnBeyond: (reason, names) =>
    say(
      '{0} changed in {1}; {2} of the new values lie beyond all that {3} knows ({4} before).',
      column(reason),
      changedRows(reason, names),
      percentText(after(reason)),
      names.parent,
      percentText(before(reason)),
    ),
  columnOneValue: (reason, names) =>
    say(
      '{0} changed in {1}; {2} of them are {3} now.',
      column(reason),
      changedRows(reason, names),
      percentText(after(reason)),
      to(reason),
    ),
  columnMoved: (reason, names) =>
    say(
      '{0} changed in {1}; the new values lie elsewhere than those that they replaced.',
      column(reason),
      changedRows(reason, names),
    ),
  group: (reason, names) => {
    if (reason.column !== null) return features(reason, names);
    return reason.label === null ? labels(reason, names) : labelPair(reason, names);
  },
  inserted: (reason, names) =>
    say(
      '{0} no longer tells the labels of {1} apart: its skill in ranking falls from {2} to {3}.',
      names.parent,
      rowsWithin(
        reason.of === 1 ? say('1 new row') : say('{0} new rows', countText(reason.of)),
        reason.where,
        names.dates,
      ),
      shareText(before(reason)),
      shareText(Math.max(0, after(reason))),
    ),
  newBeyond: (reason, { parent }) =>
    say(
      '{0} of the new values of {1} lie beyond all that {2} knows ({3} before).',
      percentText(after(reason)),
      column(reason),
      parent,
      percentText(before(reason)),
    ),
  newLabelBeyond: (reason, { parent }) =>
    say(
      '{0} of the labels of new rows lie beyond all that {1} knows ({2} before).',
      percentText(after(reason)),
      parent,
      percentText(before(reason)),
    ),
  newOneValue: (reason) =>
    say(
      '{0} is {1} in {2} of {3} new rows.',
      column(reason),
      to(reason),
      percentText(after(reason)),
      countText(reason.rows),
    ),
  labelMissing: (reason) =>
    say(
      '{0} is missing among {1} new rows: there are {2}, and about {3} were to be expected.',
      from(reason),
      countText(reason.of),
      countText(reason.rows),
      countText(Math.round(before(reason) * reason.of)),
    ),
  duplicates: (reason) =>
    say('{0} of {1} new rows are copies of other rows.', countText(reason.rows), countText(reason.of)),
  manyRemoved: (reason) => say('{0} of {1} are gone.', countText(reason.rows), rowsText(reason.of)),
  classGone: (reason) =>
    reason.rows === reason.of
      ? say('No row of {0} is left: {1} were deleted.', from(reason), countText(reason.rows))
      : say(
          'Hardly a row of {0} is left: {1} of {2} were deleted.',
          from(reason),
          countText(reason.rows),
          countText(reason.of),
        ),
  classLostRows: (reason) => lostRows(from(reason), reason),
  valueLostRows: (reason, { dates }) => lostRows(reason.where ? sliceText(reason.where, dates) : '', reason),
  stretchLostRows: stretch,
  rowsReturned: (reason) => say('{0} are again what an older version had.', rowsText(reason.rows)),
  categoriesExchanged: (reason, names) =>
    say(
      '{0}: {1} and {2} changed places in {3}.',
      column(reason),
      from(reason),
      to(reason),
      changedRows(reason, names),
    ),
  sameValuesElsewhere: (reason, names) =>
    say(
      '{0} changed in {1}: the same values as before, in other rows, as after a join by the wrong key.',
      column(reason),
      changedRows(reason, names),
    ),
  columnRewritten: (reason, names) => say('{0} was rewritten in {1}.', column(reason), changedRows(reason, names)),
};

/** What a reason is about, in a list. */
export function reasonWord(kind: ReasonKind): string {
  const words: Readonly<Record<ReasonKind, string>> = {
    labels: say('labels changed'),
    labelPair: say('one label became another'),
    classLost: say('a class lost rows to other labels'),
    labelValues: say('labels moved'),
    features: say('a column changed'),
    columnBeyond: say('values beyond what was known'),
    columnOneValue: say('a column became one value'),
    columnMoved: say('values moved'),
    group: say('one group of changes'),
    inserted: say('new rows'),
    newBeyond: say('new values beyond what was known'),
    newOneValue: say('one value in all new rows'),
    newLabelBeyond: say('new labels beyond what was known'),
    labelMissing: say('a class is missing among new rows'),
    duplicates: say('copies of rows'),
    manyRemoved: say('many rows are gone'),
    classGone: say('a class is gone'),
    classLostRows: say('a class lost rows'),
    valueLostRows: say('a value lost rows'),
    stretchLostRows: say('a stretch of rows is gone'),
    rowsReturned: say('rows are as they were before'),
    categoriesExchanged: say('two values changed places'),
    sameValuesElsewhere: say('the same values in other rows'),
    columnRewritten: say('a column was rewritten'),
  };
  return words[kind];
}

/** Rows that the parent still finds as what they were look like those of their class that nobody changed. */
const recallText = ({ recall }: Reason, { parent }: JudgementNames): string | null =>
  recall
    ? say(
        'Recall of {0} by {1}: {2} on these rows as they were, {3} on rows of it that did not change.',
        recall.class,
        parent,
        shareText(recall.changed),
        shareText(recall.unchanged),
      )
    : null;

/** One reason, the suspect named: one sentence, and of labels of one class its recall. */
export const reasonSentence = (reason: Reason, names: JudgementNames): string =>
  together(sentences[reason.kind](reason, names), recallText(reason, names));
