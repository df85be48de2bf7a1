/** Rows that went: did a class, a value, a stretch of keys, of time or of a number lose far more of its rows than the rest? */
import { at } from '../../base/assert.ts';
import type { DataNote, Reason, ReasonKind } from '../../data/judgement.ts';
import { type ColumnHere, type Context, reasonOf } from '../context.ts';
import { judgedValue } from '../facts/baseFacts.ts';
import { type ColumnFacts, Cumulative, rowsWith } from '../facts/columnFacts.ts';
import { removedRule } from '../rule.ts';
import { type LossByValue, lossRatio, lostPrefix, lostStretch } from '../statistics/scan.ts';
import { sortedValues } from '../statistics/ranking.ts';

/** Rows and removed rows, those that are retention left out. */
interface Population {
  readonly rows: number;
  readonly removed: Uint32Array;
  /** Rows that retention took. */
  readonly aged: number;
}

/** The base by value, with the rows that went: a value that lost some, and what lies between two of them. */
function lossesOf(facts: ColumnFacts, gone: Float64Array): LossByValue {
  const there = sortedValues(gone);
  const known = new Cumulative(facts);
  const values: number[] = [];
  const rows: number[] = [];
  const lost: number[] = [];
  const put = (value: number, n: number, k: number): void => {
    values.push(value);
    rows.push(n);
    lost.push(k);
  };
  let below = 0;
  for (let i = 0; i < there.length; ) {
    const value = at(there, i);
    let end = i + 1;
    while (end < there.length && there[end] === value) end += 1;
    const own = Math.max(end - i, rowsWith(facts, value));
    const upTo = known.upTo(value);
    const between = Math.max(0, upTo - below - own);
    if (between > 0) put(value, between, 0);
    put(value, own, end - i);
    below = Math.max(upTo, below + own);
    i = end;
  }
  const rest = facts.rows - facts.missing - below;
  if (rest > 0) put(Number.POSITIVE_INFINITY, rest, 0);
  return { values: Float64Array.from(values), rows: Float64Array.from(rows), lost: Float64Array.from(lost) };
}

const cellsOf = ({ changes }: Context, { place }: ColumnHere, rows: Uint32Array): Float64Array =>
  Float64Array.from(rows, (i) => at(at(changes.before, place), i));

/** Columns that tell how old a row is: parts of the key, and dates. */
const ages = (context: Context): ColumnHere[] => [
  ...context.keys,
  ...context.columns.filter(({ column }) => column.kind === 'date'),
];

interface Retention {
  readonly here: ColumnHere;
  readonly to: number;
  readonly lost: number;
}

/** The oldest rows gone: what retention does, by whichever age explains most. */
export function retentionOf(context: Context): Retention | null {
  let best: Retention | null = null;
  for (const here of ages(context)) {
    const found = lostPrefix(lossesOf(here.facts, cellsOf(context, here, context.removed)), removedRule.prefix);
    if (found && found.lost >= removedRule.least && (best === null || found.lost > best.lost))
      best = { here, ...found };
  }
  return best;
}

function populationOf(context: Context, retention: Retention | null): Population {
  if (!retention) return { rows: context.facts.rows, removed: context.removed, aged: 0 };
  const cells = at(context.changes.before, retention.here.place);
  const removed = context.removed.filter((i) => !(at(cells, i) <= retention.to));
  const aged = Math.max(
    new Cumulative(retention.here.facts).upTo(retention.to),
    context.removed.length - removed.length,
  );
  return { rows: Math.max(context.facts.rows - aged, removed.length), removed, aged };
}

/** A part of the table: so many rows, so many of them gone. */
interface Part {
  readonly rows: number;
  readonly lost: number;
  readonly least: number;
}

function lostMore(
  kind: ReasonKind,
  { rows, removed }: Population,
  part: Part,
  of: Pick<Partial<Reason>, 'column' | 'label' | 'where'>,
): Reason[] {
  const there = Math.max(part.rows, part.lost);
  const ratio = lossRatio(part.lost, there, removed.length, rows);
  const share = part.lost / Math.max(1, there);
  const rest = (removed.length - part.lost) / Math.max(1, rows - there);
  if (part.lost < removedRule.least || share - rest < removedRule.more || ratio < removedRule.ratio) return [];
  if (part.lost / removed.length < part.least) return [];
  return [
    reasonOf(kind, {
      ...(of.column && { column: of.column }),
      ...(of.label && { label: of.label }),
      where: of.where ?? null,
      rows: part.lost,
      of: Math.round(there),
      before: rest,
      after: share,
      direction: 'down',
      size: share,
      strength: ratio / Math.LN10,
    }),
  ];
}

