/** What is said of data and of a model, in words: one sentence first, numbers after. No sentence accuses a model for its data, or data for its model. */
import type { DataNote, DataVerdict, RowKinds, SuspectGroup, Suspects } from '../data/judgement.ts';
import type { JudgedPair, ModelVerdict } from '../data/trainer.ts';
import { say, together } from '../base/say.ts';
import { ninety } from '../base/statistics.ts';
import { countText, intervalText, percentText, pointsText, rowsText, shareText, sizeText } from './numbers.ts';
import { type JudgementNames, reasonSentence } from './reasons.ts';
import { rowsWithin, valueText } from './slices.ts';

/** The data's verdict in one word. */
export function dataWord(verdict: DataVerdict['verdict']): string {
  switch (verdict) {
    case 'consistent':
      return say('consistent');
    case 'suspect':
      return say('suspect');
    case 'none':
      return say('not judged');
  }
}

/** The data's verdict: of suspect data the strongest reason, and how many there are beside it. */
export function dataSentence({ verdict, reasons, kinds }: DataVerdict, names: JudgementNames): string {
  if (verdict === 'none') return say('There was no change to judge the data by.');
  const [first, ...others] = reasons;
  if (!first) {
    const { labels, features, inserted, firstLabels, removed } = kinds;
    return say(
      'The changes fit what {0} knows: {1}.',
      names.parent,
      rowsText(labels + features + inserted + firstLabels + removed),
    );
  }
  const more =
    others.length === 0
      ? null
      : others.length === 1
        ? say('There is 1 more reason to look.')
        : say('There are {0} more reasons to look.', countText(others.length));
  return together(reasonSentence(first, names), more);
}

const driftText = ({ column, rows, value, upper }: DataNote, { parent }: JudgementNames): string =>
  column === null
    ? say(
        'The {0} new rows differ from the others: the mean loss of {1} is {2} there, and {3} elsewhere. That alone is no reason to ask.',
        countText(rows),
        parent,
        (value ?? 0).toFixed(3),
        (upper ?? 0).toFixed(3),
      )
    : say('{0} of the new rows lies elsewhere than before (a gap of {1}).', column, shareText(value ?? 0));

const daysText = (days: number): string =>
  days === 1 ? say('1 day') : say('{0} days', days < 10 ? String(Number(days.toFixed(1))) : countText(days));

const firstLabelText = ({ rows, value, upper }: DataNote): string =>
  together(
    rows === 1
      ? say('1 row that had no label has one now.')
      : say('{0} rows that had no label have one now.', countText(rows)),
    value !== null &&
      upper !== null &&
      say('Half of them came within {0}, 95 % within {1}.', daysText(value), daysText(upper)),
  );

const retentionText = ({ column, rows, of, value }: DataNote, { dates }: JudgementNames): string =>
  say(
    'The oldest {0} ({1}) are gone, all with {2} up to {3}. If that is not how long rows are kept, the head of a file is missing.',
    rowsText(rows),
    percentText(rows / Math.max(1, of)),
    column ?? '',
    valueText(column ?? '', value ?? 0, dates),
  );

const approvedText = ({ rows, upper }: DataNote): string =>
  upper === null
    ? say('A change of {0} is as approved.', rowsText(rows))
    : say('A change of {0} is as approved, which holds for {1} more rounds.', rowsText(rows), countText(upper));

const excludedText = ({ rows }: DataNote): string =>
  rows === 1
    ? say('1 row was left out, as a person decided.')
    : say('{0} rows were left out, as a person decided.', countText(rows));

const notes: Readonly<Record<DataNote['kind'], (note: DataNote, names: JudgementNames) => string>> = {
  drift: driftText,
  retention: retentionText,
  firstLabels: firstLabelText,
  categoriesNew: ({ column, rows, of, text }) =>
    say(
      '{0} shows values that it never had, in {1} of {2} new rows: {3}.',
      column ?? '',
      countText(rows),
      countText(of),
      text ?? '',
    ),
  // A parent of values is asked about no others; one of classes about all, unless it knows them too well.
  testRowsAlone: ({ rows, of, text }, { parent }) =>
    text
      ? say(
          '{0} was asked about {1} of {2} changed rows: those it was not trained on.',
          parent,
          countText(rows),
          countText(of),
        )
      : say(
          '{0} knows its train rows by heart, so it was asked about {1} of {2} changed rows: those it was not trained on.',
          parent,
          countText(rows),
          countText(of),
        ),
  factsMade: ({ rows }, { parent }) =>
    say('What is usual in the table was not kept with {0}, so all {1} were read once.', parent, rowsText(rows)),
  approved: approvedText,
  excluded: excludedText,
  columnsCame: ({ text }) => say('Columns that came: {0}.', text ?? ''),
  columnsWent: ({ text }) => say('Columns that went: {0}.', text ?? ''),
  columnsRenamed: ({ text }) => say('Columns that seem to be renamed, as they have the same values: {0}.', text ?? ''),
  columnsRetyped: ({ text }) => say('Columns of another type: {0}.', text ?? ''),
  notJudged: ({ text }) => say('The data were not judged: {0}', text ?? ''),
};

/** What became of the rows since the parent's snapshot: `1,754 unchanged · 318 with another label`. */
export function kindsText({ unchanged, labels, features, inserted, firstLabels, removed }: RowKinds): string {
  const some = (rows: number, text: string): string[] => (rows === 0 ? [] : [text]);
  return [
    say('{0} unchanged', rowsText(unchanged)),
    ...some(labels, say('{0} with another label', countText(labels))),
    ...some(features, say('{0} with other features', countText(features))),
    ...some(inserted, say('{0} new', countText(inserted))),
    ...some(firstLabels, say('{0} with a first label', countText(firstLabels))),
    ...some(removed, say('{0} gone', countText(removed))),
  ].join(' · ');
}

