/** A run as the pages see it, added up from its events. No editor in it, so that it is tested by itself. */
import { Failure } from '../../base/failure.ts';
import type { RunEvent, RunOutcome } from '../../data/run.ts';
import type { RunView } from '../../protocol/panel.ts';
import { noProgress, progressAfter } from '../../protocol/runProgress.ts';

export function newRun(
  id: number,
  kind: RunView['kind'],
  where: Pick<RunView, 'where' | 'whereReason'>,
  startedAt: number,
): RunView {
  return {
    id,
    kind,
    phase: 'pin',
    sentence: null,
    notes: [],
    ...where,
    parent: null,
    baseSnapshot: null,
    snapshot: null,
    delta: null,
    rows: null,
    fullSeen: null,
    progress: noProgress,
    model: null,
    startedAt: new Date(startedAt).toISOString(),
    seconds: null,
  };
}

export function viewAfter(view: RunView, event: RunEvent): RunView {
  switch (event.kind) {
    case 'phase':
      return { ...view, phase: event.phase };
    case 'pinned':
      return { ...view, snapshot: event.snapshot };
    case 'diffed':
      return { ...view, baseSnapshot: event.from, delta: event.facts?.counts ?? null };
    case 'planned': {
      const { counts, learner } = event.plan;
      const { epochs } = learner.options;
      const rows = { delta: counts.delta, replayed: counts.replay, train: counts.train };
      // Of a learner without epochs it is known when it has ended.
      return { ...view, rows, fullSeen: typeof epochs === 'number' ? counts.train * epochs : null };
    }
    case 'reading':
    case 'epoch':
    case 'working':
    case 'testing':
      return { ...view, progress: progressAfter(view.progress, event) };
  }
}

const secondsOf = (view: RunView, now: number): number => (now - Date.parse(view.startedAt)) / 1000;

export function finished(view: RunView, outcome: RunOutcome, now: number): RunView {
  return {
    ...view,
    phase: outcome.model ? 'finished' : 'empty',
    sentence: outcome.sentence,
    notes: outcome.notes,
    parent: outcome.model?.parent ?? view.parent,
    model: outcome.model?.number ?? null,
    // A run that registered nothing took its own snapshot away again.
    snapshot: outcome.model ? view.snapshot : null,
    seconds: secondsOf(view, now),
  };
}

/** How a run ended without a model. A bug is told as one, with the log as the way on. */
export function ended(view: RunView, error: unknown, now: number, brokenSentence: string): RunView {
  const seconds = secondsOf(view, now);
  if (Failure.is(error, 'run.interrupted'))
    return { ...view, phase: 'interrupted', sentence: error.message, snapshot: error.data.snapshot, seconds };
  const phase = Failure.is(error, 'cancelled') ? 'cancelled' : 'failed';
  const sentence = error instanceof Failure ? error.message : brokenSentence;
  return { ...view, phase, sentence, snapshot: null, seconds };
}
