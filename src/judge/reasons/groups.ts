/** One group of changed rows that costs the parent more than honest rounds ever did, though the whole does not stand out. */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import { type Context, reasonOf } from '../context.ts';
import type { ParentView } from '../parentView.ts';
import { groupRule, labelRule } from '../rule.ts';
import { momentsOf, zOf } from '../statistics/tails.ts';
import { featureLines, labelLines, type Lines } from '../suspects/lines.ts';
import { dearest, gain, type Group } from '../suspects/scan.ts';
import { groupWhere, rowsOfGroup } from '../suspects/describe.ts';
import { recallOf } from './recall.ts';

const nothing: ReadonlySet<number> = new Set();

function reasonOfGroup(context: Context, view: ParentView, group: Group, strength: number): Reason {
  const { changes, facts } = context;
  const { token, rows } = group;
  const all = rowsOfGroup(context, group).length;
  const right = (image: 'before' | 'after', labels: Float64Array): number =>
    rows.filter((i) => view.answers(image, i, at(labels, i))).length / rows.length;
  const ofLabels = token.change !== 'features';
  const label =
    token.change === 'labels'
      ? { label: { from: changes.classes.textOf(token.from), to: changes.classes.textOf(token.to) } }
      : {};
  const column = token.change === 'features' ? { column: at(changes.columns, token.place).name } : {};
  return reasonOf('group', {
    ...label,
    ...column,
    where: groupWhere(context, group),
    rows: all,
    of: facts.rows,
    asked: rows.length,
    before: right('before', changes.labelBefore),
    after: ofLabels ? right('before', changes.labelAfter) : right('after', changes.labelBefore),
    recall: ofLabels ? recallOf(context, rows) : undefined,
    size: group.loss / rows.length,
    strength,
  });
}

/** One-sided 5 %. */
const z05 = 1.645;

/** Whether the labels of rows that the parent was not trained on cost it as well, as in the reasons of labels. */
function isConfirmed({ changes }: Context, view: ParentView, { token, rows }: Group): boolean {
  if (token.change === 'features') return true;
  const unseen = rows.filter((i) => at(changes.sides, i) !== sideNumbers.train);
  if (unseen.length < labelRule.unseenRows) return view.gap <= labelRule.gap;
  const losses = Float64Array.from(
    unseen,
    (i) => view.loss('before', i, at(changes.labelAfter, i)) - view.loss('before', i, at(changes.labelBefore, i)),
  );
  return zOf(momentsOf(losses)) > z05;
}

function ofLines(context: Context, view: ParentView, lines: readonly Lines[], least: number): Reason[] {
  const group = dearest(context, lines, groupRule.rows, () => false);
  if (!group) return [];
  const own = gain(group.loss, group.rows.length);
  return own < least || !isConfirmed(context, view, group)
    ? []
    : [reasonOfGroup(context, view, group, own / Math.LN10)];
}

/** The dearest group of labels, and of features, where it stands out. */
export function groupReasons(context: Context): Reason[] {
  const { view } = context;
  if (!view) return [];
  const labels = labelLines(
    context,
    view,
    context.labels.filter((row) => view.mayAsk(row)),
  ).filter(({ token }) => token.change === 'labels');
  const features = featureLines(context, view, () => nothing);
  return [...ofLines(context, view, labels, groupRule.labels), ...ofLines(context, view, features, groupRule.features)];
}
