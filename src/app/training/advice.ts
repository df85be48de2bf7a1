/** Whether training on the delta is enough, with the reasons, and what the tests can show at all. */
import { later, say } from '../../base/say.ts';
import type { Failure } from '../../base/failure.ts';
import { changedRows, type DeltaCounts } from '../../data/change.ts';
import type { Model, ModelHead } from '../../data/model.ts';
import type { Advice, DeltaFacts } from '../../data/run.ts';
import type { Training } from '../../data/training.ts';
import { isExact } from '../config/learners.ts';
import { sinceFullFit } from '../registry/lineage.ts';
import type { Earlier } from './lookBack.ts';
import { countText, deltaText, percentText } from '../../words/numbers.ts';

export interface AdviceFacts {
  readonly training: Training;
  /** Every model of the lineage. */
  readonly models: readonly ModelHead[];
  readonly parent: Model | null;
  /** The newest full fit of the lineage, whatever became of it: what the next one may cost. */
  readonly lastFull: Model | null;
  /** Null when there is no parent or its snapshot cannot be a base; `why` says so. */
  readonly facts: DeltaFacts | null;
  readonly why: Failure | null;
  readonly earlier: Earlier;
}

/** Share of test rows that two models of a lineage usually answer differently, before a pair was measured. */
const usualDisagreement = 0.06;

/** 80 % power at 5 %: n ≥ 7.84 · discordant share / difference². */
const detectableBy = (rows: number): number => Math.sqrt((7.84 * usualDisagreement) / Math.max(1, rows));

function detectable(parent: Model | null): Advice['detectable'] {
  if (parent === null) return null;
  const rows = parent.metrics.n;
  return { rows, difference: parent.guard.onSnapshot?.detectable ?? detectableBy(rows) };
}

/** What the last runs cost, scaled to the rows now; null when nothing is known. */
function expectedSeconds({ parent, lastFull, facts }: AdviceFacts): Advice['seconds'] {
  if (parent === null) return { delta: null, full: null };
  const { cost } = parent;
  const seconds = cost.readSeconds + cost.trainSeconds;
  const perSample = cost.seen > 0 ? seconds / cost.seen : null;
  const growth = facts ? (facts.counts.inserted - facts.counts.deleted) / Math.max(1, parent.rows) : 0;
  const full = lastFull
    ? ((lastFull.cost.readSeconds + lastFull.cost.trainSeconds) * (parent.rows * (1 + growth))) /
      Math.max(1, lastFull.rows)
    : null;
  return { delta: parent.kind === 'delta' && perSample !== null ? seconds : null, full };
}

const knownTexts = {
  exactly: later('{0} of the rows changed since the last full fit, so an update saves little.'),
  atLeast: later('At least {0} of the rows changed since the last full fit, so an update saves little.'),
  atMost: later('Up to {0} of the rows changed since the last full fit, so an update saves little.'),
} as const;

function fullReasons(of: AdviceFacts, parent: ModelHead, counts: DeltaCounts): string[] {
  const { guard } = of.training;
  const rows = Math.max(1, parent.rows + counts.inserted - counts.deleted);
  const deletedShare = counts.deleted / Math.max(1, parent.rows);
  const { updates } = sinceFullFit(of.models, parent);
  const since = of.earlier.sinceFullFit;
  const changedShare = since.rows / rows;
  const reasons: string[] = [];
  // An exact learner takes back what it learnt from a row that is gone.
  if (deletedShare > guard.maxDeletes && !isExact(parent.learner))
    reasons.push(
      say(
        '{0} rows ({1}) were deleted. An update leaves them out from now on, but what was learnt from them stays until a full fit.',
        countText(counts.deleted),
        percentText(deletedShare),
      ),
    );
  if (updates >= guard.fullAfterUpdates)
    reasons.push(
      say(
        'There were {0} updates since the last full fit; a full fit after {1} keeps small errors from adding up.',
        updates,
        guard.fullAfterUpdates,
      ),
    );
  if (changedShare > guard.fullAfterShare)
    reasons.push(say(knownTexts[since.known], percentText(Math.min(1, changedShare))));
  return reasons;
}

/** What an undone update leaves: a table that an earlier model was trained on. Null when it is none such. */
const asItWas = ({ sameAs }: Earlier): string | null =>
  sameAs && say('The table is as it was at {0}: m{1} was trained on it.', sameAs.snapshot.name, sameAs.number);

export function adviseRun(of: AdviceFacts): Advice {
  const { parent, facts, why } = of;
  const rest = { detectable: detectable(parent), seconds: expectedSeconds(of) };
  if (parent === null) return { kind: 'full', reasons: [say('There is no model to update yet.')], ...rest };
  if (facts === null)
    return {
      kind: 'full',
      reasons: [why?.message ?? say('The snapshot of m{0} cannot be compared with.', parent.number)],
      ...rest,
    };
  if (changedRows(facts.counts) === 0)
    return { kind: 'none', reasons: [say('Nothing changed since {0}.', parent.snapshot.name)], ...rest };
  const back = asItWas(of.earlier);
  const first = back === null ? [] : [back];
  const reasons = fullReasons(of, parent, facts.counts);
  if (reasons.length > 0) return { kind: 'full', reasons: [...first, ...reasons], ...rest };
  const share = percentText(changedRows(facts.counts) / Math.max(1, parent.rows));
  return {
    kind: 'delta',
    reasons: [
      ...first,
      say(
        '{0} since {1}: {2} of the rows, {3} of them to train on.',
        deltaText(facts.counts),
        parent.snapshot.name,
        share,
        countText(facts.train),
      ),
    ],
    ...rest,
  };
}

/** What a run says beside its result: the advice is repeated where it was not followed, once for all its reasons. */
export function adviceNotes(mode: 'delta' | 'full', advice: Advice, earlier: Earlier): string[] {
  const back = asItWas(earlier);
  const notes = back === null ? [] : [back];
  if (mode === 'delta' && advice.kind === 'full')
    notes.push(say('A full fit is advised. {0}', advice.reasons.filter((reason) => reason !== back).join(' ')));
  return notes;
}
