/** Leaks in whole sentences: what was found, and what mends it. */
import { say } from '../base/say.ts';
import type { Counted, Leak, LeaksFound, NoTimes } from '../data/splitting/leak.ts';
import { countText } from './numbers.ts';

function numberText(count: number, counted: Counted): string {
  if (counted === 'about') return say('about {0}', countText(count));
  return counted === 'atLeast' ? say('at least {0}', countText(count)) : countText(count);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function labelText({ feature, equals, right, asked }: Extract<Leak, { kind: 'label' }>, label: string): string {
  if (equals)
    return say(
      '"{0}" equals the label "{1}" in every row that was looked at. Leave it out of the features, unless it is known before the label is.',
      feature,
      label,
    );
  return say(
    '"{0}" alone tells the label "{1}" of {2} of {3} rows. Leave it out of the features, unless it is known before the label is.',
    feature,
    label,
    countText(right),
    countText(asked),
  );
}

function copiesText({ columns, count, counted }: Extract<Leak, { kind: 'copies' }>): string {
  const number = capital(numberText(count, counted));
  return columns === null
    ? say('{0} test rows are train rows, too, under other keys: what was learnt by heart is tested.', number)
    : say(
        '{0} values of "{1}" have rows on several sides: copies of what is trained on are tested. Split by the group "{1}".',
        number,
        columns.join(', '),
      );
}

function lateText({ column, rows, after, isTrain, counted }: Extract<Leak, { kind: 'late' }>): string {
  const number = capital(numberText(rows, counted));
  return isTrain
    ? say(
        '{0} labels of train rows were known, by "{1}", only when the test rows had begun ({2}). Leave a gap before the test rows.',
        number,
        column,
        after,
      )
    : say(
        '{0} labels were known, by "{1}", only after {2}. Take such rows in when their time has come.',
        number,
        column,
        after,
      );
}

/** A leak in a sentence or two. */
function leakText(leak: Leak, label: string): string {
  switch (leak.kind) {
    case 'label':
      return labelText(leak, label);
    case 'group':
      return say(
        '{0} values of "{1}" have train and test rows: what was learnt of one of them is tested on it. Split by the group "{1}", or by time.',
        capital(numberText(leak.groups, leak.counted)),
        leak.columns.join(', '),
      );
    case 'time':
      return say(
        '{0} train rows are later, by "{1}", than the first test row ({2}): the future is learnt and the past is tested. Split by the time "{1}".',
        capital(numberText(leak.rows, leak.counted)),
        leak.column,
        leak.from,
      );
    case 'copies':
      return copiesText(leak);
    case 'late':
      return lateText(leak);
  }
}

const noTimesText = ({ column, rows, example, isWhole }: NoTimes): string =>
  say(
    '{0} rows have no date and no number in "{1}", like "{2}": by it nothing is told of them. Name another column under "leaks", or none.',
    capital(numberText(rows, isWhole ? 'exact' : 'atLeast')),
    column,
    example,
  );

/** All of them, as a run, an advice and a check of changes say them: `A leak: …`; and what could not be looked at. */
export const leakNotes = ({ leaks, noTimes }: LeaksFound, label: string): string[] => [
  ...leaks.map((leak) => say('A leak: {0}', leakText(leak, label))),
  ...noTimes.map(noTimesText),
];
