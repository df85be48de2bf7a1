/** Features that were changed: the same model, the same label, other inputs, and it fails. */
import type { Reason } from '../../data/judgement.ts';
import { changedIn, type ColumnHere, type Context, reasonOf } from '../context.ts';
import { featureRule } from '../rule.ts';
import { momentsOf, normalStrength, normalTail, zOf } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';
import { effectOf } from './effect.ts';

/** Whoever knew the rows before: of classes, or of values. */
interface FeatureView {
  mayAsk(row: number): boolean;
  featureLoss(row: number): number;
  right(image: 'before' | 'after', rows: Uint32Array): number;
}

function ofColumn(context: Context, view: FeatureView, here: ColumnHere): Reason[] {
  const rows = changedIn(context, here.place);
  const asked = rows.filter((i) => view.mayAsk(i));
  if (asked.length < featureRule.rows) return [];
  const losses = momentsOf(Float64Array.from(asked, (i) => view.featureLoss(i)));
  const z = zOf(losses);
  if (losses.mean < featureRule.loss || z < featureRule.z) return [];
  const { direction } = effectOf(context, here, rows);
  return [
    reasonOf('features', {
      column: here.column.name,
      where: whereOf(context, rows, 'after', here.column.name),
      rows: rows.length,
      of: context.facts.rows,
      asked: asked.length,
      before: view.right('before', asked),
      after: view.right('after', asked),
      p: normalTail(z),
      direction,
      size: losses.mean,
      strength: normalStrength(z),
    }),
  ];
}

/** One reason a column in which the change cost the parent more than chance explains. */
export function featureReasons(context: Context): Reason[] {
  const view: FeatureView | null = context.view ?? context.values;
  if (!view || context.features.length < featureRule.rows) return [];
  return context.columns
    .filter(({ column }) => column.role === 'feature')
    .flatMap((here) => ofColumn(context, view, here));
}
