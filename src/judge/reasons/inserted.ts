/** Rows that came: does the parent still rank them, is a class missing, are they copies? */
import { at } from '../../base/assert.ts';
import type { DataNote, Reason } from '../../data/judgement.ts';
import { type Context, reasonOf } from '../context.ts';
import type { ParentView } from '../parentView.ts';
import { insertedRule } from '../rule.ts';
import { type Ranking, rankingOf } from '../statistics/ranking.ts';
import { type Moments, momentsOf, normalTail, poissonUpTo } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';

const asked = ({ came }: Context, view: ParentView): Uint32Array => came.filter((i) => view.mayAsk(i));

/** How well classes are ranked, of the rows that may be asked about: usually and now. */
function rankingsOfClasses(view: ParentView, rows: Uint32Array): (Ranking | null)[] {
  const answered = view.answered(rows);
  return [
    rankingOf(view.unseen.probabilities, view.classes, view.unseen.labels),
    rankingOf(answered.probabilities, view.classes, answered.labels),
  ];
}

/**
 * Retained ranking skill: of the new rows against that of the unchanged ones. It does not move with the shares of labels. A regression's parent is
 * asked about all new rows: it was trained on none of them.
 */
function unranked(context: Context): Reason[] {
  const { view, values } = context;
  const rows = view ? asked(context, view) : context.came;
  if (rows.length < insertedRule.rows) return [];
  const [usual, now] = view ? rankingsOfClasses(view, rows) : [values?.ranking, values?.rankingOf(rows)];
  if (!usual || !now) return [];
  const known = Math.max(usual.skill, 1e-9);
  const skill = now.skill / known;
  const error = now.error / known;
  if (skill + insertedRule.errors * error >= insertedRule.skill) return [];
  return [
    reasonOf('inserted', {
      where: whereOf(context, context.came, 'after'),
      rows: context.came.length,
      of: context.came.length,
      asked: rows.length,
      before: usual.skill,
      after: now.skill,
      p: normalTail((insertedRule.skill - skill) / error),
      size: 1 - skill,
      strength: 4,
    }),
  ];
}

/** The parent's losses on new rows, and how many errors above the usual they lie. */
export function newLosses(context: Context): { readonly losses: Moments; readonly z: number } | null {
  const { view, changes } = context;
  if (!view) return null;
  const rows = asked(context, view);
  if (rows.length < insertedRule.copiedRows || view.usual.n === 0) return null;
  const losses = momentsOf(Float64Array.from(rows, (i) => view.loss('after', i, at(changes.labelAfter, i))));
  const error = Math.sqrt(losses.variance / losses.n + view.usual.variance / view.usual.n);
  return { losses, z: (losses.mean - view.usual.mean) / (error || 1e-12) };
}

/** Classes that should be among the new rows and are nearly not. */
function missingClasses({ changes, facts, fresh }: Context): Reason[] {
  if (changes.task === 'regression') return [];
  const counts = new Map<string, number>();
  for (const i of fresh) {
    const text = changes.classes.textOf(at(changes.labelAfter, i));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...facts.classes].flatMap(([text, base]) => {
    const expected = (base / Math.max(1, facts.rows)) * fresh.length;
    const found = counts.get(text) ?? 0;
    const p = poissonUpTo(found, expected);
    if (expected < insertedRule.expected || found > insertedRule.missing * expected || p >= insertedRule.missingP)
      return [];
    return [
      reasonOf('labelMissing', {
        label: { from: text, to: null },
        rows: found,
        of: fresh.length,
        before: base / facts.rows,
        after: found / fresh.length,
        p,
        size: 1 - found / expected,
        strength: 7,
      }),
    ];
  });
}

function copies(context: Context): Reason[] {
  const { came, facts } = context;
  const share = context.copies / Math.max(1, came.length);
  if (context.copies < insertedRule.copiedRows || share - facts.contents.copies < insertedRule.copies) return [];
  return [
    reasonOf('duplicates', {
      rows: context.copies,
      of: came.length,
      before: facts.contents.copies,
      after: share,
      size: share,
      strength: 12,
    }),
  ];
}

/** Reasons of rows that came. */
export function insertedReasons(context: Context): Reason[] {
  return [...unranked(context), ...missingClasses(context), ...copies(context)];
}

/** The parent loses more on new rows than it used to: they differ, which is no reason. */
export function driftNotes(context: Context): DataNote[] {
  const found = newLosses(context);
  if (!found || found.z < insertedRule.lossZ || !context.view) return [];
  const { losses } = found;
  return [
    {
      kind: 'drift',
      column: null,
      rows: context.came.length,
      of: context.came.length,
      value: losses.mean,
      upper: context.view.usual.mean,
      text: null,
    },
  ];
}
