/** Labels of a regression: does the parent, which learnt the old ones, answer nearer to those or to the new ones; and do those of new rows lie beyond all of them? */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { type Context, reasonOf } from '../context.ts';
import { columnRule, insertedRule, labelRule, valueRule } from '../rule.ts';
import { logSign, momentsOf } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';
import { effectOfMoves } from './effect.ts';

/** One reason at most; none without a regression's parent. */
export function labelValueReasons(context: Context): Reason[] {
  const { changes, labels, facts, values } = context;
  if (!values) return [];
  const asked = labels.filter((i) => values.mayAsk(i));
  const votes = { old: 0, now: 0 };
  for (const i of asked) {
    const was = values.distance(i, at(changes.labelBefore, i));
    const is = values.distance(i, at(changes.labelAfter, i));
    if (was !== is) votes[was < is ? 'old' : 'now'] += 1;
  }
  const log = logSign(votes.old, votes.now);
  if (votes.old - votes.now < labelRule.more || log >= Math.log(labelRule.alpha)) return [];
  const moves = Float64Array.from(labels, (i) => at(changes.labelAfter, i) - at(changes.labelBefore, i));
  if (effectOfMoves(moves, values.error).size < valueRule.errors) return [];
  const old = Float64Array.from(labels, (i) => at(changes.labelBefore, i));
  return [
    reasonOf('labelValues', {
      ...effectOfMoves(moves, Math.sqrt(momentsOf(old).variance)),
      where: whereOf(context, labels, 'after'),
      rows: labels.length,
      of: facts.rows,
      asked: asked.length,
      before: votes.old / asked.length,
      after: votes.now / asked.length,
      p: Math.exp(log),
      strength: Math.min(300, -log / Math.LN10),
    }),
  ];
}

/** Labels of new rows that lie beyond all that is known, as those of another unit do; of a category of labels nobody could say so. */
export function newLabelReasons({ changes, came, fresh, values }: Context): Reason[] {
  if (!values || fresh.length < insertedRule.rows) return [];
  const beyond = fresh.filter((i) => values.isBeyond(at(changes.labelAfter, i)));
  const [before, after] = [values.usuallyBeyond, beyond.length / fresh.length];
  if (after - before < columnRule.beyond) return [];
  return [
    reasonOf('newLabelBeyond', {
      rows: beyond.length,
      of: came.length,
      before,
      after,
      size: after,
      strength: 8,
    }),
  ];
}
