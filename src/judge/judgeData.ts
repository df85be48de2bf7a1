/** The data's verdict: whether a delta is one that a person should look at before anything is trained on top of it, and why. */
import { at } from '../base/assert.ts';
import { sha256 } from '../base/sha256.ts';
import type { DataNote, DataVerdict, Reason } from '../data/judgement.ts';
import { sideNumbers } from '../data/trainPage.ts';
import { approvedBy } from './approvals.ts';
import { changeOf } from './changeOf.ts';
import { type Context, contextOf } from './context.ts';
import type { DataQuestion } from './question.ts';
import { featureReasons } from './reasons/features.ts';
import { groupReasons } from './reasons/groups.ts';
import { driftNotes, insertedReasons } from './reasons/inserted.ts';
import { labelReasons } from './reasons/labels.ts';
import { labelValueReasons, newLabelReasons } from './reasons/labelValues.ts';
import { newValueNotes, newValueReasons } from './reasons/newValues.ts';
import { removedReasons, retentionNotes, retentionOf } from './reasons/removed.ts';
import { replacedReasons } from './reasons/replaced.ts';
import { rewrittenReasons } from './reasons/rewritten.ts';
import { cameKinds, countKinds, rowKind } from './rows/changedRows.ts';

const note = (kind: DataNote['kind'], of: Partial<DataNote>): DataNote => ({
  kind,
  column: null,
  rows: 0,
  of: 0,
  value: null,
  upper: null,
  text: null,
  ...of,
});

const quantile = (sorted: Float64Array, share: number): number | null =>
  sorted.length === 0 ? null : at(sorted, Math.floor(share * (sorted.length - 1)));

/** Labels that came late, and how late by the newest date of their row. */
function firstLabelNotes({ changes, columns, question }: Context): DataNote[] {
  const rows = Uint32Array.from(changes.kinds.keys()).filter((i) => at(changes.kinds, i) === rowKind.firstLabel);
  if (rows.length === 0) return [];
  const dates = columns.filter(({ column }) => column.kind === 'date');
  const delays = Float64Array.from(rows, (i) => {
    const known = dates.map(({ place }) => at(at(changes.after, place), i)).filter((day) => !Number.isNaN(day));
    return known.length === 0 || question.day === null ? Number.NaN : question.day - Math.max(...known);
  })
    .filter((delay) => !Number.isNaN(delay))
    .sort();
  const [value, upper] = [quantile(delays, 0.5), quantile(delays, 0.95)];
  return [note('firstLabels', { rows: rows.length, of: changes.rows, value, upper })];
}

/** Whether the parent was asked about all changed rows, where it was asked at all. */
function everyRowOf({ view, values, labels, features }: Context): boolean {
  if (view) return view.everyRow;
  return values === null || [labels, features].every((rows) => rows.every((row) => values.mayAsk(row)));
}

function notesOf(context: Context): DataNote[] {
  const { changes } = context;
  const unseen = changes.sides.reduce((sum, side) => sum + (side === sideNumbers.train ? 0 : 1), 0);
  const alone = everyRowOf(context)
    ? []
    : [note('testRowsAlone', { rows: unseen, of: changes.rows, text: context.values ? 'values' : null })];
  return [
    ...retentionNotes(context),
    ...driftNotes(context),
    ...newValueNotes(context),
    ...firstLabelNotes(context),
    ...alone,
  ];
}

/** The kinds of rows behind each change that a reason can be about, as bits. */
const kindsOf = {
  labels: rowKind.labels,
  features: rowKind.features,
  inserted: cameKinds,
  copies: cameKinds,
  removed: rowKind.removed,
  any: rowKind.labels | rowKind.features,
} as const;

/** SHA-256 of reasons, and of the rows that they are about, with what these became. */
function hashOf({ changes }: Context, reasons: readonly Reason[]): string {
  const kinds = reasons.reduce((bits, reason) => bits | kindsOf[changeOf[reason.kind]], 0);
  const rows: string[] = [];
  changes.kinds.forEach((kind, i) => {
    if (kind & kinds) rows.push(`${at(changes.hashes, i)}:${at(changes.contentAfter, i).toString(36)}`);
  });
  const said = reasons.map(({ kind, column, label, where, rows: count, direction }) =>
    JSON.stringify([kind, column, label?.from ?? null, label?.to ?? null, where, count, direction]),
  );
  return sha256([...said.sort(), ...rows.sort()].join('\n'));
}

/** A group that is all of what another reason says already is no reason of its own. */
const withoutTwice = (reasons: readonly Reason[]): Reason[] =>
  reasons.filter(
    ({ kind, column, label, rows }) =>
      kind !== 'group' ||
      !reasons.some(
        (other) =>
          other.kind !== 'group' &&
          other.rows === rows &&
          (column === null
            ? label !== null && other.label?.from === label.from && other.label.to === label.to
            : other.column === column),
      ),
  );

/** Reasons that a person must be asked about, and the notes of those that one has approved. */
function sorted(reasons: readonly Reason[], { approvals }: DataQuestion): { asked: Reason[]; notes: DataNote[] } {
  const asked: Reason[] = [];
  const notes: DataNote[] = [];
  for (const reason of withoutTwice(reasons).sort((a, b) => b.strength - a.strength)) {
    const approval = approvedBy(reason, approvals);
    if (approval === null) asked.push(reason);
    else
      notes.push(
        note('approved', {
          column: reason.column,
          rows: reason.rows,
          of: reason.of,
          value: approval.id,
          upper: approval.roundsLeft,
          text: reason.kind,
        }),
      );
  }
  return { asked, notes };
}

/** Judges a delta by its rows, the base's facts and the parent's answers. Pure: the same question has the same verdict and hash. */
export function judgeData(question: DataQuestion): DataVerdict {
  const { changes, facts } = question;
  const kinds = countKinds(changes, facts.rows);
  if (changes.rows === 0) return { verdict: 'none', reasons: [], notes: [], kinds, asked: 'everyRow', hash: null };
  const context = contextOf(question);
  const { asked, notes } = sorted(
    [
      ...labelReasons(context),
      ...labelValueReasons(context),
      ...featureReasons(context),
      ...groupReasons(context),
      ...replacedReasons(context),
      ...insertedReasons(context),
      ...newValueReasons(context),
      ...newLabelReasons(context),
      ...removedReasons(context),
      ...rewrittenReasons(context),
    ],
    question,
  );
  return {
    verdict: asked.length > 0 ? 'suspect' : 'consistent',
    reasons: asked,
    notes: [...notes, ...notesOf(context)],
    kinds,
    asked: everyRowOf(context) ? 'everyRow' : 'unseenRows',
    hash: asked.length > 0 ? hashOf(context, asked) : null,
  };
}

const removedKinds: readonly string[] = ['manyRemoved', 'classLostRows', 'valueLostRows', 'stretchLostRows'];

/**
 * The test rows that were removed since the parent's snapshot and count as they were when a model is judged, as places in the
 * changed rows: not those that retention took, and none where their removal was approved.
 */
export function removedTestRows(question: DataQuestion, verdict: Pick<DataVerdict, 'notes'>): Uint32Array {
  const context = contextOf(question);
  const { changes } = context;
  if (verdict.notes.some(({ kind, text }) => kind === 'approved' && removedKinds.includes(text ?? '')))
    return new Uint32Array(0);
  const test = context.removed.filter((i) => at(changes.sides, i) === sideNumbers.test);
  const retention = retentionOf(context);
  if (!retention) return test;
  const ages = at(changes.before, retention.here.place);
  return test.filter((i) => !(at(ages, i) <= retention.to));
}
