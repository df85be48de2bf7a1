/** Labels of a regression that were changed: does the parent, which learnt the old ones, answer nearer to those or to the new ones? */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import { type Context, reasonOf } from '../context.ts';
import { labelRule, valueRule } from '../rule.ts';
import { logSign, momentsOf } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';
import { effectOfMoves } from './effect.ts';

/** Of rows whose label changed, those that the parent may be asked about: it learnt the others with the labels that they had. */
export const askedValues = ({ changes, labels }: Pick<Context, 'changes' | 'labels'>): Uint32Array =>
  labels.filter((i) => at(changes.sides, i) !== sideNumbers.train);

/** One reason at most; none without a regression's parent. */
export function labelValueReasons(context: Context): Reason[] {
  const { changes, labels, facts, question } = context;
  const { values } = question;
  if (changes.task !== 'regression' || !values || values.error === null) return [];
  const asked = askedValues(context);
  const votes = { old: 0, now: 0 };
  for (const i of asked) {
    const answer = at(values.before, i);
    const [was, is] = [changes.labelBefore, changes.labelAfter].map((own) => Math.abs(answer - at(own, i)));
    if (was === undefined || is === undefined || was === is) continue;
    votes[was < is ? 'old' : 'now'] += 1;
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