/** What a person should know, as a sentence. */
export const noteSentence = (note: DataNote, names: JudgementNames): string => notes[note.kind](note, names);

/** What a group of changed rows is, without its figures: `support_calls changed in 4,165 rows, all in West`. */
export const groupText = (
  { change, column, label, rows, where }: Omit<SuspectGroup, 'hashes'>,
  { dates }: JudgementNames,
): string => {
  const within = rowsWithin(rowsText(rows), where, dates);
  switch (change) {
    case 'features':
      return say('{0} changed in {1}', column ?? '', within);
    case 'labels':
      return label === null
        ? say('the label changed in {0}', within)
        : say('{0} became {1} in {2}', label.from ?? '', label.to ?? '', within);
    case 'inserted':
      return say('new: {0}', within);
    case 'removed':
      return label?.from ? say('gone, of {0}: {1}', label.from, within) : say('gone: {0}', within);
  }
};

/** A group of changed rows with what it costs: `support_calls changed in 4,165 rows, all in West: .887 to .257, 92 % of the cost`. */
export function suspectText(group: Omit<SuspectGroup, 'hashes'>, names: JudgementNames): string {
  const change = groupText(group, names);
  const share = percentText(group.share);
  if (group.before === null || group.after === null) return say('{0}: {1} of the cost', change, share);
  return say('{0}: {1} to {2}, {3} of the cost', change, shareText(group.before), shareText(group.after), share);
}

/** How much the groups explain: `41 of 3,200 changes explain 92 % of it.` */
export function suspectsSentence({ groups, explained }: Suspects, changes: number): string {
  if (groups.length === 0) return say('No group of changed rows stands out.');
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return say(
    '{0} of {1} changes explain {2} of it.',
    countText(rows),
    countText(Math.max(rows, changes)),
    percentText(explained),
  );
}

/** Whom a model is held against: `m4`; null where there is none. */
export interface RivalNames {
  readonly parent: string | null;
  readonly baseline: string | null;
}

/** Of how many rows, that are as they were or as they are. */
const unchangedFigures = (test: JudgedPair): string =>
  say('{0} points ({1}) on {2} that did not change', pointsText(test.difference), intervalText(test), rowsText(test.n));

const nowFigures = (test: JudgedPair): string =>
  say('{0} points ({1}) on {2} as they are now', pointsText(test.difference), intervalText(test), rowsText(test.n));

/** Of all rows that neither model was trained on; of older versions, which did not keep them, those that did not change. */
const unseenFigures = ({ pooled, unchanged }: ModelVerdict): string | null => {
  if (pooled)
    return say(
      '{0} points ({1}) on {2} that neither was trained on',
      pointsText(pooled.difference),
      intervalText(pooled),
      rowsText(pooled.n),
    );
  return unchanged && unchangedFigures(unchanged);
};

/** How much worse it may be at most, by the one-sided bound that the verdict goes by. */
function noWorseSentence(of: ModelVerdict, parent: string): string {
  const test = of.pooled ?? of.unchanged;
  if (!test) return say('No worse than {0}.', parent);
  return say(
    'No worse than {0}: {1} points on {2} that neither was trained on, and at most {3} less (95 %).',
    parent,
    pointsText(test.difference),
    rowsText(test.n),
    sizeText(Math.min(0, ninety(test).low)),
  );
}

/** Which look it is, and what a look may cost. */
export const lookSentence = ({ look }: ModelVerdict): string =>
  say(
    'Each look may cry worse wrongly once in {0}, so {1} honest rounds stay below 5 %; look {2} of {1}.',
    countText(Math.round(1 / look.alpha)),
    countText(look.of),
    countText(look.number),
  );

function worseSentence({ unchanged, baseline }: ModelVerdict, names: RivalNames, parent: string): string {
  if (unchanged?.verdict !== 'worse' && baseline)
    return say('Worse than the baseline {0}: {1}.', names.baseline ?? '', unchangedFigures(baseline));
  return unchanged ? say('Worse than {0}: {1}.', parent, unchangedFigures(unchanged)) : say('Worse than {0}.', parent);
}

function unclearSentence(of: ModelVerdict, parent: string): string {
  const figures = unseenFigures(of);
  const test = of.pooled ?? of.unchanged;
  if (figures === null || !test) return say("Can't tell it from {0}.", parent);
  return say(
    "Can't tell it from {0}: {1}; these rows can show {2} points.",
    parent,
    figures,
    sizeText(test.detectable),
  );
}

/** Said after a verdict on a model that is held: until a person approves its data nothing is trained on top of it or promoted. */
export const notActedOnSentence = (): string => say('Nobody goes by that, as its data are suspect.');

/** The model's verdict with its figures. */
export function modelSentence(of: ModelVerdict, names: RivalNames): string {
  const { unchanged, now } = of;
  const parent = names.parent ?? say('its parent');
  switch (of.verdict) {
    case 'none':
      return names.parent === null
        ? say('There is no earlier model to compare with.')
        : say('No row is left unchanged on which it could be held against {0}.', parent);
    case 'worse':
      return worseSentence(of, names, parent);
    case 'better':
      return now ? say('Better than {0}: {1}.', parent, nowFigures(now)) : say('Better than {0}.', parent);
    case 'same':
      return unchanged
        ? say('Equivalent to {0}: {1}.', parent, unseenFigures(of) ?? '')
        : say('Equivalent to {0}.', parent);
    case 'noWorse':
      return noWorseSentence(of, parent);
    case 'unclear':
      return unclearSentence(of, parent);
  }
}
