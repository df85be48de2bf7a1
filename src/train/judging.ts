/** Child against parent and anchor on the test rows, which are looked at here and nowhere else. */
import { Failure } from '../base/failure.ts';
import type { GuardResult, Metrics, TrainResult } from '../data/trainer.ts';
import { combine, type Judged, judge } from './measure/guard.ts';
import { type Measured, pairOf } from './measure/measured.ts';
import type { Reading } from './reading.ts';
import { type Answerer, answer, readTestRows, sliceResults, type TestRows } from './testing.ts';

const neededTestRows = 20;

/** Who is tested; null where there is none. */
export interface Parties {
  readonly parent: Answerer | null;
  readonly anchor: Answerer | null;
}

/** The test rows as they are, and as they were labelled at the parent's snapshot. */
export interface Tests {
  readonly onSnapshot: TestRows;
  readonly onParent: TestRows | null;
}

/** What the test rows say of a child. */
export interface Judgement {
  readonly metrics: Metrics;
  readonly guard: GuardResult;
  readonly slices: TrainResult['slices'];
}

/** Reads the test rows for every model that is to answer for them; `plan.fewRows`. */
export async function readTests(
  reading: Reading,
  coder: Answerer['coder'],
  { parent, anchor }: Parties,
): Promise<Tests> {
  const { slices } = reading.plan;
  const coders = [coder, parent?.coder, anchor?.coder].flatMap((one) => (one ? [one] : []));
  const onSnapshot = await readTestRows(reading, 'test', coders, slices);
  if (onSnapshot.length < neededTestRows)
    throw new Failure('plan.fewRows', { set: 'test', rows: onSnapshot.length, needed: neededTestRows });
  if (!parent) return { onSnapshot, onParent: null };
  const onParent = await readTestRows(reading, 'testAtParent', [coder, parent.coder], slices);
  return { onSnapshot, onParent: onParent.length > 0 ? onParent : null };
}

/** Tests the child, and its rivals on the same rows. */
export async function judgeChild(
  child: Answerer,
  { parent, anchor }: Parties,
  tests: Tests,
  { plan, signal }: Reading,
): Promise<Judgement> {
  const of = async (one: Answerer | null, rows: TestRows | null): Promise<Measured | null> =>
    one && rows && answer(one, rows, signal);
  const now = await answer(child, tests.onSnapshot, signal);
  const parentNow = await of(parent, tests.onSnapshot);
  const anchorNow = await of(anchor, tests.onSnapshot);
  const before = await of(child, tests.onParent);
  const parentBefore = await of(parent, tests.onParent);
  const compare = (own: Measured | null, other: Measured | null): Judged | null =>
    judge(own && other ? pairOf(own, other) : null, plan.maxDrop);
  const guard = combine({
    onParent: compare(before, parentBefore),
    onSnapshot: compare(now, parentNow),
    onAnchor: compare(now, anchorNow),
  });
  const slices = sliceResults(
    { rows: tests.onSnapshot, child: now, parent: parentNow },
    tests.onParent && before && { rows: tests.onParent, child: before, parent: parentBefore },
  );
  return { metrics: now.metrics, guard, slices };
}
