/** Recall by class: what share of a class's rows the parent finds, of those that have another label now and of those that did not change. */
import { at } from '../../base/assert.ts';
import type { ClassRecall } from '../../data/judgement.ts';
import type { Context } from '../context.ts';
import { recallRule } from '../rule.ts';

/**
 * Of rows whose label changed, as they were: undefined where they were of several classes, or where either side has too few rows for a
 * share to mean anything. `rows`: those that the parent may be asked about.
 */
export function recallOf({ changes, view }: Context, rows: Uint32Array): ClassRecall | undefined {
  if (!view) return undefined;
  const counts = new Map<number, number>();
  for (const i of rows) {
    const label = at(changes.labelBefore, i);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const [label, own] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [Number.NaN, 0]);
  if (own < recallRule.rows || own < recallRule.share * rows.length) return undefined;
  const others = view.recallOfUnseen(label);
  if (others.rows < recallRule.rows) return undefined;
  const asked = rows.filter((i) => at(changes.labelBefore, i) === label);
  const foundOf = asked.filter((i) => view.answers('before', i, label)).length;
  return {
    class: changes.classes.textOf(label),
    rows: own,
    changed: foundOf / own,
    unchanged: others.found / others.rows,
  };
}
