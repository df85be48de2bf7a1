/** Features that were changed: the same model, the same label, other inputs, and it fails. */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { changedIn, type ColumnHere, type Context, reasonOf } from '../context.ts';
import type { ParentView } from '../parentView.ts';
import { featureRule } from '../rule.ts';
import { momentsOf, normalStrength, normalTail, zOf } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';
import { effectOf } from './effect.ts';

function ofColumn(context: Context, view: ParentView, here: ColumnHere): Reason[] {
  const { changes } = context;
  const rows = changedIn(context, here.place);
  const asked = rows.filter((i) => view.mayAsk(i));
  if (asked.length < featureRule.rows) return [];
  const losses = momentsOf(Float64Array.from(asked, (i) => view.featureLoss(i)));
  const z = zOf(losses);
  if (losses.mean < featureRule.loss || z < featureRule.z) return [];
  const right = (image: 'before' | 'after'): number =>
    asked.filter((i) => view.answers(image, i, at(changes.labelBefore, i))).length / asked.length;
  const { direction } = effectOf(context, here, rows);
  return [
    reasonOf('features', {
      column: here.column.name,
      where: whereOf(context, rows, 'after', here.column.name),
      rows: rows.length,
      of: context.facts.rows,
      asked: asked.length,
      before: right('before'),
      after: right('after'),
      p: normalTail(z),
      direction,
      size: losses.mean,
      strength: normalStrength(z),
    }),
  ];
}

/** One reason a column in which the change cost the parent more than chance explains. */
export function featureReasons(context: Context): Reason[] {
  const { view } = context;
  if (!view || context.features.length < featureRule.rows) return [];
  return context.columns
    .filter(({ column }) => column.role === 'feature')
    .flatMap((here) => ofColumn(context, view, here));
}
