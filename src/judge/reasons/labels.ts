/** Labels that were changed: does the parent, which learnt the old ones, speak for those or for the new ones? */
import { at } from '../../base/assert.ts';
import type { Reason } from '../../data/judgement.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import { type Context, reasonOf } from '../context.ts';
import type { ParentView } from '../parentView.ts';
import { labelRule } from '../rule.ts';
import { logSign } from '../statistics/tails.ts';
import { whereOf } from '../where.ts';
import { recallOf } from './recall.ts';

/** Rows by whom they speak for: the parent's answer, and its evidence, for the old label and for the new one. */
interface Votes {
  readonly rows: Uint32Array;
  readonly answers: { readonly old: number; readonly now: number };
  readonly evidence: { readonly old: number; readonly now: number };
}

function votesOf({ changes }: Context, view: ParentView, rows: Uint32Array): Votes {
  const votes = { answers: { old: 0, now: 0 }, evidence: { old: 0, now: 0 } };
  for (const i of rows) {
    if (view.answers('before', i, at(changes.labelBefore, i))) votes.answers.old += 1;
    if (view.answers('before', i, at(changes.labelAfter, i))) votes.answers.now += 1;
    const evidence = view.evidence(i);
    if (evidence > 0) votes.evidence.old += 1;
    if (evidence < 0) votes.evidence.now += 1;
  }
  return { rows, ...votes };
}

/**
 * Whether rows that the parent was not trained on say the same, or are too few to; then what train rows say must not come from
 * having learnt them.
 */
function isConfirmed(context: Context, view: ParentView, rows: Uint32Array, form: 'answers' | 'evidence'): boolean {
  const unseen = rows.filter((i) => at(context.changes.sides, i) !== sideNumbers.train);
  if (unseen.length < labelRule.unseenRows) return view.gap <= labelRule.gap;
  const { old, now } = votesOf(context, view, unseen)[form];
  return logSign(old, now) < Math.log(labelRule.unseenAlpha);
}

/** ln p of so many more for the old label, after correction for `tries`; 0 where that is no reason. */
function chance({ old, now }: Votes['answers'], tries: number): number {
  const log = Math.min(0, logSign(old, now) + Math.log(tries));
  return old - now >= labelRule.more && log < Math.log(labelRule.alpha) ? log : 0;
}

const sizes = (context: Context, rows: Uint32Array, { answers, rows: asked }: Votes, log: number) => ({
  where: whereOf(context, rows, 'after'),
  rows: rows.length,
  of: context.facts.rows,
  asked: asked.length,
  before: answers.old / Math.max(1, asked.length),
  after: answers.now / Math.max(1, asked.length),
  recall: recallOf(context, asked),
  p: Math.exp(log),
  size: rows.length / context.facts.rows,
  strength: Math.min(300, -log / Math.LN10),
});

function byPair(context: Context, view: ParentView): Reason[] {
  const { changes, labels } = context;
  const pairs = new Map<string, number[]>();
  for (const i of labels) {
    const pair = `${at(changes.labelBefore, i)}:${at(changes.labelAfter, i)}`;
    const rows = pairs.get(pair);
    if (rows) rows.push(i);
    else pairs.set(pair, [i]);
  }
  const votes = [...pairs.values()].flatMap((all) => {
    const asked = Uint32Array.from(all).filter((i) => view.mayAsk(i));
    return asked.length < labelRule.pairRows ? [] : [{ all, votes: votesOf(context, view, asked) }];
  });
  return votes.flatMap((one) => {
    const log = chance(one.votes.evidence, votes.length);
    if (log === 0 || !isConfirmed(context, view, one.votes.rows, 'evidence')) return [];
    const [first = 0] = one.all;
    const label = {
      from: changes.classes.textOf(at(changes.labelBefore, first)),
      to: changes.classes.textOf(at(changes.labelAfter, first)),
    };
    return [reasonOf('labelPair', { label, ...sizes(context, Uint32Array.from(one.all), one.votes, log) })];
  });
}

/** Classes that lost a large part of their rows to other labels; no model need be asked. */
function lostClasses(context: Context): Reason[] {
  const { changes, facts, labels, view } = context;
  const lost = new Map<number, number>();
  for (const i of labels) {
    const label = at(changes.labelBefore, i);
    lost.set(label, (lost.get(label) ?? 0) + 1);
  }
  return [...lost].flatMap(([label, rows]) => {
    const from = changes.classes.textOf(label);
    const of = facts.classes.get(from) ?? 0;
    const share = rows / Math.max(1, of);
    if (rows < labelRule.lostRows || share < labelRule.lost) return [];
    const recall = recallOf(
      context,
      labels.filter((i) => at(changes.labelBefore, i) === label && view?.mayAsk(i)),
    );
    return [reasonOf('classLost', { label: { from, to: null }, rows, of, recall, size: share, strength: 7 })];
  });
}

/** Reasons of labels that were changed; without a parent's answers only classes that were lost. */
export function labelReasons(context: Context): Reason[] {
  if (context.changes.task === 'regression' || context.labels.length === 0) return [];
  const lost = lostClasses(context);
  const { view } = context;
  if (!view) return lost;
  const votes = votesOf(
    context,
    view,
    context.labels.filter((i) => view.mayAsk(i)),
  );
  const confirmed = (form: 'answers' | 'evidence'): number => {
    const log = chance(votes[form], 1);
    return log < 0 && isConfirmed(context, view, votes.rows, form) ? log : 0;
  };
  const log = Math.min(confirmed('answers'), confirmed('evidence'));
  const all = log === 0 ? [] : [reasonOf('labels', sizes(context, context.labels, votes, log))];
  return [...all, ...byPair(context, view), ...lost];
}