const countsOf = <T>(values: Iterable<T>): Map<T, number> => {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

/** By class; of rows that retention took no class is known, so shares are of the whole class. */
function byClass(context: Context, of: Population): Reason[] {
  const { changes, facts } = context;
  if (changes.task === 'regression') return [];
  const lost = countsOf(Array.from(of.removed, (i) => changes.classes.textOf(at(changes.labelBefore, i))));
  return [...lost].flatMap(([from, k]) =>
    lostMore(
      'classLostRows',
      of,
      { rows: facts.classes.get(from) ?? k, lost: k, least: removedRule.part },
      {
        label: { from, to: null },
      },
    ),
  );
}

const isListed = ({ column, facts: { distribution } }: ColumnHere): boolean =>
  distribution.kind === 'values' && (column.kind === 'category' || distribution.values.length <= removedRule.values);

function byValue(context: Context, here: ColumnHere, of: Population): Reason[] {
  if (!isListed(here)) return [];
  const column = here.column.name;
  return [...countsOf(cellsOf(context, here, of.removed))].flatMap(([cell, k]) => {
    const value = judgedValue(here.column, at(context.changes.texts, here.place), cell);
    if (value === null) return [];
    const part = { rows: rowsWith(here.facts, value), lost: k, least: removedRule.part };
    return lostMore('valueLostRows', of, part, { column, where: { column, value: String(value) } });
  });
}

function byStretch(context: Context, here: ColumnHere, of: Population, aged: boolean): Reason[] {
  if (here.column.kind === 'category') return [];
  const cells = cellsOf(context, here, of.removed);
  const found = lostStretch(lossesOf(here.facts, cells), removedRule.lostShares);
  if (!found || !Number.isFinite(found.to)) return [];
  const column = here.column.name;
  return lostMore(
    'stretchLostRows',
    of,
    { rows: found.rows, lost: found.lost, least: aged ? removedRule.partOfTime : removedRule.part },
    { column, where: { column, from: found.from, to: found.to } },
  );
}

/** Bins of losses: the rest is known by a sample alone, so single rows of it say nothing. */
const lossBins = 48;

/** By the parent's losses: are those gone that it gets wrong? The rest is known by the rows it was asked about. */
function byLoss(context: Context, of: Population): Reason[] {
  const { view, changes } = context;
  if (!view || view.lossesOfUnseen.length < lossBins) return [];
  const gone = sortedValues(Float64Array.from(of.removed, (i) => view.loss('before', i, at(changes.labelBefore, i))));
  const kept = sortedValues(view.lossesOfUnseen);
  const weight = Math.max(0, of.rows - of.removed.length) / kept.length;
  const tops = new Set(
    Array.from({ length: lossBins }, (_, b) => at(kept, Math.ceil(((b + 1) * kept.length) / lossBins) - 1)),
  );
  const values = Float64Array.from([...tops, Number.POSITIVE_INFINITY]);
  const inBins = (losses: Float64Array): Float64Array => {
    const counts = new Float64Array(values.length);
    let bin = 0;
    for (const loss of losses) {
      while (at(values, bin) < loss) bin += 1;
      counts[bin] = at(counts, bin) + 1;
    }
    return counts;
  };
  const lost = inBins(gone);
  const rows = inBins(kept).map((count, bin) => count * weight + at(lost, bin));
  const found = lostStretch({ values, rows, lost }, removedRule.lostShares);
  if (!found) return [];
  return lostMore('stretchLostRows', of, { rows: found.rows, lost: found.lost, least: removedRule.part }, {});
}

/** Of all rows, and classes of which nearly nothing is left; retention is no excuse for either. */
function inAll({ changes, facts, removed }: Context): Reason[] {
  const share = removed.length / Math.max(1, facts.rows);
  const many =
    share >= removedRule.many
      ? [
          reasonOf('manyRemoved', {
            rows: removed.length,
            of: facts.rows,
            after: share,
            direction: 'down',
            size: share,
            strength: 20,
          }),
        ]
      : [];
  if (changes.task === 'regression') return many;
  const lost = countsOf(Array.from(removed, (i) => changes.classes.textOf(at(changes.labelBefore, i))));
  const gone = [...lost].flatMap(([from, rows]) => {
    const of = facts.classes.get(from) ?? rows;
    if (of < removedRule.least || rows < removedRule.gone * of) return [];
    const label = { from, to: null };
    return [
      reasonOf('classGone', { label, rows, of, after: rows / of, direction: 'down', size: rows / of, strength: 30 }),
    ];
  });
  return [...many, ...gone];
}

/** Reasons of rows that went. */
export function removedReasons(context: Context): Reason[] {
  if (context.removed.length < removedRule.least) return [];
  const of = populationOf(context, retentionOf(context));
  const all = inAll(context);
  if (of.removed.length < removedRule.least) return all;
  const dates = ages(context);
  return [
    ...all,
    ...byClass(context, of),
    ...context.columns.flatMap((here) => byValue(context, here, of)),
    ...[...context.keys, ...context.columns].flatMap((here) => byStretch(context, here, of, dates.includes(here))),
    ...byLoss(context, of),
  ];
}

/** Retention, which is no reason and must be read: the head of a file that was cut off looks the same. */
export function retentionNotes(context: Context): DataNote[] {
  if (context.removed.length < removedRule.least) return [];
  const found = retentionOf(context);
  if (!found) return [];
  return [
    {
      kind: 'retention',
      column: found.here.column.name,
      rows: found.lost,
      of: context.facts.rows,
      value: found.to,
      upper: null,
      text: null,
    },
  ];
}
